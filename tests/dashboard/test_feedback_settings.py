"""What is set on the page is what the command is told: the same run, to the bit."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest
import streamlit as st

from dashboard.access.person import LOCAL
from dashboard.cli import main
from dashboard.jobs import place, queue
from dashboard.jobs.kind import StoppedError, Task
from dashboard.jobs.simulate import KIND, options_of
from tests.dashboard.apptest import PATIENCE, linked, page, shown_text

SMALL = {
    "model": "popularity",
    "loop_rates": [0.0],
    "loop_arms": ["search"],
    "loop_rounds": 5,
    "loop_worlds": 3,
}
CHOSEN = {"loop_incremental": True, "loop_drift_log": True, "loop_test_share": 0.4}
CONFIG = {
    **{"dataset": "planted", "model": "popularity", "rates": "0", "arms": "search"},
    **{"rounds": "2", "seeds": "1", "drift": "log"},
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    yield
    st.cache_resource.clear()


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    files = sorted(folder.rglob("*.parquet"))
    return {str(file.relative_to(folder)): pl.read_parquet(file) for file in files}


def test_page_and_command_are_one_run(tmp_path: Path) -> None:
    app = page("feedback", **SMALL, **CHOSEN)
    assert app.slider(key="loop_drift").disabled
    app.button(key="loop_run").click().run()
    begun = monotonic()
    while not app.get("download_button"):
        assert monotonic() - begun < PATIENCE
        sleep(0.3)
        app.run()
        assert not app.exception
    assert "The drift that the log allows for" in shown_text(app)
    command = shlex.split(app.code[0].value)
    for said in (["--incremental"], ["--drift", "log"], ["--test-share", "0.4"]):
        assert " ".join(said) in " ".join(command)

    out, kept = str(tmp_path / "feedback.parquet"), tmp_path / "kept"
    assert main([*command[1:-1], out, "--keep", str(kept), "--json"]) == 0
    (job,) = queue.listed(LOCAL)
    folder = place.results().path(job.work)
    of_page, of_command = tables(folder), tables(kept)
    assert of_page.keys() == of_command.keys()
    assert all(of_page[name].equals(table) for name, table in of_command.items())
    for name in ("plan.json", "drift.json"):
        assert (folder / name).read_text() == (kept / name).read_text()
    assert json.loads((kept / "plan.json").read_text())["settings"]["incremental"]

    link = {name: app.query_params[name] for name in app.query_params}
    st.cache_resource.clear()
    assert linked("feedback", link).code[0].value == app.code[0].value


def test_what_is_usual_goes_without_saying() -> None:
    """So that runs from before these settings are still found."""
    usual = page("feedback", **SMALL)
    assert not usual.exception
    plain = queue.folder_of("simulate", CONFIG, person=LOCAL)
    assert queue.folder_of("simulate", {**CONFIG, "incremental": "False"}, person=LOCAL) == plain
    assert queue.folder_of("simulate", {**CONFIG, "incremental": True}, person=LOCAL) != plain
    assert options_of(CONFIG)[-2:] == ("--drift", "log")


def test_a_job_tells_how_far_the_drift_is_and_can_be_stopped_meanwhile(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []

    def stopped_early(done: int, total: int, stage: str) -> None:
        told.append((done, total, stage))
        if done == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        KIND.run(Task(CONFIG, tmp_path, LOCAL, stopped_early))
    assert [done for done, _, stage in told if stage == "drift"] == [0, 1, 2, 3]
    assert not (tmp_path / "drift.json").exists()

    told.clear()
    KIND.run(Task(CONFIG, tmp_path, LOCAL, lambda *step: told.append(step)))
    drift = [step for step in told if step[2] == "drift"]
    assert drift[-1][0] == drift[-1][1] == len(drift) - 1
    assert told[-1] == (4, 4, "rounds")

    told.clear()
    KIND.run(Task(CONFIG, tmp_path, LOCAL, lambda *step: told.append(step)))
    assert all(stage != "drift" for _, _, stage in told)


def test_the_command_tells_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = ["simulate", *options_of(CONFIG), "--keep", str(tmp_path)]
    assert main(told) == 0
    first = capsys.readouterr().err
    assert "drift of the log: 0 of 33 logs measured" in first
    assert "drift of the log: 4 of 33 logs measured" in first
    assert "drift of the log: 33 of 33 logs measured" in first
    assert main(told) == 0
    again = capsys.readouterr().err
    assert "logs measured" not in again
    (line,) = [line for line in first.splitlines() if "allows for" in line]
    assert line in again
