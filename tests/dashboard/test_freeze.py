"""What a page may not do while it draws it has done: the server works out nothing that is dear."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboard import loaders, reason_loaders
from dashboard.access.person import LOCAL, Person
from dashboard.access.role import Role
from dashboard.jobs import costs, fitting, keeper, place, queue
from dashboard.jobs.measure import wanted_measure
from dashboard.jobs.record import State
from engine.config import RunConfig
from tests.dashboard.apptest import page, shown_text
from tests.dashboard.messages import ROOT

DEAR = {
    loaders: (
        "list_everyone",
        "measure_rates",
        "compare_model",
        "audit_run",
        "evaluate",
        "analyse",
    ),
    reason_loaders: (
        *("find_reason", "find_counterfactual", "find_removal", "find_parameters"),
        "find_surrogate",
    ),
    fitting: ("fit_model",),
}
ASKS: dict[str, dict[str, Any]] = {
    "overview": {"asks": {("measure", "people")}},
    "groups": {"asks": {("measure", "people")}},
    "providers": {"asks": {("measure", "items")}},
    "person": {"asks": {("measure", "lists")}},
    "explore": {"asks": {("measure", "people")}},
    "settings": {"asks": {("curve", None)}, "tried_policies": ["mmr"]},
    "verdicts": {"asks": {("audit", None)}},
    "report": {"asks": {("audit", None)}},
    "models": {"asks": {("measure", "model")}, "compared": ["als", "item-knn"]},
    "parameters": {"asks": {("explain", None)}},
}


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Results of its own, and no worker: what is asked for stays asked for."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be dearer than a page may do, and doing it an error."""
    monkeypatch.setattr(costs, "PATIENCE", -1.0)
    for module, names in DEAR.items():
        for name in names:
            monkeypatch.setattr(module, name, _never)


def _never(*_: object, **__: object) -> None:
    raise AssertionError("the server would work it out while others wait")


def _chosen(name: str) -> dict[str, Any]:
    return {key: value for key, value in ASKS[name].items() if key != "asks"} | {"model": "als"}


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.usefixtures("dear")
def test_a_page_has_a_model_fitted_that_it_may_not_fit(name: str) -> None:
    app = page(name, **_chosen(name))
    press(app, name)
    assert not app.exception
    assert "learns in the background" in shown_text(app)
    assert {record.kind for record in queue.listed(LOCAL)} == {"fit"}


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.usefixtures("dear")
def test_a_page_has_measured_what_it_may_not_measure(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaders, "takes_job", lambda model, train: False)
    app = page(name, **_chosen(name))
    press(app, name)
    assert not app.exception
    records = queue.listed(LOCAL)
    assert {(one.kind, one.config.get("what")) for one in records} == ASKS[name]["asks"]


_LOADED = """
import sys
from dashboard.jobs.loading import preload
preload()
assert "torch" not in sys.modules
assert "libtorch_cpu" in open("/proc/self/maps").read()
import torch
assert torch.ones(2).sum().item() == 2
"""


def test_the_system_loads_the_library_of_models_before_it_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, check=False)
    assert done.returncode == 0


def press(app: Any, name: str) -> None:
    """Press what the page begins with, where it waits for that."""
    if name == "settings":
        app.button(key="measure-settings").click().run()


def test_two_people_have_one_piece_of_work_done_once_and_neither_takes_it_from_the_other() -> None:
    run = RunConfig("planted", "als", rate=0.2)
    table = place.table()
    people = [Person(name, Role.ANALYST) for name in ("ana", "otto")]
    ana, otto = (
        queue.submit("measure", wanted_measure(run, "people"), person=one) for one in people
    )
    assert ana.id != otto.id
    assert ana.work == otto.work
    first = table.claim("one", slot=0)
    assert first is not None
    assert table.claim("two", slot=1) is None
    # She leaves, and takes it back: his is taken up where hers stood.
    queue.cancel(first.id, next(one for one in people if one.identity == first.owner))
    table.beat(first.id, "one")
    table.settle(first.id, "one")
    second = table.claim("two", slot=1)
    assert second is not None
    assert {first.id, second.id} == {ana.id, otto.id}
    results = place.results()
    results.path(second.work).mkdir(parents=True)
    results.finish(second.work, second.hash)
    table.settle(second.id, "two", result=results.path(second.work))
    again = queue.submit("measure", wanted_measure(run, "people"), person=people[0])
    assert again.state is State.DONE
    assert again.result == results.path(second.work)
