"""The library lime, over masks of the players."""

from __future__ import annotations

from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from engine.errors import CapabilityError, OptionError
from engine.explanations.explanation import Explanation
from engine.explanations.games import Game
from engine.explanations.masked_lime import Local, held_out_r2
from engine.explanations.question import Effort, Question

__all__ = ["explain_with_lime", "lime_weights"]

# Masks beyond the budget of the fit, on which its R² is shown.
_HELD_OUT = 50


def explain_with_lime(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Explain by `lime.lime_tabular`, with masks of the players as the table.

    Shown with its R² on fifty further masks; its weights need not add up to the score.

    Raises
    ------
    CapabilityError
        The library is not installed.
    """
    game = question.play()
    seed = int(rng.integers(2**31))
    budget = effort.evaluations(game.n_players)
    local = lime_weights(game, samples=budget, seed=seed)
    fits = held_out_r2(game, local, count=_HELD_OUT, rng=rng)
    return question.answer(
        "lime", game, contributions=local[1], ends=game.ends(), fits=fits.tolist()
    )


def lime_weights(game: Game, *, samples: int, seed: int) -> Local:
    """(T,) intercepts and (P, T) weights that the library fits, one value after the other.

    Its traps are closed: all players are kept (its own default keeps ten), the table holds masks
    alone, so that nothing unseen is ever added, and the weights are taken from the key that has
    their true sign (in regression the other key has them turned round).

    Raises
    ------
    CapabilityError
        The library is not installed.
    OptionError
        Fewer than two samples a player: the library's penalty would decide the fit.
    """
    n = game.n_players
    if n == 0:
        return game.ends()[0], np.zeros((0, game.n_values))
    if samples < 2 * n:
        raise OptionError(
            "lime with {samples} samples cannot tell {players} players apart; give a budget of "
            "{least} or more",
            samples=samples,
            players=n,
            least=2 * n,
        )
    # Each player is there in one row and away in the other, so each is hidden half of the time.
    table = np.stack([np.zeros(n), np.ones(n)])
    intercepts, weights = np.zeros(game.n_values), np.zeros((n, game.n_values))
    for t in range(game.n_values):
        explainer = _library().LimeTabularExplainer(
            table,
            mode="regression",
            categorical_features=list(range(n)),
            discretize_continuous=False,
            random_state=seed,
        )

        def value(rows: NDArray[np.floating], t: int = t) -> NDArray[np.float64]:
            return game.values(np.asarray(rows) > 0.5)[:, t]

        found = explainer.explain_instance(np.ones(n), value, num_features=n, num_samples=samples)
        intercepts[t] = found.intercept[1]
        for player, weight in found.as_map()[1]:
            weights[player, t] = weight
    return intercepts, weights


def _library() -> Any:
    try:
        # What it imports warns of its own future.
        with catch_warnings():
            simplefilter("ignore")
            from lime import lime_tabular
    except ModuleNotFoundError as error:
        raise CapabilityError(
            "the method {method} needs the library {library}, which is not installed; "
            "install it by: pip install 'recscope[explain]'",
            method="lime",
            library=error.name,
        ) from error
    return lime_tabular
