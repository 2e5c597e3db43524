"""What jobs make is what the pages would have made, whatever stopped them on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from audits.measured import Setting
from audits.threshold_files import PRESETS
from dashboard import loaders
from dashboard.access.person import LOCAL
from dashboard.jobs import audit, costs, curve, fit, keeper, measure, place, queue, running
from dashboard.jobs.data import data_of
from dashboard.jobs.fitting import NotYetError, is_slow, seconds_of, takes_job, wanted_fit
from dashboard.jobs.kind import Plan, StoppedError, Task
from dashboard.jobs.results import Results
from dashboard.uploads.store import UploadStore, store_of
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import OptionError, UnknownNameError
from engine.models.progress import Watchable
from engine.models.registry import MODELS, make_model
from engine.recommend import fit_model
from tests.dashboard.apptest import page, shown_text

RUN = RunConfig("planted", "mult-vae", rate=0.0)


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Results of its own, and no worker: a test does the work itself."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    yield
    st.cache_resource.clear()


def test_a_fit_that_was_stopped_has_the_bits_of_one_that_was_not() -> None:
    with pytest.raises(NotYetError) as needed:
        loaders.fitted(RUN)
    assert needed.value.config == wanted_fit(RUN)
    folder = queue.folder_of("fit", wanted_fit(RUN), person=LOCAL)
    folder.mkdir(parents=True)
    steps: list[int] = []

    def report(done: int, total: int, stage: str) -> None:
        steps.append(done)
        if len(steps) == 40:
            raise StoppedError

    task = Task(wanted_fit(RUN), folder, LOCAL, report)
    with pytest.raises(StoppedError):
        fit.KIND.run(task)
    with pytest.raises(NotYetError):
        loaders.fitted(RUN)
    before = seconds_of(folder)
    fit.KIND.run(task)
    assert steps == list(range(1, len(steps) + 1))
    assert seconds_of(folder) > before > 0
    _mark_done(folder)

    train = loaders.split("planted", RUN.seed).train
    straight = fit_model(RUN, train).score(train.histories)
    assert np.array_equal(loaders.fitted(RUN).score(train.histories), straight)
    assert loaders.compared(RUN).fit_seconds == seconds_of(folder)

    (folder / "fit.safetensors").write_bytes(b"broken")
    st.cache_resource.clear()
    with pytest.raises(NotYetError):
        loaders.fitted(RUN)
    assert queue.result("fit", wanted_fit(RUN), person=LOCAL) is None


def _mark_done(folder: Path) -> None:
    hash = Plan(fit.KIND, fit.KIND.check(wanted_fit(RUN)), _fingerprint()).hash
    place.results().finish(folder.name, hash)


def _fingerprint() -> str:
    return loaders.dataset("planted").fingerprint


def test_models_that_learn_in_epochs_are_slow_and_closed_forms_are_not() -> None:
    slow = {name for name in MODELS if is_slow(name)}
    assert {"sasrec", "two-tower", "lstm", "mult-vae", "lightgcn-kg", "bpr"} <= slow
    assert slow == {name for name in MODELS if isinstance(make_model(name), Watchable)}
    assert not slow & {"popularity", "item-knn", "user-knn", "ease", "als", "hybrid"}


@pytest.mark.parametrize("name", ["admm-slim", "hybrid-stacked"])
def test_a_large_closed_form_is_fitted_by_a_job_and_has_the_bits_of_the_fit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunConfig("planted", name, rate=0.0)
    train = loaders.split("planted", run.seed).train
    straight = loaders.fitted(run).score(train.histories)
    st.cache_resource.clear()
    monkeypatch.setattr(costs, "_ITEMS", 16)
    with pytest.raises(NotYetError) as needed:
        loaders.fitted(run)
    record = queue.submit(needed.value.kind, needed.value.config, person=LOCAL)
    folder = place.results().path(record.work)
    folder.mkdir(parents=True)
    fit.KIND.run(Task(record.config, folder, LOCAL, lambda *step: None))
    place.results().finish(record.work, record.hash)
    assert np.array_equal(loaders.fitted(run).score(train.histories), straight)
    assert loaders.compared(run).fit_seconds == seconds_of(folder) > 0
    (folder / "fitted.npz").write_bytes(b"broken")
    st.cache_resource.clear()
    with pytest.raises(NotYetError):
        loaders.fitted(run)


def test_what_takes_a_job_grows_with_the_catalogue_and_a_small_one_takes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train = loaders.split("planted", 7).train
    assert not any(takes_job(name, train) for name in ("ease", "admm-slim", "hybrid-stacked"))
    assert takes_job("mult-vae", train)
    monkeypatch.setattr(costs, "is_encoded", lambda texts: False)
    monkeypatch.setattr(costs, "item_texts", lambda items: [])
    films = _world(943, 1682, 75_000)
    assert {name for name in MODELS if not is_slow(name) and takes_job(name, films)} == {
        *("admm-slim", "content", "hybrid", "hybrid-votes", "hybrid-stacked")
    }
    monkeypatch.setattr(costs, "is_encoded", lambda texts: True)
    assert not takes_job("content", films)
    assert takes_job("ease", _world(943, 4000, 75_000))
    assert not takes_job("als", _world(943, 4000, 75_000))
    assert takes_job("als", _world(6040, 3706, 750_000))
    assert not takes_job("user-knn", _world(10**6, 10**6, 10**8))


def _world(people: int, items: int, rows: int) -> Dataset:
    """Return what a cost is reckoned by."""
    log = SimpleNamespace(height=rows)
    sizes = {"n_users": people, "n_items": items, "interactions": log, "items": None}
    return type("World", (), sizes)()  # type: ignore[no-any-return]


def test_a_curve_from_a_job_is_the_curve_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = RunConfig("planted", "ease", "mmr", rate=0.0)
    inline = loaders.curve(greedy, ("group",))
    st.cache_resource.clear()
    monkeypatch.setattr(running, "_MOST_CELLS", 1)
    with pytest.raises(NotYetError) as needed:
        loaders.curve(greedy, ("group",))
    record = queue.submit("curve", needed.value.config, person=LOCAL)
    folder = place.results().path(record.work)
    folder.mkdir(parents=True)
    curve.KIND.run(Task(record.config, folder, LOCAL, lambda *step: None))
    place.results().finish(record.work, record.hash)
    _assert_same(loaders.curve(greedy, ("group",)), inline)


def test_an_audit_from_a_job_is_the_audit_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunConfig("planted", "popularity", rate=0.2)
    presets = tuple(PRESETS)[:1]
    inline = loaders.report(run, presets)
    st.cache_resource.clear()
    monkeypatch.setattr(running, "_MOST_CELLS", 1)
    with pytest.raises(NotYetError) as needed:
        loaders.report(run, presets)
    record = queue.submit("audit", needed.value.config, person=LOCAL)
    folder = place.results().path(record.work)
    folder.mkdir(parents=True)
    audit.KIND.run(Task(record.config, folder, LOCAL, lambda *step: None))
    place.results().finish(record.work, record.hash)
    found = loaders.report(run, presets)
    assert found == inline
    assert found.hash == inline.hash


def _assert_same(found: tuple[Setting, ...], expected: tuple[Setting, ...]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.policy, one.rate) == (other.policy, other.rate)
        assert (one.rows, one.changes) == (other.rows, other.changes)
        assert one.draws.keys() == other.draws.keys()
        assert all(np.array_equal(one.draws[key], other.draws[key]) for key in one.draws)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_that_its_model_learns_and_draws_the_rest_of_the_models(language: str) -> None:
    app = page("groups", model="mult-vae", language=language)
    assert not app.exception
    assert ("learns in the background" if language == "en" else "在后台训练") in shown_text(app)
    (record,) = queue.listed(LOCAL)
    assert (record.kind, record.config) == ("fit", wanted_fit(RUN))
    app = page("models", compared=["popularity", "mult-vae"], language=language)
    assert not app.exception
    assert [one.id for one in queue.listed(LOCAL)] == [record.id]
    assert len(app.get("vega_lite_chart")) >= 1
    app = page("jobs", language=language)
    assert not app.exception
    assert "Mult-VAE" in shown_text(app)


def test_results_keep_to_their_bound_and_what_is_needed_stays(tmp_path: Path) -> None:
    kept = Results(tmp_path / "r", most_bytes=2500)
    for age, work in enumerate(["old", "needed", "new"]):
        kept.path(work).mkdir(parents=True)
        (kept.path(work) / "data").write_bytes(b"x" * 1000)
        kept.finish(work, "h")
        os.utime(kept.path(work), (1000 + age, 1000 + age))
    assert kept.tidy(needed={"old"}) == ("needed",)
    assert kept.finished("needed", "h") is None
    assert kept.finished("old", "h") == kept.path("old")
    assert kept.finished("old", "other") is None
    assert kept.tidy(needed=()) == ()


def _done(needed: NotYetError) -> None:
    """Do the job that a page waits for."""
    record = queue.submit(needed.kind, needed.config, person=LOCAL)
    folder = place.results().path(record.work)
    folder.mkdir(parents=True)
    steps: list[tuple[int, int, str]] = []
    measure.KIND.run(Task(record.config, folder, LOCAL, lambda *step: steps.append(step)))
    assert [done for done, _, _ in steps] == list(range(len(steps)))
    assert all(len(steps) <= total for _, total, _ in steps)
    place.results().finish(record.work, record.hash)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda run: loaders.measured(run, ("group",)),
        lambda run: loaders.measured(run, ()),
        lambda run: loaders.measured(replace(run, rate=0.0), ("group",)),
        lambda run: loaders.provider_results(run, "categories", "catalogue"),
        lambda run: (one := loaders.compared(run), one.model, one.size, one.items.tolist())[1:],
        lambda run: loaders.compared(run).results,
        lambda run: {name: array.tolist() for name, array in vars(loaders.slates(run)).items()},
    ],
    ids=["by group", "everyone", "at rate 0", "of items", "a model", "its measures", "lists"],
)
def test_what_a_job_measured_is_what_the_page_measures(
    wanted: Callable[[RunConfig], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunConfig("planted", "popularity", "mmr", rate=0.3)
    inline = wanted(run)
    st.cache_resource.clear()
    monkeypatch.setattr(running, "_MOST_CELLS", 1)
    with pytest.raises(NotYetError) as needed:
        wanted(run)
    _done(needed.value)
    assert repr(wanted(run)) == repr(inline)


@pytest.mark.parametrize("wrong", [{"what": "nothing"}, {"merit": "luck"}, {"whatever": 1}])
def test_settings_of_measuring_are_checked(wrong: dict[str, object]) -> None:
    config = {"dataset": "planted", "model": "ease", "policy": "mmr", "what": "people", **wrong}
    with pytest.raises(OptionError):
        measure.KIND.check(config)


def test_a_page_about_a_large_world_asks_for_the_job_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "_MOST_CELLS", 1)
    for name in ("overview", "groups", "providers", "person", "explore"):
        app = page(name, dataset="planted")
        assert not app.exception
        assert any("Making and measuring these lists" in one.value for one in app.info), name
    assert {record.kind for record in queue.listed(LOCAL)} == {"measure"}


def test_nothing_of_a_set_of_ones_own_is_read_to_tell_its_jobs_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    store = store_of(LOCAL)
    name, other = (store.keep(loaders.dataset("planted"), "mine") for _ in range(2))
    with monkeypatch.context() as patched:
        patched.setattr(UploadStore, "load", _never)
        first = data_of(name, person=LOCAL)
        assert data_of(name, person=LOCAL) == first != data_of(other, person=LOCAL)
    store.delete(name)
    with pytest.raises(UnknownNameError):
        data_of(name, person=LOCAL)


def _never(*_: object) -> None:
    raise AssertionError("it was read")
