"""What a job answers to why is what the page answers, bit for bit; what is quick takes no job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import streamlit as st

from dashboard import loaders, reason_loaders
from dashboard.access.person import LOCAL
from dashboard.jobs import costs, explain, keeper, place, queue
from dashboard.jobs.answer_files import _plain, read_answer, write_answer
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.kind import Task
from engine.config import RunConfig
from engine.errors import OptionError
from engine.models.registry import MODELS
from engine.policies.registry import POLICIES
from tests.dashboard.apptest import page, shown_text

RUN = RunConfig("planted", "user-knn", rate=0.3)
_BACKGROUND = {"en": "The model is asked about so many histories", "zh": "大量历史打分"}


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Results of its own, and no worker: a test does the work itself."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    yield
    st.cache_resource.clear()


def _user() -> str:
    return loaders.split(RUN.dataset, RUN.seed).train.user_ids[3]


def _item() -> int:
    return int(loaders.slates(RUN).items[3, 0])


ASKED: dict[str, Callable[[], Any]] = {
    "shap": lambda: reason_loaders.reason(RUN, _user(), _item(), "shap", "history"),
    "groups": lambda: reason_loaders.reason(RUN, _user(), _item(), "permutation", "attributes"),
    "counterfactual": lambda: reason_loaders.counterfactual(RUN, _user(), _item()),
    "parameters": lambda: reason_loaders.parameters(RUN, ("group",)),
    "removal": lambda: reason_loaders.removal(RUN),
    "surrogate": lambda: reason_loaders.surrogate(RUN),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_job_answers_as_the_page_does(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inline = ASKED[asked]()
    st.cache_resource.clear()
    lists = loaders.slates(RUN)
    monkeypatch.setattr(loaders, "slates", lambda run: lists)
    monkeypatch.setattr(costs, "PATIENCE", -1.0)
    monkeypatch.setattr(loaders, "learn_first", lambda run: None)
    with pytest.raises(NotYetError) as needed:
        ASKED[asked]()
    assert needed.value.kind == "explain"
    record = queue.submit(needed.value.kind, needed.value.config, person=LOCAL)
    folder = place.results().path(record.work)
    folder.mkdir(parents=True)
    steps: list[tuple[int, int, str]] = []
    task = Task(record.config, folder, LOCAL, lambda *step: steps.append(step))
    with monkeypatch.context() as patched:
        patched.setattr(costs, "PATIENCE", 60.0)
        explain.KIND.run(task)
    assert [done for done, _, _ in steps] == [0, 1, 2]
    place.results().finish(record.work, record.hash)
    assert _plain(ASKED[asked]()) == _plain(inline)


def test_reasons_know_no_rate_and_no_policy() -> None:
    other = replace(RUN, policy="mmr", rate=0.9)
    item = _item()
    first = reason_loaders.reason(RUN, _user(), item, "shap", "history")
    assert reason_loaders.reason(other, _user(), item, "shap", "history") is first


def test_an_answer_holds_nothing_but_what_it_may(tmp_path: Path) -> None:
    kept = (
        1,
        0.1,
        None,
        "x",
        np.array([[1.5, np.inf]], dtype=np.float32),
        pl.DataFrame({"a": [1]}),
    )
    write_answer(kept, tmp_path)
    found = read_answer(tmp_path)
    assert _plain(found) == _plain(kept)
    assert found[4].dtype == np.float32
    with pytest.raises(TypeError):
        write_answer(RUN, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"why": "luck"},
        {"method": "luck"},
        {"game": "luck"},
        {"names": "group"},
        {"user": None},
    ],
    ids=str,
)
def test_settings_of_asking_are_checked(wrong: dict[str, str | None]) -> None:
    asked = {"user": "u", "item": "i", "method": "shap", "game": "history"}
    config = {"dataset": "planted", "model": "ease", "policy": "greedy", "why": "reason", **asked}
    config |= {name: value for name, value in wrong.items() if value is not None}
    config = {name: value for name, value in config.items() if wrong.get(name, "") is not None}
    with pytest.raises(OptionError):
        explain.KIND.check(config)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_draws_the_rest_while_its_reasons_are_asked_for(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reason_loaders, "is_quick", lambda seconds: False)
    app = page("person", language=language)
    assert not app.exception
    assert _BACKGROUND[language] in shown_text(app)
    assert any(str(place_) in shown_text(app) for place_ in ("**10**",))
    app = page("parameters", language=language)
    assert not app.exception
    assert _BACKGROUND[language] in shown_text(app)
    assert {record.kind for record in queue.listed(LOCAL)} == {"explain"}


def test_every_model_and_policy_that_is_dear_has_its_cost() -> None:
    assert set(costs._MODELS) == set(MODELS)
    assert set(costs._POLICIES) <= set(POLICIES)


def test_costs_grow_and_two_pieces_that_fit_alone_do_not_fit_together() -> None:
    train = loaders.split("planted", 7).train
    assert costs.is_quick(costs.measure_seconds(RUN, train))
    assert costs.reason_seconds("ease", train, method="exact", players=9) == 0
    rising = [
        costs.reason_seconds("sasrec", train, method=method, players=30)
        for method in ("leave-one-out", "shap", "counterfactual", "permutation")
    ]
    assert rising == sorted(rising)
    assert costs.affordable([1.5, 1.0, 0.5]) == [True, False, True]
