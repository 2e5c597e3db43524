"""One move of the exploration slider: new lists for 943 users and the whole audit of them."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np

from audits.analysis import Analysis, analyse
from audits.changes import changes
from audits.evaluation import evaluate
from audits.settings import Settings
from audits.summary import summarise
from tests.benchmarks.scene import SEED, fit, make_lists, movielens_scene

__all__ = ["run"]

GOAL_SECONDS = 0.3
BY = ("gender",)


def run(folder: Path, *, moves: int = 60) -> dict[str, object]:
    """Return the median and the 95th percentile of seconds a move, over rates 0.05 to 1.

    "audit" is lists, every measure and 1000 resamples overall and by gender; "page" adds the
    paired change of each measure from rate 0, as the page shows it.
    """
    scene = movielens_scene()
    model = fit(scene, "ease")
    settings = Settings(seed=SEED)

    def move(rate: float) -> Analysis:
        evaluation = evaluate(scene.data, make_lists(scene, model, rate=rate), k=10)
        return analyse(scene.data, evaluation, by=BY, settings=settings)

    before = move(0.0)
    audit, page = [], []
    for rate in np.resize(np.arange(1, 21) / 20, moves):
        start = perf_counter()
        after = move(float(rate))
        summarise(after)
        audit.append(perf_counter() - start)
        changes(before, after)
        page.append(perf_counter() - start)
    return {
        "settings": {"moves": moves, "users": scene.data.n_users, "resamples": settings.resamples},
        "seconds audit": _percentiles(audit),
        "seconds page": _percentiles(page),
        "goal": f"audit: p50 at most {GOAL_SECONDS} s",
    }


def _percentiles(seconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95])
    return {"p50": float(p50), "p95": float(p95)}
