"""What serving from an index, or from weights in one byte each, costs in items and in accuracy.

MovieLens-100K (75/25): lists of ten unseen films by the model itself and served, the share of the
model's items that are in the served list too, nDCG@10 of both, and bytes. A search of the whole
catalogue misses nothing; one of the nearest fifth of the cells misses some. Then the time of a
search among a hundred thousand items, ALS vectors with a little noise, by matrix product and by
cells.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

import faiss
import numpy as np
from numpy.typing import NDArray

from audits.kernels.accuracy import ndcg
from engine.config import stream
from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.mult_vae import MultVAE
from engine.models.size import model_size
from engine.ranking import top_n
from engine.serving.faiss_index import FaissIndexed
from engine.serving.int8 import Int8
from engine.serving.served import Served
from engine.sources.registry import load
from engine.splits import Split
from tests.evidence.accuracy import cut

__all__ = ["run"]

K, SEED = 10, 7
MANY, NOISE, TURNS = 100_000, 0.3, 3
MOST_LOST = 0.005
SERVED: dict[str, Served] = {
    "als, whole search": FaissIndexed(ALS()),
    "als, a fifth of the cells": FaissIndexed(ALS(), exact_up_to=0),
    "mult-vae, int8": Int8(MultVAE()),
}
# Cells are for catalogues that are searched whole up to here; what they cost is told, no more.
NEAR_EXACT = ("als, whole search", "mult-vae, int8")


def run() -> dict[str, object]:
    """Return the cost of each way, and the seconds of the large search."""
    split = cut(load("ml-100k"), seed=SEED)
    figures = {name: _cost(served, split) for name, served in SERVED.items()}
    large = _large(SERVED["als, whole search"].member, split)
    shares = ", ".join(f"{name} {row['share of lists']:.1%}" for name, row in figures.items())
    return {
        "headline": f"{shares} of the model's items; {MANY:,} items: {large['times quicker']:.1f} "
        f"times as quick, {large['share of lists']:.1%} of the items",
        "holds": all(figures[name]["ndcg lost"] <= MOST_LOST for name in NEAR_EXACT)
        and figures["als, whole search"]["share of lists"] > 0.999,
        "settings": {
            "seed": SEED,
            "k": K,
            "noise": NOISE,
            f"most nDCG lost by {' and by '.join(NEAR_EXACT)}": MOST_LOST,
        },
        "cost": figures,
        "among many": large,
    }


def _cost(served: Served, split: Split) -> dict[str, float]:
    served.fit(split.train, rng=stream(SEED, "fit"))
    exact, other = (_lists(model, split) for model in (served.member, served))
    before, after = (_ndcg(lists, split) for lists in (exact, other))
    return {
        "share of lists": round(_share(exact, other), 4),
        "ndcg of the model": round(before, 4),
        "ndcg served": round(after, 4),
        "ndcg lost": round(before - after, 4),
        "bytes of the model": model_size(served.member),
        "bytes served": model_size(served),
    }


def _lists(model: Recommender, split: Split) -> NDArray[np.integer]:
    histories = split.train.histories
    return top_n(model.score(histories), ~histories.seen(), n=K)


def _share(exact: NDArray[np.integer], other: NDArray[np.integer]) -> float:
    return float((other[:, :, None] == exact[:, None, :]).any(axis=1).mean())


def _ndcg(lists: NDArray[np.integer], split: Split) -> float:
    relevant = split.train.with_interactions(split.held_out).histories.seen()
    hits = np.take_along_axis(relevant, lists, axis=1)
    return float(np.nanmean(ndcg(hits, relevant.sum(axis=1))))


def _large(model: Recommender, split: Split) -> dict[str, float]:
    """Search among many more items than there are films, on one thread both ways."""
    vectors = model.item_vectors()
    assert vectors is not None
    rng = np.random.default_rng(SEED)
    near = vectors[rng.integers(len(vectors), size=MANY)]
    keys = (near + NOISE * vectors.std(axis=0) * rng.normal(size=near.shape)).astype(np.float32)
    queries = model.query_vectors(split.train.histories).astype(np.float32)
    index = FaissIndexed(ALS())._index(keys)
    whole = faiss.IndexFlatIP(keys.shape[1])
    whole.add(keys)
    faiss.omp_set_num_threads(1)
    exact, exact_seconds = _timed(whole, queries)
    found, seconds = _timed(index, queries)
    return {
        "items": MANY,
        "queries": len(queries),
        "seconds by products": exact_seconds,
        "seconds by cells": seconds,
        "times quicker": exact_seconds / seconds,
        "share of lists": _share(exact, found),
    }


def _timed(index: faiss.Index, queries: NDArray[np.float32]) -> tuple[NDArray[np.integer], float]:
    seconds = []
    for _ in range(TURNS):
        start = perf_counter()
        _, items = index.search(queries, K)
        seconds.append(perf_counter() - start)
    return items, median(seconds)
