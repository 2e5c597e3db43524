"""What breaks under a page or a call is one sentence, loses nothing, and comes back mended."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.access.person import LOCAL
from dashboard.api.routes import api_routes
from dashboard.i18n import translator
from dashboard.jobs import database, place, queue, slots
from dashboard.jobs.doing import named
from dashboard.jobs.record import State
from dashboard.services.own_data import keep_own
from dashboard.trail_keys import load_key
from dashboard.uploads.staged import stage
from dashboard.uploads.store import store_of
from dashboard.web.readiness import ready
from engine.errors import OutputError
from tests.dashboard.apptest import page, shown_text, small_world

pytestmark = pytest.mark.usefixtures("own_place")

SIMULATION = {"dataset": "planted", "rates": "0", "rounds": 1, "seeds": 1}


def _client() -> TestClient:
    app = Starlette(routes=[Route("/ready", ready), *api_routes()])
    return TestClient(app, base_url="http://127.0.0.1:8501", client=("127.0.0.1", 50_000))


@pytest.fixture
def _full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tables be written where the system has no space, as it says itself."""
    real = pl.DataFrame.write_parquet
    monkeypatch.setattr(
        pl.DataFrame, "write_parquet", lambda frame, _file, **how: real(frame, "/dev/full", **how)
    )


@pytest.mark.usefixtures("_full_disk")
def test_a_full_disk_keeps_no_half_of_what_is_brought() -> None:
    for keep in (
        lambda: keep_own(LOCAL, small_world(), title="mine"),
        lambda: stage({"log": small_world().interactions}, person=LOCAL),
    ):
        with pytest.raises(OutputError, match="the disk is full; free some space"):
            keep()
    assert list(store_of(LOCAL).folder.iterdir()) == []
    assert store_of(LOCAL).kept() == ()


def test_a_full_disk_under_a_job_is_named_as_that_whoever_reports_it() -> None:
    with pytest.raises(pl.exceptions.ComputeError) as full:
        pl.DataFrame({"a": ["x"]}).write_parquet("/dev/full")
    assert "is full; free some space, then resume" in str(named(full.value, Path("results")))


def test_a_full_data_folder_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    full = partial(Path("/dev/full").open, "wb", buffering=0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: full())
    answer = _client().get("/ready")
    assert answer.status_code == 503
    assert "No space left on device" in answer.json()["lacking"]["data"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_of_jobs_that_is_held_is_said_and_comes_back(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "Database", partial(database.Database, busy=0.05))
    client = _client()
    assert client.post("/api/v1/simulate", json=SIMULATION).json()["state"] == "queued"
    with closing(sqlite3.connect(place.table().database.file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        refused = client.post("/api/v1/simulate", json={**SIMULATION, "seed": 8})
        assert refused.status_code == 503
        assert "nothing is lost, try again in a moment" in refused.json()["error"]
        app = page("jobs", language=language)
        assert not app.exception
        told = "held by another program" if language == "en" else "被其他程序占用"
        said = [element.value for element in (*app.warning, *app.error)]
        assert any(told in words.replace("\\", "") for words in said), said
        shown = page("overview", language=language)
        assert not shown.exception
        assert not shown.error
    (job,) = queue.listed(LOCAL)
    assert job.state is State.QUEUED
    assert client.post("/api/v1/simulate", json={**SIMULATION, "seed": 8}).status_code == 200


def test_a_place_for_workers_on_a_full_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def execute(self, _: str) -> None:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

        def close(self) -> None:
            pass

    monkeypatch.setattr(slots, "_connected", lambda *_: Full())
    with pytest.raises(OutputError, match="full or broken; free some space"):
        slots.is_free(tmp_path, 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_data_that_are_not_on_the_machine_are_named_with_what_mends_it(language: str) -> None:
    app = page("overview", dataset="ml-100k", language=language)
    assert not app.exception
    assert "recscope fetch ml-100k" in app.error[0].value.replace("\\", "")
    answer = _client().post("/api/v1/audit", json={"dataset": "ml-100k"})
    assert answer.status_code == 409
    assert "recscope fetch ml-100k" in answer.json()["error"]
    model = {"dataset": "planted", "user": "u001", "item": "i001", "generator": "local"}
    for path in ("justify", "justify-list"):
        body = {name: value for name, value in model.items() if path == "justify" or name != "item"}
        answer = _client().post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 409
        assert "recscope fetch smollm2" in answer.json()["error"]
    assert "Traceback" not in shown_text(app)


def test_a_key_on_a_full_disk_leaves_no_empty_file_that_passes_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "keys" / "trail.key"
    real = os.fdopen
    with monkeypatch.context() as full:
        into_nothing = partial(Path("/dev/full").open, "wb", buffering=0)
        full.setattr(os, "fdopen", lambda *_: into_nothing())
        with pytest.raises(OutputError, match="the disk is full; free some space"):
            load_key(place)
    assert os.fdopen is real
    assert list(place.parent.iterdir()) == []
    made = load_key(place).private_bytes_raw()
    assert load_key(place).private_bytes_raw() == made
    assert place.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in place.parent.iterdir()] == ["trail.key"]


def test_of_two_who_make_a_key_at_once_both_have_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "trail.key"
    real, first = os.fsync, []

    def late(file: int) -> None:
        monkeypatch.setattr(os, "fsync", real)
        first.append(load_key(place).private_bytes_raw())
        real(file)

    monkeypatch.setattr(os, "fsync", late)
    assert [load_key(place).private_bytes_raw()] == first


def test_what_the_system_says_is_said_in_the_readers_language(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as refused:
        load_key(tmp_path)
    assert translator("en").error(refused.value).split(": ")[1].startswith("Is a directory")
    assert "是一个目录；请用 RECSCOPE_KEY" in translator("zh").error(refused.value)
