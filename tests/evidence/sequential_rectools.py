"""SASRec hits the next film at least as often as RecTools' SASRec, within 5%, at equal size.

MovieLens-100K, the latest film of each history held out, all unseen films compete. Both have the
same width, heads, blocks, length, dropout, loss (full softmax), batch and learning rate, one
thread, and a number of epochs chosen on the last film but one: RecTools' here, ours as its
default tells. The 95% intervals are over users.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from audits.kernels.accuracy import hit_rate, ndcg
from engine.dataset import Dataset
from engine.models.sasrec import SASRec
from engine.sources.registry import load
from engine.splits import Split, leave_last_one
from tests.benchmarks.environments import python_of
from tests.evidence.sequential import SEED, K, Values, intervals, per_user
from tests.provenance import ROOT

__all__ = ["run"]

MOST_BEHIND = 0.05
LONGEST = 60
OURS = SASRec()
SETTINGS = {
    "epochs": LONGEST,
    "n_blocks": OURS.blocks,
    "n_heads": OURS.heads,
    "n_factors": OURS.factors,
    "session_max_len": OURS.length,
    "dropout_rate": OURS.dropout,
    "loss": "softmax",
    "lr": OURS.learning_rate,
    "batch_size": OURS.batch_size,
}


def run() -> dict[str, object]:
    """Return HR@10 and nDCG@10 of both with intervals, and how RecTools' epochs were chosen."""
    split = leave_last_one(load("ml-100k"))
    with TemporaryDirectory(prefix="recscope-evidence-") as name:
        lists, course = _peer(split, Path(name))
    figures = {
        "recscope": intervals(per_user("sasrec", split)),
        "rectools": intervals(_values(lists, split)),
    }
    ours, theirs = (each["hit rate"]["mean"] for each in figures.values())
    return {
        "headline": f"HR@10 recscope {ours:.4f}, rectools {theirs:.4f}, ratio {ours / theirs:.3f}",
        "holds": ours >= (1 - MOST_BEHIND) * theirs,
        "settings": {
            "seed": SEED,
            "k": K,
            "most behind": MOST_BEHIND,
            "recscope": vars(OURS),
            "rectools": SETTINGS | {"epochs": course["best"], "epochs tried up to": LONGEST},
        },
        "users": int(split.held_out.height),
        "figures": figures,
        "ratio of hit rates": round(ours / theirs, 4),
        "rectools, hit rate on the last but one, by epochs": course["hits"],
    }


def _peer(split: Split, folder: Path) -> tuple[pl.DataFrame, dict[str, object]]:
    """Let RecTools search and train in its own environment; return its lists and its course."""
    inner = leave_last_one(split.train)
    _with_places(inner.train).write_csv(folder / "search.csv")
    _with_places(inner.train.with_interactions(inner.held_out)).write_csv(
        folder / "search_held_out.csv"
    )
    _with_places(split.train).write_csv(folder / "train.csv")
    (folder / "settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    program = [str(python_of("rectools-torch")), "-m", "tests.evidence.peers.rectools_sasrec"]
    subprocess.run([*program, str(folder)], cwd=ROOT, check=True)
    ids = {"user_id": pl.String, "item_id": pl.String}
    lists = pl.read_csv(folder / "lists.csv", schema_overrides=ids)
    return lists, json.loads((folder / "course.json").read_text(encoding="utf-8"))


def _with_places(dataset: Dataset) -> pl.DataFrame:
    """The log with the place of each row in its history: an order that no tie can disturb."""
    place = pl.int_range(pl.len()).over("user_id").alias("place")
    return dataset.interactions.select("user_id", "item_id", place)


def _values(lists: pl.DataFrame, split: Split) -> Values:
    train = split.train
    relevant = train.with_interactions(split.held_out).histories.seen()
    hits = np.zeros((train.n_users, K), dtype=bool)
    for user, item, rank in lists.select("user_id", "item_id", "rank").iter_rows():
        row = train.user_row(user)
        hits[row, rank - 1] = relevant[row, train.item_row(item)]
    counts = relevant.sum(axis=1)
    return {"hit rate": hit_rate(hits, counts), "ndcg": ndcg(hits, counts)}
