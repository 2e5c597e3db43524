"""Long lists and logs go to a job: the same report, the person's own, and nothing left over."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import streamlit as st

from dashboard import own_loaders
from dashboard.access.person import Person
from dashboard.access.role import Role
from dashboard.access.session import acting_as
from dashboard.jobs import keeper, queue, worker
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.record import State
from dashboard.off_policy import UNIFORM, Asked
from dashboard.services.audit import audit_own_lists
from dashboard.services.estimate import estimate_on_own_log
from dashboard.uploads import staged as staging
from dashboard.uploads.staged import stage, staged, staging_name
from dashboard.uploads.store import store_of
from engine.errors import AccessError, OutputError, UnknownNameError
from tests.dashboard.apptest import page, shown_text
from tests.provenance import ROOT

ANN, BOB = Person("ann@example.org", Role.ANALYST), Person("bob@example.org", Role.ANALYST)
PRESETS = ("quality_parity",)
LISTS = {
    "interactions": pl.DataFrame(
        [(f"u{u}", f"i{(u + j) % 12}") for u in range(30) for j in range(4)],
        schema=["user_id", "item_id"],
        orient="row",
    ),
    "held_out": pl.DataFrame({"user_id": [f"u{u}" for u in range(30)], "item_id": ["i11"] * 30}),
    "recommendations": pl.DataFrame(
        [(f"u{u}", f"i{11 - j}", j + 1) for u in range(30) for j in range(3)],
        schema=["user_id", "item_id", "rank"],
        orient="row",
    ),
}


def _log() -> bytes:
    rng = np.random.default_rng(3)
    rows = [f"u{n},a{n % 3},{1 / 3},{int(rng.random() < 0.3)}" for n in range(300)]
    return "\n".join(["user_id,item_id,propensity,reward", *rows]).encode()


MAPPING = tuple((name, name) for name in ("user_id", "item_id", "propensity", "reward"))


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    yield
    st.cache_resource.clear()


def _waiting(person: Person) -> list[str]:
    return [path.name for path in store_of(person).folder.glob("*brought-*")]


def test_long_lists_get_the_same_report_from_a_job_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_as(ANN):
        inline = audit_own_lists(ANN, LISTS, presets=PRESETS, seed=7)
        monkeypatch.setattr(own_loaders, "MOST_ROWS_INLINE", 10)
        with pytest.raises(NotYetError) as needed:
            audit_own_lists(ANN, LISTS, presets=PRESETS, seed=7)
        assert _waiting(ANN) == [staging_name(LISTS)]
        record = queue.submit(needed.value.kind, needed.value.config, person=ANN)
        assert worker._serve_one("test", 0)
        assert queue.get(record.id, person=ANN).state is State.DONE
        found = audit_own_lists(ANN, LISTS, presets=PRESETS, seed=7)
    assert found == inline
    assert found.hash == inline.hash
    assert _waiting(ANN) == []


def test_what_one_person_had_audited_another_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_loaders, "MOST_ROWS_INLINE", 10)
    with acting_as(ANN), pytest.raises(NotYetError) as needed:
        audit_own_lists(ANN, LISTS, presets=PRESETS, seed=7)
    record = queue.submit(needed.value.kind, needed.value.config, person=ANN)
    assert worker._serve_one("test", 0)
    with acting_as(BOB), pytest.raises(NotYetError) as same:
        audit_own_lists(BOB, LISTS, presets=PRESETS, seed=7)
    assert same.value.config == needed.value.config
    assert queue.result("audit-lists", same.value.config, person=BOB) is None
    with pytest.raises(UnknownNameError):
        queue.get(record.id, person=BOB)


def test_a_long_log_gets_the_same_figures_from_a_job_and_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Asked(UNIFORM)
    with acting_as(ANN):
        inline = estimate_on_own_log(ANN, "l.csv", _log(), mapping=MAPPING, asked=asked)
        monkeypatch.setattr(own_loaders, "MOST_ROWS_INLINE", 10)
        with pytest.raises(NotYetError) as needed:
            estimate_on_own_log(ANN, "l.csv", _log(), mapping=MAPPING, asked=asked)
        queue.submit(needed.value.kind, needed.value.config, person=ANN)
        assert len(_waiting(ANN)) == 1
        assert worker._serve_one("test", 0)
        assert estimate_on_own_log(ANN, "l.csv", _log(), mapping=MAPPING, asked=asked) == inline
    assert _waiting(ANN) == []


def test_tables_wait_for_their_owner_alone_within_the_cap_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = stage(LISTS, person=ANN)
    assert staged(name, person=ANN).keys() == LISTS.keys()
    for person, wrong in ((BOB, name), (ANN, "brought-../x"), (ANN, "brought-" + "0" * 32)):
        with pytest.raises(UnknownNameError, match="bring them again"):
            staged(wrong, person=person)
    old = time.time() - 2 * staging._KEPT_SECONDS
    os.utime(store_of(ANN).folder / name, (old, old))
    other = stage({"log": LISTS["held_out"]}, person=ANN)
    assert _waiting(ANN) == [other]
    monkeypatch.setenv("RECSCOPE_DATA", "/dev/null")
    with pytest.raises(OutputError, match="cannot write"):
        stage(LISTS, person=ANN)


def test_a_viewer_has_no_lists_audited() -> None:
    with pytest.raises(AccessError):
        audit_own_lists(Person("v", Role.VIEWER), LISTS, presets=(), seed=7)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_that_a_long_log_is_worked_on_and_draws_what_came(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_loaders, "MOST_ROWS_INLINE", 10)
    app = page("off_policy", log_source="own", language=language)
    app.get("file_uploader")[0].upload("log.csv", _log())
    app.run()
    assert not app.exception
    told = "evaluated in the background" if language == "en" else "在后台评估"
    assert told in shown_text(app)
    assert worker._serve_one("test", 0)
    app.run()
    assert not app.exception
    assert told not in shown_text(app)
    assert len(app.get("vega_lite_chart")) == 1
