"""A large log is read by a job, and what it leaves is the log and its split, row for row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from dashboard import loaders
from dashboard.access.person import LOCAL
from dashboard.jobs import keeper, place, queue, read, reading
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.kind import Task
from dashboard.jobs.reading import dataset_of, split_for, wanted_read
from dashboard.jobs.record import State
from dashboard.uploads.store import UploadStore, store_of
from engine.dataset import Dataset
from tests.dashboard.apptest import page, shown_text


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Results of its own, and no worker: a test does the work itself."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    yield
    st.cache_resource.clear()


@pytest.fixture
def own() -> str:
    return store_of(LOCAL).keep(loaders.dataset("planted"), "mine")


@pytest.fixture
def big(own: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let a kept set count as large."""
    monkeypatch.setattr(reading, "MOST_ROWS", 100)
    return own


def _read(needed: NotYetError) -> Path:
    record = queue.submit(needed.kind, needed.config, person=LOCAL)
    folder = place.results().path(record.work)
    folder.mkdir(parents=True, exist_ok=True)
    steps: list[int] = []
    read.KIND.run(Task(record.config, folder, LOCAL, lambda *step: steps.append(step[0])))
    assert steps == [0, 1, 2]
    place.results().finish(record.work, record.hash)
    return folder


def _assert_same(found: Dataset, expected: Dataset) -> None:
    assert found.name == expected.name
    assert found.fingerprint == expected.fingerprint
    assert found.interactions.equals(expected.interactions)
    assert found.users.equals(expected.users)
    assert found.items.equals(expected.items)


def test_what_was_read_by_a_job_is_the_log_and_its_split(
    own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inline, parts = loaders.dataset(own), loaders.split(own, 7)
    st.cache_resource.clear()
    monkeypatch.setattr(reading, "MOST_ROWS", 100)
    with pytest.raises(NotYetError) as needed:
        loaders.dataset(own)
    assert (needed.value.kind, needed.value.config) == ("read", wanted_read(own))
    folder = _read(needed.value)
    with monkeypatch.context() as patched:
        patched.setattr(UploadStore, "load", _never)
        _assert_same(loaders.dataset(own), inline)
        found = loaders.split(own, 7)
        _assert_same(found.train, parts.train)
        assert found.held_out.equals(parts.held_out)
        by_job = split_for(Task(wanted_read(own), folder, LOCAL, lambda *step: None))
        _assert_same(by_job.train, parts.train)
        assert np.array_equal(by_job.train.histories.items, parts.train.histories.items)


def _never(*_: object) -> None:
    raise AssertionError("it was read again")


def test_another_seed_reads_nothing_again(big: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotYetError) as needed:
        loaders.split(big, 7)
    first = _read(needed.value)
    monkeypatch.setattr(read, "read_anew", _never)
    with pytest.raises(NotYetError) as needed:
        loaders.split(big, 8)
    assert _read(needed.value) == first
    assert not loaders.split(big, 8).held_out.equals(loaders.split(big, 7).held_out)


@pytest.mark.parametrize("file", ["interactions.arrow", "dataset.json", "held-out-7.npy"])
def test_what_is_damaged_is_read_again(big: str, file: str) -> None:
    with pytest.raises(NotYetError) as needed:
        loaders.split(big, 7)
    folder = _read(needed.value)
    (folder / file).write_bytes(b"broken")
    with pytest.raises(NotYetError) as again:
        loaders.split(big, 7)
    assert not folder.is_dir()
    _read(again.value)
    assert loaders.split(big, 7).train.n_users == loaders.dataset("planted").n_users


def test_another_job_reads_what_is_not_read_yet_by_itself(big: str) -> None:
    _assert_same(dataset_of(big, person=LOCAL), store_of(LOCAL).load(big))


def test_what_was_read_goes_with_the_set(big: str) -> None:
    with pytest.raises(NotYetError) as needed:
        loaders.dataset(big)
    folder = _read(needed.value)
    queue.forget(big, person=LOCAL)
    assert not folder.is_dir()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_says_that_the_data_are_read(big: str, language: str) -> None:
    words = {"en": "So much data takes a while to read", "zh": "数据量很大"}[language]
    for name in ("overview", "groups", "person", "data", "feedback", "settings", "report"):
        app = page(name, dataset=big, language=language)
        assert not app.exception
        assert words in shown_text(app), name
    (record,) = queue.listed(LOCAL)
    assert (record.kind, record.state) == ("read", State.QUEUED)
