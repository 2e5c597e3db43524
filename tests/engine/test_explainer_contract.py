"""Every explainer keeps its promises, and each check finds the one that does not."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.explanations.checks import Promises, Scorer
from engine.explanations.exact import explain_by_enumeration
from engine.explanations.methods import METHODS, SAMPLED
from engine.histories import Histories
from engine.models.base import LinearRecommender
from engine.models.pooled import PooledRecommender
from engine.testing import check_explainer


class Linear(LinearRecommender):
    name = "linear"

    def __init__(self, table):
        self.table, self.n_items_ = table, len(table)

    def _fit(self, dataset, *, rng): ...

    def _score(self, histories):
        return (2 + histories.seen() @ self.table).astype(np.float32)

    def inputs(self, weights):
        return np.ones_like(weights)

    def coefficients(self, target):
        return self.table[:, target]

    def base_value(self, target):
        return 2.0


class Pooled(PooledRecommender):
    name = "pooled"

    def __init__(self, table):
        self.table, self.n_items_ = table, len(table)

    def _fit(self, dataset, *, rng): ...

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scale = self.pooling(np.maximum(histories.lengths, 1))[:, None]
        return (1 + scale * (histories.seen() @ self.table)).astype(np.float32)

    def parts(self, history, targets):
        return self.table[history.items][:, targets]

    def pooling(self, sizes):
        return sizes.astype(float) ** -0.5

    def base_values(self, targets):
        return np.ones(len(targets))


def _additive(table):
    return Scorer(table, joint=0)


PROMISES = {
    "exact": [Promises(Linear), Promises(Pooled)],
    "enumeration": [Promises(), Promises(Pooled)],
    "leave-one-out": [Promises(additive=False), Promises(Linear), Promises(_additive)],
    "permutation": [Promises(), Promises(Pooled)],
    "shap": [Promises(tolerance=0.05), Promises(Linear)],
    "lime": [Promises(additive=False, tolerance=0.3)],
    "masked-lime": [Promises(additive=False, tolerance=0.3)],
}


@pytest.mark.parametrize(
    ("name", "promises"), [(name, each) for name in METHODS for each in PROMISES[name]]
)
def test_an_explainer_keeps_its_promises(name: str, promises: Promises) -> None:
    check_explainer(METHODS[name], promises)


def broken(change):
    """An exact explainer whose answers are changed."""

    def explainer(question, *, rng, effort):
        return [change(one) for one in explain_by_enumeration(question, rng=rng, effort=effort)]

    return explainer


def _noisy(one):
    noise = np.random.default_rng().normal(scale=1e-12, size=one.contributions.shape)
    return replace(one, contributions=one.contributions + noise)


BROKEN = {
    "what the model says": lambda one: replace(one, score=one.score + 1),
    "do not add up": lambda one: replace(one, contributions=one.contributions * 1.01),
    "not the Shapley values": lambda one: replace(one, contributions=np.roll(one.contributions, 1)),
    "not the items in their order": lambda one: replace(one, players=one.players[::-1]),
    "same seed": _noisy,
    "not the histories the model scored": lambda one: replace(one, evaluations=3),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_promise_is_found(words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_explainer(broken(BROKEN[words]))


def _shared(one):
    """Every player gets the same part: it adds up, and knows neither dummies nor Shapley."""
    return replace(one, contributions=np.full_like(one.contributions, one.contributions.mean()))


def _by_place(one):
    tilt = np.linspace(-1, 1, len(one.contributions)) if len(one.contributions) else 0.0
    return replace(one, contributions=one.contributions + tilt)


@pytest.mark.parametrize(
    ("change", "words"),
    [(_shared, "changes nothing gets a part"), (_by_place, "alike get different parts|nothing")],
)
def test_checks_without_shapley_find_what_is_broken(change, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_explainer(broken(change), Promises(additive=False))


def test_what_hangs_on_the_generator_is_known() -> None:
    assert set(SAMPLED) < set(METHODS)
    assert set(PROMISES) == set(METHODS)
