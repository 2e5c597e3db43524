"""ir-measures' side of the cross-check: trec_eval's measures of our lists, one value a user.

Run by the interpreter of its environment with a folder: reads held_out.csv and each
lists-NAME.csv, writes values-NAME.csv.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import ir_measures
from ir_measures import AP, RR, P, R, Success, nDCG

K = 10
MEASURES = {
    "ndcg": nDCG @ K,
    "recall": R @ K,
    "precision": P @ K,
    "hit_rate": Success @ K,
    "mrr": RR @ K,
    "map, over all relevant": AP @ K,
}


def main(folder: Path) -> None:
    """Measure each set of lists in the folder."""
    qrels = [
        ir_measures.Qrel(row["user_id"], row["item_id"], 1)
        for row in _rows(folder / "held_out.csv")
    ]
    for path in sorted(folder.glob("lists-*.csv")):
        run = [
            ir_measures.ScoredDoc(row["user_id"], row["item_id"], -float(row["rank"]))
            for row in _rows(path)
        ]
        values: dict[str, dict[str, float]] = defaultdict(dict)
        for found in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
            values[found.query_id][str(found.measure)] = found.value
        _write(folder / path.name.replace("lists-", "values-"), values)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, values: dict[str, dict[str, float]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["user_id", *MEASURES])
        for user, found in values.items():
            writer.writerow([user, *(found[str(measure)] for measure in MEASURES.values())])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
