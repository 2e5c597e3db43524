"""Leave-one-out contributions, for any model; in closed form where a person is folded in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.explanations.explanation import Explanation
from engine.explanations.question import Effort, Question
from engine.models.fold_in import FoldInRecommender, FoldInSystem

__all__ = ["explain_by_leaving_out", "fold_in_losses"]


def explain_by_leaving_out(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Say what the score loses when one player alone is away: Δ_j = v(N) - v(N without j).

    These are Shapley values only if no players act together; what they do together is reported
    as the residual. Costs P + 2 evaluations for P players, for all targets at once; a model that
    declares how it folds a history in is asked for the whole history alone.
    """
    game, model = question.play(), question.model
    over_items = question.game != "attributes"
    if over_items and isinstance(model, FoldInRecommender) and model.capabilities.folds_in:
        losses = fold_in_losses(model.fold_in_system(), question.history.items, question.asked)
        score = game.values(np.ones((1, game.n_players), dtype=bool))[0]
        # Folded in from nothing, the vector is 0, and so is every score.
        ends = (np.zeros_like(score), score)
        return question.answer(
            "leave-one-out", game, ends=ends, contributions=losses @ question.mix.T
        )
    score = game.ends()[1]
    without = game.values(~np.eye(game.n_players, dtype=bool))
    return question.answer("leave-one-out", game, ends=game.ends(), contributions=score - without)


def fold_in_losses(
    system: FoldInSystem, items: NDArray[np.integer], targets: NDArray[np.integer]
) -> NDArray[np.float64]:
    """(P, A) what each target's score loses without one item, by Sherman and Morrison.

    With A the inverse for the whole history and p its vector,
    Δ_j = y_tᵀ A q_j (pull - extra p·q_j) / (1 - extra q_jᵀ A q_j). Costs d² an item after one
    inverse.
    """
    q = system.vectors[items]
    inverse = np.linalg.inv(system.everywhere + system.extra * (q.T @ q))
    spread = q @ inverse
    p = system.pull * spread.sum(axis=0)
    own = (spread * q).sum(axis=1)
    scale = (system.pull - system.extra * (q @ p)) / (1 - system.extra * own)
    return np.asarray((spread @ system.vectors[targets].T) * scale[:, None])
