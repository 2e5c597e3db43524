"""The fidelity curve: what is left of a score as a history is taken away in some order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.explanations.baselines import Background
from engine.explanations.fidelity import order_people
from engine.explanations.fidelity_comparison import resampled_means
from engine.explanations.fidelity_cuts import cut_masks, eleven_cuts, stand
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["Removal", "drawn_people", "removal_curves"]

# Fewer items than bins make no curve.
_LEAST = 10
_RESAMPLES = 1000
_ORDERS = ("first", "random", "last")


@dataclass(frozen=True, eq=False)
class Removal:
    """What is left of what histories give the scores of best items, as they are taken away.

    Attributes
    ----------
    curves
        Columns order ("first": what the reasons name first goes first; "random"; "last"), share
        (of the history that is gone, 0 to 1), value, low, high. A value is Σ v(S) - v(∅) over
        Σ v(N) - v(∅), sums over people: 1 for whole histories, 0 for none. No rows where histories
        give these scores nothing.
    people
        How many people it rests on.
    method
        Of the reasons; see `Explanation`.
    """

    curves: pl.DataFrame
    people: int
    method: str

    def at(self, order: str, share: float) -> dict[str, float]:
        """Return value, low and high of one order at one share."""
        here = (pl.col("order") == order) & ((pl.col("share") - share).abs() < 1e-9)
        found: dict[str, float] = self.curves.filter(here).row(0, named=True)
        return found


def drawn_people(histories: Histories, count: int, *, rng: np.random.Generator) -> Histories:
    """Draw so many people of ten items or more.

    Raises
    ------
    OptionError
        Fewer than two have as many.
    """
    rows = np.flatnonzero(histories.lengths >= _LEAST)
    if len(rows) < 2:
        raise OptionError(
            "{count} people have {least} items or more, too few for an interval",
            count=len(rows),
            least=_LEAST,
        )
    return histories.take(np.sort(rng.permutation(rows)[:count]))


def removal_curves(
    model: Recommender,
    histories: Histories,
    *,
    background: Background,
    rng: np.random.Generator,
) -> Removal:
    """Take histories away in the order of the reasons, in its reverse, and at random.

    Reasons are those of the method that fits the model, for each person's best unseen item.
    Intervals are from resampling people.
    """
    ordered = order_people(
        model, histories, background=background, methods=("auto", "random"), rng=rng
    )
    left = []
    for task, ((own, _), (drawn, _)) in zip(ordered.tasks, ordered.made, strict=True):
        sizes = eleven_cuts(len(own.order))
        first, last, _ = cut_masks(own.order, sizes)
        parts = np.concatenate([first, cut_masks(drawn.order, sizes)[0], last])
        left.append(stand(task.model, task.history, task.target, parts).scores)
    scores = np.array(left)
    explanation = ordered.made[0][0][0].explanation
    assert explanation is not None
    # The last cut of every order leaves nothing.
    return Removal(_curves(scores - scores[:, [-1]], rng), len(scores), explanation.method)


def _curves(gains: NDArray[np.float64], rng: np.random.Generator) -> pl.DataFrame:
    """Make shares of the whole out of (U, 33) gains over the empty history."""
    whole = gains.mean(axis=0)[0]
    schema = {"order": pl.String, **dict.fromkeys(("share", "value", "low", "high"), pl.Float64)}
    if not whole > 0:
        return pl.DataFrame(schema=schema)
    draws = resampled_means(gains, rng=rng, resamples=_RESAMPLES)
    low, high = np.quantile(draws / draws[:, [0]], [0.025, 0.975], axis=0)
    value = gains.mean(axis=0) / whole
    cuts = gains.shape[1] // len(_ORDERS)
    rows = [
        (_ORDERS[place // cuts], place % cuts / (cuts - 1), *map(float, numbers))
        for place, numbers in enumerate(zip(value, low, high, strict=True))
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
