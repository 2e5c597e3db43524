"""Leave-one-out contributions, for any model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.explanations.explanation import Explanation
from engine.explanations.games import HistoryGame
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["explain_by_leaving_out"]


def explain_by_leaving_out(
    model: Recommender, history: Histories, *, targets: Sequence[int]
) -> list[Explanation]:
    """Take each item out of the history once and ask the model again: Δ_j = v(N) - v(N without j).

    These are Shapley values only if no items act together; what they do together is reported
    as the residual. Costs P + 2 evaluations for a history of P items, for all targets at once.
    """
    game = HistoryGame(model, history, targets=np.asarray(targets, dtype=np.int64))
    n_players = len(game.players)
    nobody, everybody = np.zeros((1, n_players), dtype=bool), np.ones((1, n_players), dtype=bool)
    values = game.values(np.concatenate([nobody, everybody, ~np.eye(n_players, dtype=bool)]))
    return [
        Explanation(
            method="leave-one-out",
            game="history",
            target=target,
            base_value=base,
            score=score,
            players=game.players,
            contributions=score - np.array(without),
            standard_errors=None,
            evaluations=game.evaluations,
        )
        for target, (base, score, *without) in zip(targets, values.T.tolist(), strict=True)
    ]
