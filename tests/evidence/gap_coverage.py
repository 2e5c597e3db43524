"""The 95% interval of the gap between groups covers a planted gap in 95% of worlds.

Each world is made anew from its seed. Its oracle list has recall@n = Binomial(h, q)/h with q known
by group, so the mean of each group, their gap and their ratio are known exactly. The overall mean
is covered more often than stated: its interval allows for a population in which the shares of the
groups vary, while each world holds exactly as many users of one group as of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.stats import binomtest

from audits.analysis import analyse
from audits.data import prepare
from audits.evaluation import evaluate
from audits.results import DIFFERENCE, RATIO, Result
from audits.settings import Settings
from audits.summary import summarise
from engine.config import stream
from engine.sources.planted import Recipe, make_world, oracle_recommendations

__all__ = ["audit_world", "covered", "run"]

SEEDS = 400
LEVEL = 0.95
TOLERANCE = 0.03
GAP = Recipe()
NO_GAP = Recipe(hit_rates={"A": 0.7, "B": 0.7})


def run() -> dict[str, object]:
    """Return how many of 400 intervals cover the truth: gap, ratio, overall mean, and no gap."""
    worlds = [audit_world(seed, recipe=GAP) for seed in range(SEEDS)]
    without = [audit_world(seed, recipe=NO_GAP)[DIFFERENCE] for seed in range(SEEDS)]
    high, low = GAP.hit_rates["A"], GAP.hit_rates["B"]
    gap = _coverage((world[DIFFERENCE] for world in worlds), high - low)
    return {
        "headline": f"{gap['covered']} of {SEEDS} cover the planted gap ({gap['share']:.1%})",
        "holds": abs(float(gap["share"]) - LEVEL) <= TOLERANCE,
        "settings": {
            "seeds": SEEDS,
            "hit rates": dict(GAP.hit_rates),
            "users per group": GAP.users_per_group,
            "held-out items": GAP.held_out_items,
            "k": GAP.shelf,
            "resamples": Settings().resamples,
        },
        "gap": gap,
        "ratio": _coverage((world[RATIO] for world in worlds), low / high),
        "overall mean": _coverage((world["overall"] for world in worlds), (high + low) / 2),
        "no gap planted": {
            **_coverage(without, 0.0),
            "mean gap found": float(np.mean([row.value for row in without])),
            "mean gap expected by chance": float(np.mean([row.by_chance for row in without])),
        },
    }


def audit_world(seed: int, *, recipe: Recipe) -> Mapping[str, Result]:
    """Return the rows of recall of one world's oracle list: overall, difference, ratio."""
    world = make_world(stream(seed, "world"), recipe=recipe)
    data = prepare(
        interactions=world.dataset.interactions,
        held_out=world.held_out,
        users=world.dataset.users,
        items=world.dataset.items,
    )
    evaluation = evaluate(data, oracle_recommendations(world), k=recipe.shelf)
    analysis = analyse(data, evaluation, by=("group",), settings=Settings(seed=seed))
    rows = [row for row in summarise(analysis).results if row.metric == "recall"]
    return {row.group or "overall": row for row in rows}


def covered(row: Result, truth: float) -> bool:
    """Whether the row's interval covers the truth; a row without an interval does not."""
    return row.low is not None and row.high is not None and row.low <= truth <= row.high


def _coverage(rows: Iterable[Result], truth: float) -> dict[str, float | int]:
    hits = [covered(row, truth) for row in rows]
    interval = binomtest(sum(hits), len(hits)).proportion_ci(LEVEL, method="exact")
    return {
        "truth": truth,
        "covered": sum(hits),
        "share": sum(hits) / len(hits),
        "share low": float(interval.low),
        "share high": float(interval.high),
    }
