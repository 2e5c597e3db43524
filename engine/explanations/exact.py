"""Exact Shapley values: read off where the model has a closed form, else from every subset."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from engine.errors import CapabilityError, OptionError
from engine.explanations.explanation import Explanation
from engine.explanations.forms import find_form
from engine.explanations.games import Game
from engine.explanations.question import Effort, Question

__all__ = [
    "MOST_ENUMERATED",
    "alone",
    "enumerate_shapley",
    "explain_by_enumeration",
    "explain_exactly",
]

# 2^12 subsets are a few thousand histories.
MOST_ENUMERATED = 12


def explain_exactly(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Read each target's Shapley values off the model's closed form, in float64.

    The score is asked from the model (one evaluation), so the residual shows how well the form
    fits it; the attribute game asks for nobody's score as well. Values of a margin are the same
    differences of values, for Shapley values are linear in the game.

    Raises
    ------
    CapabilityError
        The model declares no form for this game.
    """
    form = find_form(question)
    if form is None:
        raise CapabilityError(
            "the model {model} declares no closed form for the {game} game, so it has no exact "
            "explanation; use permutation or leave-one-out",
            model=question.model.name,
            game=question.game,
        )
    parts, game, mix = form.parts(question), question.play(), question.mix
    score = game.values(np.ones((1, game.n_players), dtype=bool))[0]
    return question.answer(
        "exact",
        game,
        ends=(mix @ parts.base_values, score),
        contributions=parts.contributions @ mix.T,
    )


def explain_by_enumeration(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Ask the model about every subset of the players, at most 2^12.

    Raises
    ------
    OptionError
        More than twelve players act together.
    """
    game = question.play()
    return question.answer(
        "enumeration", game, contributions=enumerate_shapley(game), ends=game.ends()
    )


def enumerate_shapley(game: Game) -> NDArray[np.float64]:
    """(P, T) Shapley values, by their definition.

    φ_j = Σ over subsets S without j of |S|! (n - |S| - 1)! / n! × (v(S + j) - v(S)).

    Raises
    ------
    OptionError
        More than twelve players act together.
    """
    acting = np.flatnonzero(game.acting)
    n = len(acting)
    if n > MOST_ENUMERATED:
        raise OptionError(
            "{count} players have too many subsets to ask about all; use permutation, or "
            "enumerate at most {most}",
            count=n,
            most=MOST_ENUMERATED,
        )
    subsets = np.arange(1 << n)
    present = (subsets[:, None] >> np.arange(n)) & 1 == 1
    masks = np.zeros((len(subsets), game.n_players), dtype=bool)
    masks[:, acting] = present
    values, size = game.values(masks), present.sum(axis=1)
    share = np.array([1 / (n * comb(n - 1, s)) for s in range(n)])
    found = alone(game)
    for j, player in enumerate(acting):
        without = subsets[~present[:, j]]
        gain = values[without | (1 << j)] - values[without]
        found[player] = share[size[without]] @ gain
    return found


def alone(game: Game) -> NDArray[np.float64]:
    """(P, T) what each player adds to nobody; asked only of those whose part never changes."""
    rows = np.flatnonzero(~game.acting)
    masks = np.zeros((len(rows) + 1, game.n_players), dtype=bool)
    masks[np.arange(len(rows)) + 1, rows] = True
    values = game.values(masks)
    found = np.zeros((game.n_players, game.n_values))
    found[rows] = values[1:] - values[0]
    return found
