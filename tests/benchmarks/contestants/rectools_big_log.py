"""RecTools: means of the measures both libraries have, of a log given as numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from rectools import Columns
from rectools.metrics import (
    MAP,
    MRR,
    NDCG,
    AvgRecPopularity,
    CatalogCoverage,
    HitRate,
    MeanInvUserFreq,
    Precision,
    Recall,
    calc_metrics,
)

K = 10
ITEMS = 5_000


def main(folder: Path) -> None:
    """Measure; intra-list diversity, its slowest measure, is left out."""
    arrays = np.load(folder / "log.npz")
    lists, train, held_out = (
        pd.DataFrame({Columns.User: arrays[f"{name}_user"], Columns.Item: arrays[f"{name}_item"]})
        for name in ("recommendations", "interactions", "held_out")
    )
    lists[Columns.Rank] = np.tile(np.arange(1, K + 1), len(lists) // K)
    metrics = {
        "ndcg": NDCG(k=K, divide_by_achievable=True),
        "recall": Recall(k=K),
        "precision": Precision(k=K),
        "hit_rate": HitRate(k=K),
        "mrr": MRR(k=K),
        "map": MAP(k=K),
        "coverage": CatalogCoverage(k=K, normalize=True),
        "arp": AvgRecPopularity(k=K),
        "novelty": MeanInvUserFreq(k=K),
    }
    catalog = np.arange(ITEMS)
    print(calc_metrics(metrics, lists, held_out, prev_interactions=train, catalog=catalog))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
