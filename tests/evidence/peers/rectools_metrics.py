"""RecTools' side of the cross-check: its measures of our lists, one value a user.

Run by the interpreter of RecTools' environment with a folder: reads interactions.csv, held_out.csv,
items.csv and each lists-NAME.csv, writes values-NAME.csv.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from rectools.metrics import (
    MAP,
    MRR,
    NDCG,
    AvgRecPopularity,
    CatalogCoverage,
    HitRate,
    IntraListDiversity,
    MeanInvUserFreq,
    Precision,
    Recall,
)

from tests.benchmarks.rectools_distance import CosineDistance

K = 10


def main(folder: Path) -> None:
    """Measure each set of lists in the folder."""
    train, held_out, items = (
        _read(folder / f"{name}.csv") for name in ("interactions", "held_out", "items")
    )
    for path in sorted(folder.glob("lists-*.csv")):
        values = measure(_read(path), train, held_out, items)
        values.to_csv(folder / path.name.replace("lists-", "values-"), index_label="user_id")


def measure(
    lists: pd.DataFrame, train: pd.DataFrame, held_out: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a user and one column a measure; coverage is the same in every row."""
    by_relevance = {
        "ndcg": NDCG(k=K, divide_by_achievable=True),
        "ndcg, ideal over k": NDCG(k=K),
        "recall": Recall(k=K),
        "precision": Precision(k=K),
        "hit_rate": HitRate(k=K),
        "mrr": MRR(k=K),
        "map, over all relevant": MAP(k=K),
    }
    columns = {name: metric.calc_per_user(lists, held_out) for name, metric in by_relevance.items()}
    columns["arp"] = AvgRecPopularity(k=K).calc_per_user(lists, train)
    columns["novelty"] = MeanInvUserFreq(k=K).calc_per_user(lists, train)
    diversity = IntraListDiversity(k=K, distance_calculator=CosineDistance(items))
    columns["intra_list_diversity"] = diversity.calc_per_user(lists)
    values = pd.DataFrame(columns)
    values["coverage"] = CatalogCoverage(k=K, normalize=True).calc(lists, items["item_id"])
    return values


def _read(path: Path) -> pd.DataFrame:
    texts = {"user_id": str, "item_id": str, "categories": str}
    return pd.read_csv(path, dtype=texts, keep_default_na=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
