"""Where lists have no effect, none is shown: false positives stay at 5% over 200 comparisons.

Two planted worlds. "ignored": people search by themselves whatever is shown, so the rate can
change nothing at all; the arms have luck of their own here, for with common random numbers they
would be equal to the bit. "blind": people take from the lists, but neither model nor tastes know
of categories, so the rate can change nothing about categories. A comparison is ten worlds of one
rate against ten of another, judged by its 95% interval in the last round.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import binom

from audits.data import AuditData, prepare
from audits.effects import effects
from audits.feedback import Measured
from engine.dataset import Dataset, make_dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.policies.registry import find_policy
from engine.simulation.arms import Arm, rate_arms, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour

__all__ = ["run"]

COMPARISONS, WORLDS, ROUNDS = 200, 10, 2
PEOPLE, THINGS, KINDS = 30, 48, 3
RATES = (0.0, 0.5)
# Two-sided, and wide enough that all measures of both worlds together pass in 95 of 100 runs.
ERROR = 0.05
CATEGORIES = (
    "intra_user_diversity",
    "category_entropy",
    "majority_category_share",
    "choice_drift",
    "profile_drift",
)
EVERYTHING = (*CATEGORIES, "homogenisation", "likeness", "chosen_popularity", "utility", "choices")
LISTS = LoopSettings(rounds=ROUNDS, n=5, refit_every=ROUNDS, behaviour=UserBehaviour(outside=1.0))
IGNORED = LoopSettings(
    rounds=ROUNDS,
    n=5,
    refit_every=ROUNDS,
    behaviour=UserBehaviour(outside=1.0, adoption=0.0),
)


class Shuffled(Recommender):
    """One order of the catalogue for everyone, drawn anew in each world: knows nothing."""

    name = "shuffled"

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.scores_ = rng.random(dataset.n_items).astype(np.float32)

    def _score(self, histories: Histories) -> np.ndarray:
        return np.tile(self.scores_, (len(histories), 1))


def run() -> dict[str, object]:
    """Return how many comparisons show an effect, by world and measure."""
    start = _world()
    low, high = _bounds(len(EVERYTHING) + len(CATEGORIES))
    found = {
        "ignored": _false_positives(start, IGNORED, EVERYTHING, lucks=(0, 1)),
        "blind": _false_positives(start, LISTS, CATEGORIES, lucks=(0, 0)),
    }
    counts = [count for world in found.values() for count in world.values()]
    share = sum(counts) / (COMPARISONS * len(counts))
    return {
        "headline": f"{share:.1%} false positives, {min(counts)} to {max(counts)} of {COMPARISONS} "
        f"by measure, where {low} to {high} are within bounds",
        "holds": all(low <= count <= high for count in counts),
        "settings": {
            "comparisons": COMPARISONS,
            "worlds a comparison": WORLDS,
            "rounds": ROUNDS,
            "rates": list(RATES),
            "bounds": [low, high],
        },
        "false positives": found,
        "share": share,
    }


def _bounds(measures: int) -> tuple[int, int]:
    tail = ERROR / measures / 2
    return int(binom.ppf(tail, COMPARISONS, 0.05)), int(binom.ppf(1 - tail, COMPARISONS, 0.05))


def _false_positives(
    start: Dataset, settings: LoopSettings, measures: tuple[str, ...], *, lucks: tuple[int, int]
) -> dict[str, int]:
    arms = rate_arms(find_policy("epsilon-greedy"), RATES)
    data = prepare(interactions=start.interactions, held_out=start.interactions, items=start.items)
    tables = []
    for world in range(COMPARISONS * WORLDS):
        for arm, luck in zip(arms, lucks, strict=True):
            seed = 2 * world + luck
            tables.append(_last_round(start, data, arm, settings, seed=seed, world=world))
    rows = pl.concat(tables).filter(pl.col("measure").is_in(measures))
    counts = dict.fromkeys(measures, 0)
    for _, part in rows.group_by(pl.col("seed") // WORLDS):
        shown = effects(part, reference_arm=arms[0].name)
        for name in shown.filter((pl.col("low") > 0) | (pl.col("high") < 0))["measure"]:
            counts[name] += 1
    return counts


def _last_round(
    start: Dataset,
    data: AuditData,
    arm: Arm,
    settings: LoopSettings,
    *,
    seed: int,
    world: int,
) -> pl.DataFrame:
    tastes = Tastes.from_utilities(np.zeros((PEOPLE, THINGS)))
    measured = Measured(
        data, start.users, start=start.interactions, arm=arm.name, rate=arm.rate, seed=world
    )
    for one in run_arm(arm, start, settings, model=Shuffled(), tastes=tastes, seed=seed):
        feedback = tabulate_arm(arm, [one], start, model="shuffled", seed=seed)
        measured.add(feedback, index=one.index)
    return measured.table().filter(pl.col("round") == ROUNDS)


def _world() -> Dataset:
    """People with a handful of things each, over a catalogue of three kinds of like size."""
    rng = np.random.default_rng(20)
    people, things = np.nonzero(rng.random((PEOPLE, THINGS)) < 0.1)
    kinds = [[f"kind {thing % KINDS}"] for thing in range(THINGS)]
    return make_dataset(
        "null",
        pl.DataFrame({"user_id": people.astype(str), "item_id": things.astype(str)}),
        users=pl.DataFrame({"user_id": [str(person) for person in range(PEOPLE)]}),
        items=pl.DataFrame(
            {"item_id": [str(thing) for thing in range(THINGS)], "categories": kinds}
        ),
    )
