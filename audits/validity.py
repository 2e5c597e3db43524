"""How far a simulation can be believed: its choices beside choices that were really made."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.data import AuditData
from engine.errors import TableError

__all__ = ["NOT_CHECKED", "compare_with_log"]

NOT_CHECKED = (
    "Whether tastes stay as they are over the rounds: here they do.",
    "Whether people read lists as assumed, by place and with the same patience.",
    "How often people come back and how much they take: everyone comes once a round.",
    "How the log would look without the recommender it was made under.",
)
"""What no comparison below can tell."""


def compare_with_log(feedback: pl.DataFrame, data: AuditData) -> pl.DataFrame:
    """Compare each arm's choices with the held-out choices of the log, all seeds together.

    - ``popularity_correlation``: Spearman correlation over the catalogue of how often an item was
      chosen in the simulation and in the log, in [-1, 1]; 1 = the same order.
    - ``category_share_l1``: sum over categories of |share simulated - share logged|, in [0, 2];
      0 = the same mix. Each choice spreads one unit evenly over the item's categories.

    Both start from the same histories, so the held-out part is what people did next. A low
    correlation can be the arm's doing: the log was made under another recommender.

    Parameters
    ----------
    feedback
        item_id, clicked, arm, as for `audits.feedback.measure_rounds`.
    data
        From `audits.data.prepare`; its held-out part is the log to compare with.

    Returns
    -------
    arm, measure, value, n (simulated choices); a value is missing where it has no meaning.

    Raises
    ------
    TableError
        A column is missing.
    """
    missing = [name for name in ("item_id", "clicked", "arm") if name not in feedback.columns]
    if missing:
        raise TableError(
            "the feedback table lacks the column(s) {missing}; take it from a simulation",
            missing=", ".join(missing),
        )
    logged = pl.Series(np.bincount(data.relevant % data.n_items, minlength=data.n_items))
    sizes = data.categories.sum(axis=1, keepdims=True)
    spread = data.categories / np.maximum(sizes, 1)
    rows = []
    for arm in feedback["arm"].unique(maintain_order=True):
        chosen = _times_chosen(feedback.filter(pl.col("clicked") & (pl.col("arm") == arm)), data)
        gap = np.abs(_shares(chosen, spread) - _shares(logged, spread)).sum()
        correlation = pl.select(pl.corr(chosen, logged, method="spearman")).item()
        for measure, value in (
            ("popularity_correlation", correlation),
            ("category_share_l1", float(gap) if data.category_names else np.nan),
        ):
            rows.append((arm, measure, value, int(chosen.sum())))
    schema = {"arm": pl.String, "measure": pl.String, "value": pl.Float64, "n": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.col("value").fill_nan(None))


def _times_chosen(clicks: pl.DataFrame, data: AuditData) -> pl.Series:
    rows = clicks.select("item_id").join(data.item_rows, on="item_id")["item_row"]
    return pl.Series(np.bincount(rows.to_numpy(), minlength=data.n_items))


def _shares(counts: pl.Series, spread: NDArray[np.float64]) -> NDArray[np.float64]:
    mass: NDArray[np.float64] = counts.to_numpy() @ spread
    return mass / (mass.sum() if mass.sum() > 0 else np.nan)
