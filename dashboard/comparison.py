"""Models side by side: what each recommends, measured, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.analysis import analyse
from audits.data import AuditData
from audits.evaluation import evaluate
from audits.results import Result
from audits.settings import Settings
from audits.summary import summarise
from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.models.base import Recommender
from engine.models.size import model_size
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import Watch, fit_model, recommend

__all__ = ["MEASURES", "Compared", "compare_model", "to_table"]

MEASURES = ("ndcg", "recall", "coverage", "gini", "novelty", "intra_list_diversity")


@dataclass(frozen=True)
class Compared:
    """One model's own lists (rate 0), measured over everyone.

    Attributes
    ----------
    model
        Its name.
    results
        One result for each of `MEASURES`, in that order.
    fit_seconds, score_seconds
        Wall clock: learning from the training part, and listing for all its users.
    size
        Bytes of what was learned.
    items
        (U, n) item rows of everyone's list; -1 pads.
    scores_new_items
        Whether the model declares that it serves items nobody has yet.
    """

    model: str
    results: tuple[Result, ...]
    fit_seconds: float
    score_seconds: float
    size: int
    items: NDArray[np.integer]
    scores_new_items: bool

    def share_of(self, other: Compared) -> float:
        """Share of the other's listed items that are in the same person's list here."""
        alike = (other.items[:, :, None] == self.items[:, None, :]).any(axis=2)
        return float(alike[other.items >= 0].mean())


def compare_model(
    config: RunConfig,
    train: Dataset,
    data: AuditData,
    *,
    settings: Settings,
    validation: pl.DataFrame | None = None,
    watch: Watch | None = None,
    model: Recommender | None = None,
) -> Compared:
    """Fit the configured model, list for everyone with nothing left to chance, and measure.

    Parameters
    ----------
    config
        Names the model, the list length and the seed; policy and rate are not looked at.
    train, data
        What the model may learn from, and what its lists are held against.
    settings
        Of the intervals.
    validation
        Interactions for tuning, whose items are not listed either.
    watch
        As in `engine.recommend.fit_model`.
    model
        The configured one where it is fitted already; nobody then knows how long that took.
    """
    start = perf_counter()
    model = fit_model(config, train, watch=watch) if model is None else model
    fitted = perf_counter()
    slates = recommend(
        model,
        train.histories,
        policy=make_policy("greedy", PolicyContext(train, model, train.histories)),
        rate=0,
        n=config.n,
        rng=stream(config.seed, "policy"),
        unlisted=None if validation is None else train.with_interactions(validation).histories,
    )
    listed = perf_counter()
    lists = slates.to_table(train.user_ids, train.item_ids)
    results = summarise(analyse(data, evaluate(data, lists, k=config.n), settings=settings)).results
    found = {result.metric: result for result in results}
    return Compared(
        config.model,
        tuple(found[name] for name in MEASURES),
        fit_seconds=fitted - start,
        score_seconds=listed - fitted,
        size=model_size(model),
        items=slates.items,
        scores_new_items=model.capabilities.scores_new_items,
    )


def to_table(compared: list[Compared]) -> pl.DataFrame:
    """Return one row a model: measures with intervals, n, seconds, bytes, "serves new items"."""
    rows = []
    for one in compared:
        row: dict[str, object] = {"model": one.model, "n": one.results[0].n}
        for result in one.results:
            row[result.metric] = result.value
            row[f"{result.metric}_low"] = result.low
            row[f"{result.metric}_high"] = result.high
        row |= {"fit_seconds": one.fit_seconds, "score_seconds": one.score_seconds}
        rows.append(row | {"size_bytes": one.size, "new_items": one.scores_new_items})
    numbers = [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]
    return pl.DataFrame(
        rows,
        schema={
            "model": pl.String,
            "n": pl.Int64,
            **dict.fromkeys([*numbers, "fit_seconds", "score_seconds"], pl.Float64),
            "size_bytes": pl.Int64,
            "new_items": pl.Boolean,
        },
    )
