"""The world without a recommender: people look for things themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.policies.slates import Slates, make_slates
from engine.ranking import top_n
from engine.simulation.loop import LoopSettings, run_rounds
from engine.simulation.tastes import Tastes

__all__ = ["simulate_search"]


def simulate_search(
    start: Dataset,
    settings: LoopSettings,
    *,
    tastes: Tastes,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Run the rounds with lists that people put together from their own tastes.

    Each list is n items drawn without putting back, with chances proportional to exp(utility),
    from what the person does not have; then she chooses from it as from any other list. It is the
    reference for what a recommender adds: no model, nothing learned from other people.

    Parameters
    ----------
    start, settings, tastes, seed, progress
        As for `engine.simulation.loop.simulate`; nothing is ever refitted.

    Returns
    -------
    The feedback table; the score is the utility, the propensity is exact, the policy is
    ``search``, model and rate are missing.

    Raises
    ------
    OptionError
        n is above the catalogue.
    TableError
        The tastes are of other people or another catalogue.
    """
    if settings.n > start.n_items:
        raise OptionError(
            "n is {n}, but the catalogue holds {items} items; give a number from 1 to {items}",
            n=settings.n,
            items=start.n_items,
        )
    draws = stream(seed, "policy").spawn(settings.rounds)

    def show(histories: Histories, index: int) -> Slates:
        return _search(tastes, histories, n=settings.n, rng=draws[index])

    feedback = run_rounds(start, settings, show=show, tastes=tastes, seed=seed, progress=progress)
    return feedback.with_columns(
        model=pl.lit(None, dtype=pl.String),
        policy=pl.lit("search"),
        rate=pl.lit(None, dtype=pl.Float64),
        seed=pl.lit(seed, dtype=pl.Int64),
    )


def _search(tastes: Tastes, histories: Histories, *, n: int, rng: np.random.Generator) -> Slates:
    eligible = ~histories.seen()
    keys = tastes.utilities + rng.gumbel(size=tastes.utilities.shape)
    items = top_n(keys, eligible, n=n)
    weights = np.where(eligible, np.exp(tastes.utilities.astype(np.float64)), 0.0)
    shown = np.where(items >= 0, np.take_along_axis(weights, items, axis=1), 0.0)
    left = weights.sum(axis=1, keepdims=True) - (np.cumsum(shown, axis=1) - shown)
    # Rounding may leave slightly less than the item's own weight when it is the last one left.
    chances = shown / np.where(items >= 0, np.maximum(left, shown), np.nan)
    return make_slates(
        items,
        tastes.utilities,
        propensities=chances,
        explored=np.zeros(items.shape, dtype=bool),
    )
