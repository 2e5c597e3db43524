"""Exact Shapley values of scores whose parts act alone and in pairs, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.explanations.explanation import Explanation
from engine.explanations.games import HistoryGame
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.factorised import FactorisationForm, Factorised, Feature

__all__ = ["AttributeExplanation", "explain_attributes", "explain_by_factors", "shapley_values"]


@dataclass(frozen=True, eq=False)
class AttributeExplanation:
    """Why one item got its score, by what is known of the person, the moment and the item.

    The attributes game: an absent attribute, hour, weekday or recency is unknown, an absent
    history is empty, an absent category is taken from the item. Law: score = base_value + Σ
    contributions, to the rounding of the model's float32.

    Attributes
    ----------
    target
        Row of the explained item.
    base_value
        Its score when nothing at all is known.
    score
        Its score as the model gives it.
    players
        (field, value) in the order of the contributions; ("history", number of items) is one.
    contributions
        (P,) Shapley values in the unit of the score.
    evaluations
        Histories the model scored.
    """

    target: int
    base_value: float
    score: float
    players: tuple[Feature, ...]
    contributions: NDArray[np.float64]
    evaluations: int


def shapley_values(form: FactorisationForm) -> NDArray[np.float64]:
    """(P,) Shapley values: what a player adds alone, and half of every pair it is in.

    φ_j = w_j + ½ (⟨l_j, R - r_j⟩ + ⟨r_j, L - l_j⟩) with L and R the sums over all players. With
    l = r = x / √2 this is the known form w_j + ½⟨x_j, Σ_k x_k - x_j⟩ of the factorisation machine.
    """
    others_right = form.rights.sum(axis=0) - form.rights
    others_left = form.lefts.sum(axis=0) - form.lefts
    pairs = (form.lefts * others_right + form.rights * others_left).sum(axis=1)
    found: NDArray[np.float64] = form.weights + pairs / 2
    return found


def explain_by_factors(
    model: Recommender, history: Histories, *, targets: Sequence[int]
) -> list[Explanation]:
    """Explain targets by the items of one history, of a model that is `Factorised`.

    The person's attributes and the moment belong to the base value. One evaluation: the score is
    asked from the model, so the residual shows how well the form fits it.
    """
    assert isinstance(model, Factorised)
    game = HistoryGame(model, history, targets=np.asarray(targets, dtype=np.int64))
    scores = game.values(np.ones((1, len(game.players)), dtype=bool))[0]
    forms = [model.history_form(history, target) for target in targets]
    return [
        Explanation(
            method="exact",
            game="history",
            target=target,
            base_value=form.base,
            score=float(score),
            players=game.players,
            contributions=shapley_values(form),
            standard_errors=None,
            evaluations=game.evaluations,
        )
        for target, score, form in zip(targets, scores, forms, strict=True)
    ]


def explain_attributes(
    model: Recommender, history: Histories, *, targets: Sequence[int]
) -> list[AttributeExplanation]:
    """Explain targets by attributes, moment, history as a whole and categories; one evaluation."""
    assert isinstance(model, Factorised)
    scores = model.score(history)[0]
    found = []
    for target in targets:
        players, form = model.attribute_form(history, target)
        found.append(
            AttributeExplanation(
                target=target,
                base_value=form.base,
                score=float(scores[target]),
                players=players,
                contributions=shapley_values(form),
                evaluations=1,
            )
        )
    return found
