"""The exploration slider: one move of it, and the whole curve behind it, for 943 users."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np

from audits.analysis import Analysis, analyse
from audits.changes import changes
from audits.evaluation import evaluate
from audits.settings import Settings
from audits.summary import summarise
from dashboard.exploration import RATES, measure_rates
from engine.config import RunConfig
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import POLICIES
from tests.benchmarks.scene import SEED, Scene, fit, make_lists, movielens_scene

__all__ = ["run"]

GOAL_SECONDS = 0.3
CURVE_GOAL = 3.0
BY = ("gender",)


def run(folder: Path, *, moves: int = 60) -> dict[str, object]:
    """Return the median and the 95th percentile of seconds a move, over rates 0.05 to 1.

    "audit" is lists, every measure and 1000 resamples overall and by gender; "page" adds the
    paired change of each measure from rate 0, as the page shows it. "curve" is eleven rates of one
    policy with all of that, the first time, beside a move of the same run.
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
        "seconds curve": curves(scene, model),
        "goal": f"audit: p50 at most {GOAL_SECONDS} s; curve: at most {CURVE_GOAL:g} s",
    }


def curves(scene: Scene, model: Recommender) -> dict[str, float]:
    """Return the seconds of the first curve of each policy."""
    found = {}
    for name, policy in POLICIES.items():
        if not policy.takes_rate:
            continue
        context = PolicyContext(scene.train, model, scene.train.histories)
        start = perf_counter()
        measure_rates(
            RunConfig("ml-100k", "ease", policy=name, seed=SEED),
            RATES,
            context=context,
            data=scene.data,
            by=BY,
            settings=Settings(seed=SEED),
        )
        found[name] = perf_counter() - start
    return found


def _percentiles(seconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95])
    return {"p50": float(p50), "p95": float(p95)}
