"""LIME over masks of the players: one matrix of masks, one weighted ridge for all targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.explanations.explanation import Explanation
from engine.explanations.games import Game
from engine.explanations.question import Effort, Question

__all__ = ["Local", "closeness", "explain_by_masked_lime", "fit_masks", "held_out_r2"]

# The library's own kernel: exp(-d² / w²) under a root, with d² the players hidden and w² = .75² P.
_WIDTH = 2 * 0.75**2
# The library's own penalty.
_RIDGE = 1.0
_HELD_OUT = 0.2
_LEAST_HELD_OUT = 10

Local = tuple[NDArray[np.float64], NDArray[np.float64]]


def explain_by_masked_lime(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Fit v(z) ≈ b + w·z near the whole history, and show how well that holds elsewhere.

    Half of the players are hidden at random, none is ever added; the whole history and the empty
    one are always among the masks. A fifth of the budget is kept out of the fit for its R². The
    weights need not add up to the score: what is left over is the residual.

    Raises
    ------
    OptionError
        Fewer masks than unknowns: the penalty would then decide the fit.
    """
    game = question.play()
    n = game.n_players
    held_out = max(int(_HELD_OUT * effort.evaluations(n)), _LEAST_HELD_OUT)
    count = effort.evaluations(n) - held_out
    if count < n + 1:
        raise OptionError(
            "{count} masks cannot tell {players} players apart; give a budget of {least} or more",
            count=max(count, 0),
            players=n,
            least=int((n + 1) / (1 - _HELD_OUT)) + _LEAST_HELD_OUT,
        )
    masks = _draw(n, count, rng)
    local = fit_masks(masks, game.values(masks))
    fits = held_out_r2(game, local, count=held_out, rng=rng)
    return question.answer(
        "masked-lime", game, contributions=local[1], ends=game.ends(), fits=fits.tolist()
    )


def closeness(masks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(M,) weight of each mask: exp(-D / 1.125), with D the share of players it hides.

    This is the library's exponential kernel at its default width.
    """
    hidden = 1 - masks.mean(axis=1) if masks.shape[1] else np.zeros(len(masks))
    return np.asarray(np.exp(-hidden / _WIDTH))


def fit_masks(
    masks: NDArray[np.bool_],
    values: NDArray[np.float64],
    *,
    weights: NDArray[np.float64] | None = None,
) -> Local:
    """(T,) intercepts and (P, T) weights of the ridge min Σ π (v - b - w·z)² + ||w||².

    The intercept is not penalised; π are the (M,) weights given, or else `closeness`.
    """
    weight = (closeness(masks) if weights is None else weights)[:, None]
    z_mean = (weight * masks).sum(axis=0) / weight.sum()
    v_mean = (weight * values).sum(axis=0) / weight.sum()
    z, v = masks - z_mean, values - v_mean
    gram = (weight * z).T @ z + _RIDGE * np.eye(masks.shape[1])
    slopes = np.linalg.solve(gram, (weight * z).T @ v)
    return v_mean - z_mean @ slopes, slopes


def held_out_r2(
    game: Game, local: Local, *, count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(T,) weighted R² of a fit on fresh masks; NaN where all their values are alike.

    R² = 1 - Σ π (v - v̂)² / Σ π (v - mean)², at most 1; below 0 a constant would do better.
    """
    intercepts, slopes = local
    masks = rng.random((count, game.n_players)) < 0.5
    values, weight = game.values(masks), closeness(masks)[:, None]
    mean = (weight * values).sum(axis=0) / weight.sum()
    missed = (weight * (values - intercepts - masks @ slopes) ** 2).sum(axis=0)
    spread = (weight * (values - mean) ** 2).sum(axis=0)
    flat = spread <= 1e-18 * np.maximum((weight * values**2).sum(axis=0), 1e-300)
    return np.asarray(np.where(flat, np.nan, 1 - missed / np.where(flat, 1, spread)))


def _draw(n: int, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    masks = rng.random((count, n)) < 0.5
    masks[0], masks[1:2] = True, False
    return masks
