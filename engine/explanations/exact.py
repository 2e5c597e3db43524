"""Exact Shapley values where the model is linear in its history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.explanations.explanation import Explanation
from engine.explanations.games import HistoryGame
from engine.histories import Histories
from engine.models.base import LinearRecommender

__all__ = ["explain_exactly"]


def explain_exactly(
    model: LinearRecommender, history: Histories, *, targets: Sequence[int]
) -> list[Explanation]:
    """Read each target's Shapley values off the coefficients.

    With v(S) = base + Σ_{j in S} x_j c_jt every marginal contribution of j is x_j c_jt, so that
    is its Shapley value, and also what leave-one-out gives. Computed in float64; the score is
    asked from the model (one evaluation), so the residual shows how well the form fits it.
    """
    game = HistoryGame(model, history, targets=np.asarray(targets, dtype=np.int64))
    whole = np.ones((1, len(game.players)), dtype=bool)
    scores = game.values(whole)[0]
    x = model.inputs(history.weights).astype(np.float64)
    return [
        Explanation(
            method="exact",
            game="history",
            target=target,
            base_value=model.base_value(target),
            score=float(score),
            players=game.players,
            contributions=x * model.coefficients(target)[game.players].astype(np.float64),
            standard_errors=None,
            evaluations=game.evaluations,
        )
        for target, score in zip(targets, scores, strict=True)
    ]
