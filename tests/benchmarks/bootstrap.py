"""Interval of one group metric: mean NDCG by gender, 1000 resamples, against fairlearn."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from audits.evaluation import evaluate
from audits.partials import USER_METRICS
from tests.benchmarks.agreement import largest_difference
from tests.benchmarks.contest import Contestant, contest, ratio, spread
from tests.benchmarks.scene import SEED, fit, make_lists, movielens_scene

__all__ = ["run"]

GOAL = 200
OURS = Contestant("recscope", "tests.benchmarks.contestants.recscope_bootstrap")
PEER = Contestant("fairlearn", "tests.benchmarks.contestants.fairlearn_bootstrap")


def run(folder: Path, *, rounds: int = 5) -> dict[str, object]:
    """Return seconds, the ratio, and how far the two answers lie apart.

    Means agree exactly. Ends of intervals do not have to: each library draws its own resamples.
    """
    _write_values(folder)
    outcomes = contest([OURS, PEER], folder, rounds=rounds)
    ours, peer = outcomes[OURS.name], outcomes[PEER.name]
    means = [label for label in ours.answer if label.endswith("value")]
    ends = sorted(set(ours.answer) - set(means))
    return {
        "settings": {"rounds": rounds, "resamples": 1000, "users": 943, "seed": SEED},
        "seconds recscope": spread(ours.seconds),
        "seconds fairlearn": spread(peer.seconds),
        "fairlearn / recscope": ratio(peer, ours),
        "goal": f"at least {GOAL} times",
        "means differ by at most": largest_difference(ours.answer, peer.answer, means),
        "interval ends differ by at most": largest_difference(ours.answer, peer.answer, ends),
    }


def _write_values(folder: Path) -> None:
    scene = movielens_scene()
    measured = evaluate(scene.data, make_lists(scene, fit(scene, "ease")), k=10)
    ndcg = pl.Series("ndcg", measured.partial.values[:, USER_METRICS.index("ndcg")])
    people = scene.data.users.select("user_id", "gender")
    people.with_columns(ndcg).write_csv(folder / "values.csv")
