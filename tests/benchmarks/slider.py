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
from dashboard.exploration import RATES, measure_rates
from engine.config import RunConfig, stream
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import POLICIES, make_policy
from engine.recommend import recommend
from tests.benchmarks.scene import SEED, Scene, fit, movielens_scene

__all__ = ["run"]

GOAL_SECONDS = 0.3
CURVE_GOAL = 3.0
BY = ("gender",)
N = 10


def run(folder: Path, *, moves: int = 60) -> dict[str, object]:
    """Return the median and the 95th percentile of seconds a move, over rates 0.05 to 1.

    Of each policy that leaves something to chance, with what the page keeps between moves kept:
    the fitted model and the context of policies. "audit" is scores, lists, every measure and 1000
    resamples overall and by gender; "page" adds the paired change of each measure from rate 0, as
    the page shows it. The first move, on which a policy may work out what it keeps, counts as
    any other, and is also given by itself. "curve" is eleven rates of one policy with all of
    "page", the first time.
    """
    scene = movielens_scene()
    model = fit(scene, "ease")
    context = PolicyContext(scene.train, model, scene.train.histories)
    sampled = [name for name, policy in POLICIES.items() if policy.stochastic]
    found = {name: _seconds(scene, context, name, moves=moves) for name in sampled}
    worst = max(audit["p95"] for audit, _ in found.values())
    curve = curves(scene, model)
    return {
        "settings": {
            "moves": moves,
            "users": scene.data.n_users,
            "resamples": Settings().resamples,
        },
        "seconds audit": {name: audit for name, (audit, _) in found.items()},
        "seconds page": {name: page for name, (_, page) in found.items()},
        "seconds curve": curve,
        "goal": f"audit: p95 at most {GOAL_SECONDS} s under each policy; curve: at most "
        f"{CURVE_GOAL:g} s",
        "worst p95": worst,
        "worst curve": max(curve.values()),
        "holds": worst <= GOAL_SECONDS and max(curve.values()) <= CURVE_GOAL,
    }


def _seconds(
    scene: Scene, context: PolicyContext, name: str, *, moves: int
) -> tuple[dict[str, float], dict[str, float]]:
    settings = Settings(seed=SEED)

    def move(rate: float) -> Analysis:
        slates = recommend(
            context.model,
            context.histories,
            policy=make_policy(name, context),
            rate=rate,
            n=N,
            rng=stream(SEED, "policy"),
        )
        table = slates.to_table(scene.train.user_ids, scene.train.item_ids)
        return analyse(scene.data, evaluate(scene.data, table, k=N), by=BY, settings=settings)

    before = move(0.0)
    audit, page = [], []
    for rate in np.resize(np.arange(1, 21) / 20, moves):
        start = perf_counter()
        after = move(float(rate))
        summarise(after)
        audit.append(perf_counter() - start)
        changes(before, after)
        page.append(perf_counter() - start)
    return _percentiles(audit), _percentiles(page)


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
    return {"p50": float(p50), "p95": float(p95), "first": seconds[0]}
