"""The library shap, over our games."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from engine.errors import CapabilityError
from engine.explanations.explanation import Explanation
from engine.explanations.games import Game
from engine.explanations.question import Effort, Question

__all__ = ["Algorithm", "explain_with_shap", "shap_values"]

Algorithm = Literal["permutation", "kernel", "exact"]


def explain_with_shap(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Explain by `shap.PermutationExplainer`, the library's unbiased sampler.

    The library gives no standard errors.

    Raises
    ------
    CapabilityError
        The library is not installed.
    """
    game = question.play()
    found = shap_values(game, rng=rng, budget=effort.evaluations(game.n_players))
    return question.answer("shap", game, ends=game.ends(), contributions=found)


def shap_values(
    game: Game, *, rng: np.random.Generator, budget: int, algorithm: Algorithm = "permutation"
) -> NDArray[np.float64]:
    """(P, T) what the library finds for a game: the row of all ones against a row of zeros.

    Its traps are closed: the kernel explainer keeps every player (its own default keeps ten), and
    the permutation explainer gets at least the one round of 2 P + 1 it needs (its own default of
    500 fails from 250 players on).

    Raises
    ------
    CapabilityError
        The library is not installed.
    """
    shap = _library()
    n = game.n_players
    if n == 0:
        return np.zeros((0, game.n_values))
    nobody, everybody = np.zeros((1, n)), np.ones((1, n))

    def value(rows: NDArray[np.floating]) -> NDArray[np.float64]:
        return game.values(np.asarray(rows) > 0.5)

    seed = int(rng.integers(2**31))
    with _seeded(seed):
        if algorithm == "kernel":
            explainer = shap.KernelExplainer(value, nobody)
            found = explainer.shap_values(everybody, l1_reg=0, nsamples=budget, silent=True)
            return np.asarray(found).reshape(n, game.n_values)
        masker = shap.maskers.Independent(nobody, max_samples=1)
        kind = shap.ExactExplainer if algorithm == "exact" else shap.PermutationExplainer
        explainer = kind(value, masker, **({} if algorithm == "exact" else {"seed": seed}))
        least = 2**n if algorithm == "exact" else 2 * n + 1
        found = explainer(everybody, max_evals=max(budget, least), silent=True)
    return np.asarray(found.values).reshape(n, game.n_values)


def _library() -> Any:
    try:
        # What it imports warns of its own future.
        with catch_warnings(), _uncompiled():
            simplefilter("ignore")
            import shap
    except ModuleNotFoundError as error:
        raise CapabilityError(
            "the method {method} needs the library {library}, which is not installed; "
            "install it by: pip install 'recscope[explain]'",
            method="shap",
            library=error.name,
        ) from error
    return shap


@contextmanager
def _uncompiled() -> Iterator[None]:
    """Let the library's loops run as they are: to compile them takes longer than they ever run."""
    import numba

    config: Any = numba.config

    before, config.DISABLE_JIT = config.DISABLE_JIT, True
    try:
        yield
    finally:
        config.DISABLE_JIT = before


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Give the library's global generator a seed, and afterwards its old state back."""
    before = np.random.get_state()  # noqa: NPY002 - the library draws from it
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002
