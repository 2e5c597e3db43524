"""What every model promises, whatever it computes: `engine.testing`, over all of ours."""

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import MODELS
from engine.testing import CHECKS
from tests.quick import make_model

EXTERNAL = "tests.outsiders:Together"
NAMES = [*MODELS, "hybrid:ease+0.5*item-knn", EXTERNAL]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.strip("_"))
@pytest.mark.parametrize("name", NAMES)
def test_keeps_the_contract(name: str, check: Callable[[Callable[[], Recommender]], None]) -> None:
    check(lambda: make_model(name))


@pytest.fixture(scope="module")
def ready(noisy: Dataset) -> dict[str, Recommender]:
    """Every model, fitted once on the noisy world."""
    return {name: make_model(name).fit(noisy, rng=np.random.default_rng(3)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_any_history_has_finite_scores(
    name: str, ready: dict[str, Recommender], data: st.DataObject
) -> None:
    model = ready[name]
    history = data.draw(st.lists(st.integers(0, model.n_items_ - 1), unique=True))
    weight = data.draw(st.floats(-5, 5, width=32))
    histories = Histories.from_lists(
        [history], n_items=model.n_items_, weights=[[weight] * len(history)]
    )
    assert np.isfinite(model.score(histories)).all()


def test_nothing_in_the_engine_unpickles() -> None:
    for file in Path(engine.__file__).parent.rglob("*.py"):
        imported = [
            name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
        ]
        assert not {"pickle", "joblib", "dill"} & set(imported), file
