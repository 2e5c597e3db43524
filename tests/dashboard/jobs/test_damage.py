"""What a job made and something damaged since is said, put away, and made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.access.person import LOCAL
from dashboard.jobs import place, queue, worker
from dashboard.jobs.damage import TABLE, from_folder, reading
from dashboard.jobs.record import JobRecord, State
from engine.errors import OutputError
from tests.dashboard.api.scene import client_of
from tests.dashboard.apptest import page, shown_text

pytestmark = pytest.mark.usefixtures("own_place")

SIMULATION = {"dataset": "planted", "rates": "0", "rounds": 1, "seeds": 1}
SMALL = {
    "model": "popularity",
    "loop_rates": [0.0, 0.5],
    "loop_arms": [],
    "loop_rounds": 5,
    "loop_worlds": 1,
}


def _done(body: dict[str, Any]) -> JobRecord:
    """Ask for the simulation and do it."""
    asked = client_of().post("/api/v1/simulate", json=body).json()
    worker._serve_one("test", 0)
    return queue.get(asked["id"], person=LOCAL)


def _damage(record: JobRecord, pattern: str) -> None:
    assert record.result is not None
    for file in record.result.rglob(pattern):
        file.write_bytes(file.read_bytes()[:40])


@pytest.mark.parametrize("pattern", ["measures.parquet", "feedback-*.parquet"])
def test_a_damaged_result_is_said_and_made_anew(pattern: str) -> None:
    client, record = client_of(), _done(SIMULATION)
    path = f"/api/v1/jobs/{record.id}/result"
    whole = client.get(path).json()
    _damage(record, pattern)
    answer = client.get(path)
    assert answer.status_code == 503
    assert "is damaged" in answer.json()["error"]
    assert "ask for it again" in answer.json()["error"]
    again = _done(SIMULATION)
    assert (again.id, again.state) == (record.id, State.DONE)
    assert client.get(path).json() == whole


def test_a_page_says_so_and_offers_the_work_again() -> None:
    opened = page("feedback", language="zh", **SMALL)
    opened.button(key="loop_run").click().run()
    (record,) = queue.listed(LOCAL)
    worker._serve_one("test", 0)
    _damage(queue.get(record.id, person=LOCAL), "measures.parquet")
    told = page("feedback", language="zh", **SMALL).error[0].value
    assert "结果已损坏" in told
    opened = page("feedback", language="zh", **SMALL)
    assert not opened.exception
    assert not opened.error
    assert "Traceback" not in shown_text(opened)
    opened.button(key="loop_run").click().run()
    assert queue.get(record.id, person=LOCAL).state is State.QUEUED


@pytest.mark.parametrize("fault", [ValueError(), KeyError("a"), TypeError(), OSError(), EOFError()])
def test_whatever_a_file_of_a_result_does_to_its_reader_is_damage(fault: Exception) -> None:
    folder = place.results().path("audit-1")
    folder.mkdir(parents=True)

    @from_folder
    def read(_: Path) -> None:
        raise fault

    with pytest.raises(OutputError, match="audit-1 made is damaged"):
        read(folder)
    assert not folder.exists()


def test_a_mistake_of_ours_damages_nothing(tmp_path: Path) -> None:
    folder = place.results().path("simulate-1")
    folder.mkdir(parents=True)
    with pytest.raises(ValueError, match="ours"), reading(folder, damage=TABLE):
        raise ValueError("ours")
    assert folder.exists()
    elsewhere = tmp_path / "theirs"
    elsewhere.mkdir()
    with pytest.raises(OutputError), reading(elsewhere):
        raise EOFError
    assert elsewhere.exists()
