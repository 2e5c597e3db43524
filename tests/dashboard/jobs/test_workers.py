"""Workers that are killed, jobs that crash, hang, hog and flood: nothing is lost or done twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from dashboard.access.person import Person
from dashboard.access.role import Role
from dashboard.jobs import keeper, kinds, memory, place, queue
from dashboard.jobs.record import JobRecord, State
from dashboard.jobs.slots import SLOTS
from dashboard.off_policy import UNIFORM, Asked
from dashboard.uploads.store import store_of
from engine.errors import AccessError, OptionError, UnknownNameError
from tests.dashboard.apptest import small_world
from tests.provenance import ROOT

PATIENCE = 150.0
BROUGHT = "brought-" + "0" * 32
ASKED = asdict(Asked(UNIFORM))
TEXTS = {
    **{"dataset": "planted", "model": "ease", "policy": "greedy"},
    **{"user": "u001", "generator": "local"},
}
ADA, BO = (Person(name, Role.ANALYST) for name in ("ada", "bo"))
WORKER = "tests.dashboard.jobs.steady_worker"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(keeper, "COMMAND", (sys.executable, "-m", WORKER))
    monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, "steady": WORKER})
    yield
    for process in list(keeper._started):
        process.kill()
        process.wait()
    keeper._started.clear()


def ask(person: Person = ADA, **config: Any) -> JobRecord:
    return queue.submit("steady", config, person=person)


def until(id: str, *states: State, person: Person = ADA) -> JobRecord:
    begun = monotonic()
    while (record := queue.get(id, person=person)).state not in states:
        assert monotonic() - begun < PATIENCE, record
        sleep(0.1)
    return record


def after_steps(record: JobRecord, steps: int) -> None:
    """Wait until the job has made so many steps."""
    begun = monotonic()
    while not (place.results().path(record.work) / f"step-{steps}").exists():
        assert monotonic() - begun < PATIENCE
        queue.get(record.id, person=ADA)
        sleep(0.02)


def completions(record: JobRecord) -> int:
    return len((place.results().path(record.work) / "completed.txt").read_text().splitlines())


def kill_worker_of(id: str) -> bool:
    """Kill the worker that has a job, if one still has."""
    with place.table().database.reading() as connection:
        row = connection.execute("SELECT worker FROM jobs WHERE id = ?", (id,)).fetchone()
    if row[0] is None:
        return False
    os.kill(int(row[0].partition("-")[0]), signal.SIGKILL)
    return True


def test_killed_workers_and_a_flood_lose_nothing_and_do_nothing_twice() -> None:
    asked = [
        (person, ask(person, steps=40, pause=0.05, name=f"{person.identity}{number}"))
        for number in range(3)
        for person in (ADA, BO)
    ]
    begun, killed = monotonic(), 0
    while True:
        now = [queue.get(record.id, person=person) for person, record in asked]
        running = [record for record in now if record.state is State.RUNNING]
        assert place.table().count(State.RUNNING) <= SLOTS
        if killed < 3 and running and running[0].done >= 2:
            killed += kill_worker_of(running[0].id)
        for person, record in zip((person for person, _ in asked), now, strict=True):
            if record.state is State.FAILED:
                assert "ended twice" in str(record.error)
                queue.resume(record.id, person)
        if all(record.state is State.DONE for record in now):
            break
        assert monotonic() - begun < PATIENCE, now
        sleep(0.1)
    assert killed == 3
    assert [completions(record) for record in now] == [1] * len(now)


def test_a_job_outlives_the_app_that_asked_for_it() -> None:
    code = (
        f"import os, sys; import {WORKER}; from dashboard.jobs import keeper, queue;"
        f"keeper.COMMAND = (sys.executable, '-m', '{WORKER}');"
        "from dashboard.access.person import Person; from dashboard.access.role import Role;"
        "print(queue.submit('steady', {'steps': 20, 'pause': 0.1},"
        " person=Person('ada', Role.ANALYST)).id, flush=True); os.kill(os.getpid(), 9)"
    )
    app = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert app.returncode == -signal.SIGKILL, app.stderr
    found = queue.listed(ADA)
    assert [record.id for record in found] == [app.stdout.strip()]
    done = until(found[0].id, State.DONE, State.FAILED)
    assert (done.state, completions(done)) == (State.DONE, 1)


def test_a_cancelled_job_stops_between_steps_and_goes_on_from_there() -> None:
    record = ask(steps=40, pause=0.1)
    after_steps(record, 3)
    queue.cancel(record.id, ADA)
    stopped = until(record.id, State.CANCELLED, State.DONE)
    assert stopped.state is State.CANCELLED
    folder = place.results().path(record.work)
    assert (folder / "stopped").exists(), "it was ended and not asked"
    before = {mark: mark.stat().st_mtime_ns for mark in folder.glob("step-*")}
    assert 3 <= len(before) < 40
    queue.resume(record.id, ADA)
    done = until(record.id, State.DONE, State.FAILED)
    assert done.result == folder
    assert {mark: mark.stat().st_mtime_ns for mark in before} == before
    assert completions(done) == 1
    assert ask(BO, steps=40, pause=0.1).state is State.DONE


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("crash", "ended twice"),
        ("full", "is full; free some space, then resume the job"),
        ("bug", r"an error that nobody foresaw \(ZeroDivisionError\)"),
        ("hog", "needed more than 300 MB of memory"),
    ],
)
def test_what_goes_wrong_is_said_by_name(
    fault: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_JOB_MEMORY_MB", "300")
    record = ask(steps=3, fault=fault)
    failed = until(record.id, State.FAILED, State.DONE)
    with pytest.raises(Exception, match=words):
        raise failed.error or AssertionError(failed)


def test_a_job_that_does_not_listen_is_ended_after_its_grace() -> None:
    record = ask(steps=3, fault="deaf")
    after_steps(record, 1)
    queue.cancel(record.id, ADA)
    assert until(record.id, State.CANCELLED).state is State.CANCELLED


def test_a_list_that_somebody_holds_stops_no_work() -> None:
    record = ask(steps=30, pause=0.1)
    after_steps(record, 2)
    with closing(sqlite3.connect(place.table().database.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        steps = place.results().path(record.work)
        there = len(list(steps.glob("step-*")))
        sleep(2)
        assert len(list(steps.glob("step-*"))) > there
    assert until(record.id, State.DONE, State.FAILED).state is State.DONE


def test_nobody_sees_or_ends_anothers_job_and_a_viewer_starts_none() -> None:
    record = ask()
    with pytest.raises(UnknownNameError) as foreign:
        queue.get(record.id, person=BO)
    with pytest.raises(UnknownNameError) as missing:
        queue.get("0" * 16, person=BO)
    assert foreign.value.template == missing.value.template
    for act in (queue.cancel, queue.resume):
        with pytest.raises(UnknownNameError):
            act(record.id, BO)
    assert queue.listed(BO) == ()
    with pytest.raises(AccessError):
        ask(Person("cy", Role.VIEWER))


def test_what_was_made_of_ones_own_data_is_private_and_goes_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    names = {person: store_of(person).keep(small_world(), "mine") for person in (ADA, BO)}
    asked = {
        person: queue.submit("simulate", {"dataset": name}, person=person)
        for person, name in names.items()
    }
    assert asked[ADA].work != asked[BO].work
    with pytest.raises(UnknownNameError):
        queue.submit("simulate", {"dataset": names[BO]}, person=ADA)
    made = place.results().path(asked[ADA].work)
    made.mkdir(parents=True)
    queue.forget(names[ADA], person=ADA)
    assert not made.exists()
    assert queue.get(asked[ADA].id, person=ADA).state is State.CANCELLED
    assert queue.get(asked[BO].id, person=BO).state is State.QUEUED


@pytest.mark.parametrize(
    ("kind", "config", "error"),
    [
        ("paint", {"dataset": "planted"}, UnknownNameError),
        ("simulate", {"dataset": "planted", "keep": "/etc"}, OptionError),
        ("simulate", {"dataset": "planted", "interactions": "/etc/passwd"}, OptionError),
        ("simulate", {"dataset": "planted", "model": "os:system"}, UnknownNameError),
        ("simulate", {"dataset": "planted", "rounds": "many"}, OptionError),
        ("simulate", {"dataset": "/etc/passwd"}, UnknownNameError),
        ("fit", {"dataset": "planted", "model": "os:system"}, UnknownNameError),
        ("fit", {"dataset": "planted", "model": "user-knn"}, OptionError),
        ("audit-lists", {"dataset": "planted"}, UnknownNameError),
        ("audit-lists", {"dataset": "brought-../x"}, UnknownNameError),
        ("estimate", {"dataset": "planted", "asked": ASKED}, UnknownNameError),
        ("estimate", {"dataset": BROUGHT, "asked": {"target": "uniform"}}, OptionError),
        ("justify", {**TEXTS, "generator": "template"}, OptionError),
        ("justify", {**TEXTS, "language": "xx"}, OptionError),
        ("justify", {**TEXTS, "rate": 2}, OptionError),
        ("justify", {**TEXTS, "llm": "/etc"}, OptionError),
        ("fit", {"dataset": "planted", "model": "hybrid:ease+os:system"}, UnknownNameError),
        ("fit", {"dataset": "planted", "model": "bpr", "seed": -1}, OptionError),
    ],
)
def test_settings_are_checked_before_anything_is_asked_for(
    kind: str, config: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        queue.submit(kind, config, person=ADA)
    assert queue.listed(ADA) == ()


def test_a_job_may_take_a_third_of_what_the_container_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECSCOPE_JOB_MEMORY_MB", raising=False)
    bound = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_BOUND", (bound,))
    machine = memory.memory_limit()
    bound.write_text("max\n")
    assert memory.memory_limit() == machine
    bound.write_text("300000000\n")
    assert memory.memory_limit() == 100_000_000
