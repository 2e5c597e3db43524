"""The table of jobs: none is lost, none is done twice, and states move along allowed edges."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dashboard.jobs.database import Database
from dashboard.jobs.record import EDGES, JobRecord, State
from dashboard.jobs.table import ATTEMPTS, Asked, JobTable
from engine.errors import OptionError, OutputError, QuotaError

PEOPLE = ("ada", "bo", "cy", "di", "ed")
QUOTA = 8


def asked(owner: str, number: int, *, work: str | None = None) -> Asked:
    return Asked(owner, "simulate", {"seed": number}, f"h{number}", work or f"w{owner}{number}")


@pytest.fixture
def table(tmp_path: Path) -> JobTable:
    return JobTable(Database(tmp_path))


def test_the_same_again_is_the_same_job_and_a_stopped_one_goes_on(table: JobTable) -> None:
    first = table.submit(asked("ada", 1), quota=QUOTA)
    assert table.submit(asked("ada", 1), quota=QUOTA) == first
    assert table.submit(asked("bo", 1), quota=QUOTA).id != first.id
    table.cancel(first.id)
    again = table.submit(asked("ada", 1), quota=QUOTA)
    assert (again.id, again.state) == (first.id, State.QUEUED)


def test_a_result_that_is_there_is_the_jobs_at_once_and_one_that_went_is_made_again(
    table: JobTable, tmp_path: Path
) -> None:
    done = table.submit(asked("ada", 1), quota=0, ready=tmp_path)
    assert (done.state, done.result) == (State.DONE, tmp_path)
    assert table.submit(asked("ada", 1), quota=0, ready=tmp_path) == done
    assert table.submit(asked("ada", 1), quota=1).state is State.QUEUED


def test_a_flood_of_one_person_holds_nobody_up(table: JobTable) -> None:
    accepted = refused = 0
    for owner in PEOPLE:
        for number in range(40):
            try:
                table.submit(asked(owner, number), quota=QUOTA)
                accepted += 1
            except QuotaError:
                refused += 1
    assert (accepted, refused) == (QUOTA * 5, 200 - QUOTA * 5)
    owners = [job.owner for slot in range(5) if (job := table.claim(f"w{slot}", slot=slot))]
    assert sorted(owners) == sorted(PEOPLE)


def test_two_jobs_with_one_work_do_not_run_at_once(table: JobTable) -> None:
    for owner in ("ada", "bo"):
        table.submit(asked(owner, 1, work="shared"), quota=QUOTA)
    first = table.claim("w1", slot=0)
    assert first is not None
    assert table.claim("w2", slot=1) is None
    assert table.settle(first.id, "w1", result=Path("there"))
    assert table.claim("w2", slot=1) is not None


def test_a_dead_workers_job_is_tried_once_more_then_fails_by_name(table: JobTable) -> None:
    id = table.submit(asked("ada", 1), quota=QUOTA).id
    for attempt in range(ATTEMPTS):
        job = table.claim(f"w{attempt}", slot=0)
        assert job is not None
        assert table.reclaim(lambda *_: True) == (id,)
        assert table.reclaim(lambda *_: True) == ()
    failed = found(table, id)
    assert failed.state is State.FAILED
    assert "ended twice" in str(failed.error)
    assert table.submit(asked("ada", 1), quota=QUOTA).attempts == 0


def test_a_worker_that_was_given_up_may_write_nothing(table: JobTable) -> None:
    id = table.submit(asked("ada", 1), quota=QUOTA).id
    table.claim("old", slot=0)
    table.reclaim(lambda *_: True)
    table.claim("new", slot=0)
    assert not table.beat(id, "old", done=3, total=4, stage="rounds").held
    assert not table.settle(id, "old", result=Path("there"))
    assert not table.give_back(id, "old")
    assert found(table, id).done == 0
    assert table.settle(id, "new", error=OptionError("n is {n}", n=0))
    assert str(found(table, id).error) == "n is 0"
    assert isinstance(found(table, id).error, OptionError)


def test_a_running_job_is_told_to_stop_and_a_dead_one_that_was_stays_cancelled(
    table: JobTable,
) -> None:
    id = table.submit(asked("ada", 1), quota=QUOTA).id
    table.claim("w", slot=0)
    assert not table.beat(id, "w").stopping
    stopping = table.cancel(id)
    assert stopping is not None
    assert (stopping.state, stopping.stopping) == (State.RUNNING, True)
    assert table.beat(id, "w").stopping
    table.reclaim(lambda *_: True)
    assert found(table, id).state is State.CANCELLED


def test_the_time_left_is_that_of_the_pace_since_the_worker_began(tmp_path: Path) -> None:
    now = 0.0
    table = JobTable(Database(tmp_path), clock=lambda: now)
    id = table.submit(asked("ada", 1), quota=QUOTA).id
    table.claim("w", slot=0)
    now = 100.0
    table.beat(id, "w", done=60, total=100, stage="rounds")
    assert found(table, id).seconds_left() is None
    now = 110.0
    table.beat(id, "w", done=80, total=100, stage="rounds")
    assert found(table, id).seconds_left() == pytest.approx(10.0)


def test_a_job_is_expected_to_take_as_long_as_the_last_such_job(tmp_path: Path) -> None:
    now = 0.0
    table = JobTable(Database(tmp_path / "t"), clock=lambda: now)

    def ask(owner: str, model: str, seed: int) -> JobRecord:
        config = {"dataset": "d", "model": model, "seed": seed}
        wanted = Asked(owner, "fit", config, f"{owner}{model}{seed}", f"w{owner}{model}{seed}")
        return table.submit(wanted, quota=QUOTA)

    first, other = ask("ada", "ease", 1), ask("bo", "ease", 2)
    assert table.usual_seconds(other) is None
    for record, took in ((first, 10.0), (other, 30.0)):
        table.claim("w", slot=0)
        now += took
        table.settle(record.id, "w", result=tmp_path)
    assert table.usual_seconds(ask("cy", "ease", 3)) == 30.0
    assert table.usual_seconds(ask("cy", "als", 3)) is None
    # What was there at once took no time, and says nothing.
    config = {"dataset": "d", "model": "als", "seed": 4}
    table.submit(Asked("di", "fit", config, "h4", "w4"), quota=QUOTA, ready=tmp_path)
    assert table.usual_seconds(ask("cy", "als", 5)) is None


def found(table: JobTable, id: str) -> JobRecord:
    record = table.find(id)
    assert record is not None
    return record


@dataclass
class World:
    """A schedule of people and workers drawn at random, beside what must be true of it."""

    table: JobTable
    draw: random.Random
    holders: dict[str, str] = field(default_factory=dict)
    ghosts: list[tuple[str, str]] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    asked_again: dict[str, int] = field(default_factory=dict)
    workers: int = 0

    def step(self) -> None:
        act = self.draw.choice(
            [self.ask, self.ask, self.take, self.take, self.finish, self.die, self.stop, self.haunt]
        )
        act()

    def ask(self) -> None:
        owner, number = self.draw.choice(PEOPLE[:3]), self.draw.randrange(6)
        try:
            self.table.submit(asked(owner, number), quota=QUOTA)
        except QuotaError:
            return

    def take(self) -> None:
        self.workers += 1
        worker = f"w{self.workers}"
        job = self.table.claim(worker, slot=0)
        if job is not None:
            assert job.id not in self.holders, "two workers hold one job"
            self.holders[job.id] = worker

    def finish(self) -> None:
        for id, worker in list(self.holders.items())[:1]:
            kind = self.draw.choice(["done", "failed", "stopped"])
            result = Path("there") if kind == "done" else None
            error = OptionError("n is {n}", n=0) if kind == "failed" else None
            assert self.table.settle(id, worker, result=result, error=error)
            del self.holders[id]
            self.done[id] = self.done.get(id, 0) + (kind == "done")

    def die(self) -> None:
        for id, worker in list(self.holders.items())[-1:]:
            assert self.table.reclaim(lambda slot, other, beat, dead=worker: other == dead) == (id,)
            del self.holders[id]
            self.ghosts.append((id, worker))

    def stop(self) -> None:
        records = [record for owner in PEOPLE[:3] for record in self.table.of(owner)]
        if records:
            self.table.cancel(self.draw.choice(records).id)

    def haunt(self) -> None:
        """A worker that was given up comes back and claims to be done."""
        for id, worker in self.ghosts:
            assert not self.table.settle(id, worker, result=Path("there"))


@pytest.mark.parametrize("seed", range(5))
def test_no_schedule_loses_a_job_or_does_it_twice(table: JobTable, seed: int) -> None:
    world = World(table, random.Random(seed))
    before: dict[str, State] = {}
    for _ in range(80):
        world.step()
        now = {record.id: record.state for owner in PEOPLE[:3] for record in table.of(owner)}
        assert before.keys() <= now.keys(), "a job is lost"
        for id, state in now.items():
            was = before.get(id, State.QUEUED)
            # One act makes one change; asking again for a done job whose result is gone is one.
            assert state == was or state in EDGES[was], f"{was} → {state}"
            assert (id in world.holders) == (state is State.RUNNING)
        before = now
    while (job := table.claim("last", slot=0)) is not None:
        table.settle(job.id, "last", result=Path("there"))
    assert table.count(State.QUEUED) == 0


def test_what_somebody_else_holds_is_said_in_a_sentence_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    table = JobTable(Database(tmp_path, busy=0.1))
    id = table.submit(asked("ada", 1), quota=QUOTA).id
    with table.database.writing():
        with pytest.raises(OutputError, match="held by another program; nothing is lost"):
            table.cancel(id)
        assert found(table, id).state is State.QUEUED
    assert table.cancel(id) is not None


@pytest.mark.parametrize("damage", [b"not a database at all" * 300, None])
def test_a_damaged_file_is_put_aside_and_every_job_comes_back(
    tmp_path: Path, damage: bytes | None
) -> None:
    table = JobTable(Database(tmp_path))
    ids = {name: table.submit(asked("ada", n), quota=QUOTA).id for n, name in enumerate("abcd")}
    for name in "ab":
        table.claim(f"w{name}", slot=0)
    table.settle(ids["a"], "wa", result=Path("there"))
    table.cancel(ids["c"])
    file = table.database.file
    with file.open("r+b") as opened:
        opened.write(damage or b"\0" * 5000)
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    with pytest.raises(OutputError, match="damaged and is put aside"):
        table.of("ada")
    states = {record.id: record.state for record in table.of("ada")}
    assert states == {
        ids["a"]: State.DONE,
        ids["b"]: State.QUEUED,
        ids["c"]: State.CANCELLED,
        ids["d"]: State.QUEUED,
    }
    assert len(list(tmp_path.glob("jobs-damaged-*.sqlite"))) == 1


def test_a_full_disk_is_said_in_a_sentence_and_what_was_asked_before_is_kept(
    table: JobTable,
) -> None:
    id = table.submit(asked("ada", 1), quota=QUOTA).id
    with table.database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    open_file = table.database._open

    def small() -> object:
        connection = open_file()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    table.database._open = small  # type: ignore[method-assign, assignment]

    def flood() -> None:
        for number in range(2, 400):
            table.submit(
                Asked("ada", "simulate", {"note": "x" * 2000}, f"h{number}", f"w{number}"),
                quota=1000,
            )

    with pytest.raises(OutputError, match="is full or broken; free some space"):
        flood()
    table.database._open = open_file  # type: ignore[method-assign]
    assert found(table, id).state is State.QUEUED
    assert table.submit(asked("ada", 999), quota=1000).state is State.QUEUED
