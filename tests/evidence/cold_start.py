"""Content and two towers recommend films nobody has rated yet; popularity and chance cannot.

A fifth of the films of MovieLens-100K is taken out of the log altogether, and models learn from the
rest. Whoever rated one of them is asked for: Recall@10 of her ratings of held-out films, first with
the held-out films as the candidates (a page of new items), then with all films she has not seen.
The 95% intervals are over users. To popularity all new films are alike, so ties are broken by
chance, for each user anew: the numbers of films in MovieLens rise as their popularity falls, which
is no knowledge of a model. What listing by that number gives must be beaten too, as "row order".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.kernels.accuracy import recall
from engine.config import stream
from engine.dataset import Dataset
from engine.models.registry import make_model
from engine.ranking import top_n
from engine.sources.registry import load
from tests.evidence.accuracy import settings_of

__all__ = ["ColdStart", "hold_out_items", "recalls", "run"]

K = 10
SEED = 7
SHARE = 0.2
RESAMPLES = 2000
SERVING, OTHERS = ("content", "two-tower"), ("popularity", "random")
CANDIDATES = ("new films", "all films")

Interval = dict[str, float]


@dataclass(frozen=True, eq=False)
class ColdStart:
    """A log without some items, which those are, and who has them.

    Attributes
    ----------
    train
        The data set with the log that is left; the catalogue stays whole.
    new
        (I,) true for the items nobody has in it.
    relevant
        (U, I) true where the user has a new item in the whole log.
    """

    train: Dataset
    new: NDArray[np.bool_]
    relevant: NDArray[np.bool_]


def hold_out_items(dataset: Dataset, *, share: float, rng: np.random.Generator) -> ColdStart:
    """Take a share of the items out of the log; who loses everything keeps an empty history."""
    new = np.zeros(dataset.n_items, dtype=bool)
    new[rng.permutation(dataset.n_items)[: round(share * dataset.n_items)]] = True
    gone = pl.Series(new[dataset.histories.items])
    train = dataset.with_interactions(dataset.interactions.filter(~gone))
    return ColdStart(train, new, dataset.histories.seen() & new)


def recalls(
    scores: NDArray[np.floating], cold: ColdStart, *, candidates: str, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(U,) Recall@10 of each user's new items; missing for who has none. Ties go by chance."""
    eligible = ~cold.train.histories.seen()
    if candidates == CANDIDATES[0]:
        eligible &= cold.new
    order = rng.permuted(np.tile(np.arange(scores.shape[1]), (len(scores), 1)), axis=1)
    mixed, may, relevant = (
        np.take_along_axis(each, order, axis=1) for each in (scores, eligible, cold.relevant)
    )
    shown = top_n(mixed, may, n=K)
    hits = np.take_along_axis(relevant, shown, axis=1) & (shown >= 0)
    return recall(hits, relevant.sum(axis=1))


def run() -> dict[str, object]:
    """Return Recall@10 of each model among both kinds of candidates, with intervals."""
    cold = hold_out_items(load("ml-100k"), share=SHARE, rng=stream(SEED, "split"))
    scores = {name: _scores(name, cold.train) for name in (*SERVING, *OTHERS)}
    figures = {
        candidates: {name: _measure(each, cold, candidates) for name, each in scores.items()}
        for candidates in CANDIDATES
    }
    figures[CANDIDATES[0]]["row order"] = _row_order(cold)
    asked = cold.relevant.any(axis=1)
    return {
        "headline": "; ".join(_said(candidates, each) for candidates, each in figures.items()),
        "holds": all(_holds(each) for each in figures.values()),
        "settings": {
            "seed": SEED,
            "k": K,
            "share of items held out": SHARE,
            "resamples": RESAMPLES,
            "models": {name: settings_of(make_model(name)) for name in (*SERVING, "popularity")},
        },
        "users": int(asked.sum()),
        "new films": int(cold.new.sum()),
        "ratings of new films": int(cold.relevant.sum()),
        "recall": figures,
    }


def _scores(name: str, train: Dataset) -> NDArray[np.float32]:
    if name == "random":
        shape = (train.n_users, train.n_items)
        return stream(SEED, "choices").random(shape).astype(np.float32)
    return make_model(name).fit(train, rng=stream(SEED, "fit")).score(train.histories)


def _measure(scores: NDArray[np.float32], cold: ColdStart, candidates: str) -> Interval:
    values = recalls(scores, cold, candidates=candidates, rng=stream(SEED, "policy"))
    return _interval(values[~np.isnan(values)])


def _row_order(cold: ColdStart) -> Interval:
    shown = np.flatnonzero(cold.new)[:K]
    values = recall(cold.relevant[:, shown], cold.relevant.sum(axis=1))
    return _interval(values[~np.isnan(values)])


def _interval(values: NDArray[np.float64]) -> Interval:
    """Mean and percentile interval; every model meets the same resamples."""
    draws = stream(SEED, "bootstrap").integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return {
        "mean": round(float(values.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def _holds(figures: Mapping[str, Interval]) -> bool:
    others = [each["high"] for name, each in figures.items() if name not in SERVING]
    return min(figures[name]["low"] for name in SERVING) > max(others)


def _said(candidates: str, figures: Mapping[str, Interval]) -> str:
    parts = (
        f"{name} {each['mean']:.3f} ({each['low']:.3f} to {each['high']:.3f})"
        for name, each in figures.items()
    )
    return f"Recall@10 among {candidates}: " + ", ".join(parts)
