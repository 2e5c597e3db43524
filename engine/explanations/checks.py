"""What every explainer promises, as checks on games whose answers are known by construction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.explanations.exact import enumerate_shapley
from engine.explanations.explanation import Explanation
from engine.explanations.methods import Explainer
from engine.explanations.question import Effort, Question
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["EXPLAINER_CHECKS", "Promises", "Scorer"]

_ITEMS = 12
_HISTORY = (7, 2, 9, 4, 0, 5)
_TARGETS = (10, 11)


@dataclass(frozen=True)
class Promises:
    """What an explainer claims.

    Attributes
    ----------
    make_model
        Makes the model it can explain out of a table of (I, I) whole numbers, an item's row and a
        target's column; None for `Scorer`, a model with interactions.
    additive
        Base value and contributions add up to the score.
    tolerance
        Largest error of a contribution, as a share of the largest one, beside five standard errors.
    """

    make_model: Callable[[NDArray[np.float64]], Recommender] | None = None
    additive: bool = True
    tolerance: float = 1e-5


class Scorer(Recommender):
    """score_t = Σ_j c_jt + (Σ_j d_j)² / 8 over the history: items act together in pairs.

    Sums of whole numbers and eighths, so that float32 is exact. It counts what it is asked.
    """

    name = "scorer"

    def __init__(self, table: NDArray[np.float64], *, joint: float = 1.0) -> None:
        self.table, self.joint, self.asked = table, joint, 0
        self.n_items_ = len(table)

    def _fit(self, dataset: object, *, rng: np.random.Generator) -> None:
        """Nothing to learn."""

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        self.asked += len(histories)
        has = histories.seen().astype(np.float64)
        together = has @ self.table[:, 0]
        scores = has @ self.table + self.joint * together[:, None] ** 2 / 8
        return np.asarray(scores, dtype=np.float32)


def _table(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).integers(-6, 7, size=(_ITEMS, _ITEMS)).astype(np.float64)


def _model(promises: Promises, table: NDArray[np.float64]) -> Recommender:
    return Scorer(table) if promises.make_model is None else promises.make_model(table)


def _ask(
    explainer: Explainer,
    model: Recommender,
    *,
    items: Sequence[int] = _HISTORY,
    targets: Sequence[int] = _TARGETS,
    seed: int = 1,
) -> list[Explanation]:
    history = Histories.from_lists([list(items)], n_items=_ITEMS)
    question = Question(model, history, tuple(targets))
    return explainer(question, rng=np.random.default_rng(seed), effort=Effort(budget=240))


def _require(holds: bool, promise: str) -> None:
    if not holds:
        raise AssertionError(promise)


def _slack(one: Explanation, promises: Promises) -> NDArray[np.float64]:
    errors = 0.0 if one.standard_errors is None else 5 * np.nan_to_num(one.standard_errors)
    largest = max(float(np.abs(one.contributions).max(initial=0)), 1.0)
    return np.broadcast_to(errors + promises.tolerance * largest, one.contributions.shape)


def _ends_are_the_models_own(explainer: Explainer, promises: Promises) -> None:
    model = _model(promises, _table(1))
    nobody = model.score(Histories.empty(1, n_items=_ITEMS))[0]
    somebody = model.score(Histories.from_lists([list(_HISTORY)], n_items=_ITEMS))[0]
    for one in _ask(explainer, model):
        close = np.isclose(
            [one.base_value, one.score], [nobody[one.target], somebody[one.target]], atol=1e-6
        )
        _require(bool(close.all()), "base value or score is not what the model says")


def _it_adds_up(explainer: Explainer, promises: Promises) -> None:
    for seed in range(3):
        for one in _ask(explainer, _model(promises, _table(seed))):
            total = one.base_value + one.contributions.sum() + one.residual
            _require(abs(total - one.score) <= 1e-9, "parts and residual do not make the score")
            if promises.additive:
                scale = np.abs(one.contributions).sum() + abs(one.base_value)
                _require(abs(one.residual) <= 1e-5 * scale, "contributions do not add up")


def _it_finds_the_shapley_values(explainer: Explainer, promises: Promises) -> None:
    if not promises.additive:
        return
    model = _model(promises, _table(2))
    history = Histories.from_lists([list(_HISTORY)], n_items=_ITEMS)
    truth = enumerate_shapley(Question(model, history, _TARGETS).play())
    for t, one in enumerate(_ask(explainer, model)):
        apart = np.abs(one.contributions - truth[:, t])
        _require(bool((apart <= _slack(one, promises)).all()), "not the Shapley values")


def _a_dummy_gets_nothing(explainer: Explainer, promises: Promises) -> None:
    table = _table(3)
    table[_HISTORY[2]] = 0
    model = _model(promises, table)
    if not _is_dummy(model, place=2):
        return
    for one in _ask(explainer, model):
        off = abs(float(one.contributions[2]))
        _require(off <= _slack(one, promises)[2], "an item that changes nothing gets a part")


def _is_dummy(model: Recommender, *, place: int) -> bool:
    """Whether a history item changes no score; one that brings nothing may still dilute others."""
    history = Histories.from_lists([list(_HISTORY)], n_items=_ITEMS)
    game = Question(model, history, _TARGETS).play()
    masks = (np.arange(1 << len(_HISTORY))[:, None] >> np.arange(len(_HISTORY))) & 1 == 1
    without = masks.copy()
    without[:, place] = False
    return bool(np.allclose(game.values(masks), game.values(without)))


def _twins_get_the_same(explainer: Explainer, promises: Promises) -> None:
    table = _table(4)
    table[_HISTORY[3]] = table[_HISTORY[1]]
    for one in _ask(explainer, _model(promises, table)):
        apart = abs(float(one.contributions[3] - one.contributions[1]))
        _require(apart <= 2 * _slack(one, promises)[[1, 3]].max(), "two alike get different parts")


def _order_does_not_matter(explainer: Explainer, promises: Promises) -> None:
    model = _model(promises, _table(5))
    straight = _ask(explainer, model)
    turned = _ask(explainer, model, items=_HISTORY[::-1])
    for one, other in zip(straight, turned, strict=True):
        apart = np.abs(one.contributions - other.contributions[::-1])
        _require(bool((apart <= 2 * _slack(one, promises)).all()), "the order of a history counts")


def _players_are_the_history(explainer: Explainer, promises: Promises) -> None:
    for one in _ask(explainer, _model(promises, _table(6))):
        _require(one.players.tolist() == list(_HISTORY), "players are not the items in their order")
    (alone,) = _ask(explainer, _model(promises, _table(6)), items=[], targets=_TARGETS[:1])
    _require(len(alone.contributions) == 0, "an empty history has contributions")
    _require(alone.score == alone.base_value, "an empty history has more than a base value")


def _same_seed_same_bits(explainer: Explainer, promises: Promises) -> None:
    first, second = (_ask(explainer, _model(promises, _table(7))) for _ in range(2))
    same = all(
        one.contributions.tobytes() == other.contributions.tobytes()
        for one, other in zip(first, second, strict=True)
    )
    _require(same, "the same seed gives other contributions")


def _questions_are_counted(explainer: Explainer, promises: Promises) -> None:
    if promises.make_model is not None:
        return
    model = Scorer(_table(8))
    found = _ask(explainer, model)
    _require(
        all(one.evaluations == model.asked for one in found),
        "evaluations are not the histories the model scored",
    )


EXPLAINER_CHECKS: tuple[Callable[[Explainer, Promises], None], ...] = (
    _ends_are_the_models_own,
    _it_adds_up,
    _it_finds_the_shapley_values,
    _a_dummy_gets_nothing,
    _twins_get_the_same,
    _order_does_not_matter,
    _players_are_the_history,
    _same_seed_same_bits,
    _questions_are_counted,
)
