"""Effects of feedback loops in the literature, looked for with people neighbours (UserKNN).

On MovieLens-100K and in the planted world, with tastes that stay and with tastes that drift as far
as the order of the MovieLens log allows for; all settings but these are the defaults, fixed before
the first run. Ten worlds each, twenty rounds; the sign of each claim is judged by a 95% interval
over worlds. The proof holds when every effect was looked for that way and has a verdict with its
figures; an effect that is not there is a finding, named in the headline, and no failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import polars as pl

from audits.effects import effects
from engine.config import stream
from engine.dataset import Dataset
from engine.policies.registry import find_policy
from engine.simulation.arms import ORACLE, SEARCH, Arm, rate_arms
from engine.simulation.drift import fit_drift
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import TasteSettings, fit_tastes, usual_profiles
from engine.simulation.users import UserBehaviour
from engine.sources.registry import load, own_split
from engine.splits import random_ratio
from tests.loops import Stage, measure_arms, stage
from tests.studies import HALF, RATES, STUDIES, Judged, by_effect, judge, overall, unjudged

__all__ = ["run", "run_studies", "sum_up"]

SEEDS = range(10)
ROUNDS = 20
LEAST_SEEDS, LEAST_ROUNDS = 10, 20
MILD = "Mild exploration 2026"
KINDS = ("reproduced", "not reproduced", "depends on the world")
BUBBLE = (
    "intra_user_diversity",
    "recent_diversity",
    "homogenisation",
    "category_entropy",
    "majority_category_share",
    "profile_drift",
    "choice_drift",
)


def run() -> dict[str, object]:
    """Return what was found of each study in each world."""
    return run_studies("user-knn")


def run_studies(model: str) -> dict[str, object]:
    """Run all arms around a model and judge every study."""
    log = load("ml-100k")
    drift = fit_drift(log, rng=stream(0, "users"), settings=_settings(log))
    stages = {"planted": _planted(), "MovieLens": _movielens()}
    behaviours = {
        "tastes stay": UserBehaviour(visits="logged"),
        "tastes drift": UserBehaviour(visits="logged", drift=drift.best),
    }
    judged, mild = {}, {}
    for place, on in stages.items():
        for kind, behaviour in behaviours.items():
            measures = measure_arms(on, _arms(behaviour), model=model, seeds=SEEDS)
            judged[f"{place}, {kind}"] = judge(measures)
            mild[f"{place}, {kind}"] = _mild(measures)
            print(f"  {place}, {kind}: done", flush=True)
    return {
        **sum_up(judged, mild, rounds=ROUNDS, seeds=len(SEEDS)),
        "settings": {
            "model": model,
            "policy": "epsilon-greedy",
            "rounds": ROUNDS,
            "seeds": len(SEEDS),
            "n": LoopSettings().n,
            "drift": drift.best,
            "bits that the order of the log is worth": drift.logged,
            "drifts of made-up logs": list(drift.drifts),
            "bits that their order is worth": list(drift.gains),
        },
        "studies": judged,
        "mild exploration": mild,
    }


def sum_up(
    judged: Judged, mild: Mapping[str, Mapping[str, object]], *, rounds: int, seeds: int
) -> dict[str, object]:
    """Return the headline, whether everything was judged, and each effect with its verdict."""
    found = by_effect(judged)
    missing = unjudged(found, seeds=LEAST_SEEDS)
    found.append(
        {
            "study": MILD,
            "says": "a little exploration leaves the bubble as it is",
            "verdict": overall({world: str(row["verdict"]) for world, row in mild.items()}),
            "worlds": {
                world: {name: row[name] for name in ("verdict", "moves")}
                for world, row in mild.items()
            },
        }
    )
    short = [(f"{row['study']}: {row['says']}", _short(row["verdict"])) for row in found]
    named = {kind: [name for name, verdict in short if verdict == kind] for kind in KINDS}
    counts = ", ".join(f"{len(names)} {kind}" for kind, names in named.items())
    return {
        "headline": f"{len(found)} effects of {len(STUDIES) + 1} studies judged over {seeds} seeds "
        f"and {rounds} rounds: {counts}; not reproduced in any world: "
        + ("; ".join(named["not reproduced"]) or "none"),
        "holds": not missing and rounds >= LEAST_ROUNDS and seeds >= LEAST_SEEDS,
        "command": "make evidence NAME=feedback_studies",
        "not judged": missing,
        "effects": found,
    }


def _short(verdict: object) -> str:
    return str(verdict).partition(":")[0]


def _arms(behaviour: UserBehaviour) -> list[tuple[Arm, LoopSettings]]:
    epsilon = find_policy("epsilon-greedy")
    settings = LoopSettings(rounds=ROUNDS, behaviour=behaviour)
    arms = [*rate_arms(epsilon, RATES), *rate_arms(epsilon, [0], single=True)]
    half = replace(settings, behaviour=replace(behaviour, adoption=0.5))
    return [
        *((arm, settings) for arm in (*arms, SEARCH, ORACLE)),
        (Arm(HALF, epsilon), half),
    ]


def _movielens() -> Stage:
    log = load("ml-100k")
    split = random_ratio(log, test_share=0.25, rng=stream(7, "split"))
    return stage(split, tastes=partial(fit_tastes, log, settings=_settings(log)), by=("gender",))


def _planted() -> Stage:
    split = own_split("planted")
    assert split is not None
    whole = split.train.with_interactions(
        pl.concat([split.train.interactions, split.held_out], how="diagonal_relaxed")
    )
    return stage(split, tastes=partial(fit_tastes, whole, settings=_settings(whole)))


def _settings(log: Dataset) -> TasteSettings:
    return TasteSettings(profiles=usual_profiles(log))


def _mild(measures: pl.DataFrame) -> dict[str, object]:
    """What the smallest rate above 0 does to each bubble measure in the last round."""
    everyone = measures.filter(pl.col("group").is_null() & pl.col("measure").is_in(BUBBLE))
    arm = f"rate {RATES[1]:g}"
    found = effects(everyone, reference_arm="rate 0").filter(
        (pl.col("round") == ROUNDS) & (pl.col("arm") == arm)
    )
    moved = found.filter((pl.col("low") > 0) | (pl.col("high") < 0))["measure"].to_list()
    return {
        "verdict": "not reproduced" if moved else "reproduced",
        "moves": moved,
        "effects": found.select("measure", "value", "low", "high").to_dicts(),
    }
