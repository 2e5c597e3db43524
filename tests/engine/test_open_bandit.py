"""The Open Bandit sample: its published counts, and figures published for it."""

import json
from pathlib import Path

import numpy as np
import pytest

from dashboard.cli import main
from engine.assets import fetch
from engine.errors import TableError
from engine.sources.open_bandit import (
    CAMPAIGNS,
    LOGGED_BY,
    Campaign,
    LoggedBy,
    load_open_bandit,
    thompson_policy,
)
from tests.evidence.open_bandit import published_figures

ITEMS = {"all": 80, "men": 34, "women": 46}
CLICKS = {
    "uniform": {"all": 38, "men": 46, "women": 46},
    "thompson": {"all": 42, "men": 69, "women": 46},
}


@pytest.mark.parametrize("campaign", CAMPAIGNS)
@pytest.mark.parametrize("logged_by", LOGGED_BY)
def test_logs_are_as_published(logged_by: LoggedBy, campaign: Campaign) -> None:
    log = load_open_bandit(fetch("open-bandit"), logged_by=logged_by, campaign=campaign)
    assert len(log.actions) == 10_000
    assert len(log.action_ids) == ITEMS[campaign]
    assert log.rewards.sum() == CLICKS[logged_by][campaign]
    assert set(log.places) == {0, 1, 2}
    assert log.contexts.shape[0] == 10_000
    assert ((log.propensities > 0) & (log.propensities <= 1)).all()
    if logged_by == "uniform":
        np.testing.assert_allclose(log.propensities, 1 / ITEMS[campaign])


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_the_sampler_is_what_its_own_log_began_with(campaign: Campaign) -> None:
    """Later it learned on, and moved away."""
    table = thompson_policy(fetch("open-bandit-prior"), campaign=campaign)
    log = load_open_bandit(fetch("open-bandit"), logged_by="thompson", campaign=campaign)
    assert table.shape == (3, ITEMS[campaign])
    started = table[log.places, log.actions]
    first, last = (
        np.corrcoef(started[rows], log.propensities[rows])[0, 1]
        for rows in (slice(100), slice(-1000, None))
    )
    assert first > 0.95
    assert last < 0.8


def test_published_figures_come_out_again() -> None:
    found = published_figures()
    assert found["ips"] == pytest.approx(1.198126, abs=1e-6)
    assert found["dm"] == pytest.approx(0.932797, abs=1e-4)
    assert found["dr"] == pytest.approx(1.244027, abs=1e-4)


def test_the_list_of_data_sets_counts_its_logs(capsys: pytest.CaptureFixture[str]) -> None:
    fetch("open-bandit")
    assert main(["datasets", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert [rows["open-bandit"][key] for key in ("items", "interactions")] == [80, 60_000]


def test_a_folder_without_the_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="fetch it again"):
        load_open_bandit(tmp_path, logged_by="uniform", campaign="all")
    with pytest.raises(TableError, match="fetch it again"):
        thompson_policy(tmp_path, campaign="all")
