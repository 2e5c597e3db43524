"""A loop holds what people have, and never all that was shown to them."""

from __future__ import annotations

import tracemalloc

import numpy as np

from audits.data import prepare
from audits.feedback import Measured
from engine.models.popularity import Popularity
from engine.policies.greedy import Greedy
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from tests.benchmarks.loop_world import empty_world

PEOPLE, THINGS = 2_200, 300


def megabytes(rounds: int) -> tuple[float, float]:
    """The most that a measured loop holds at a time, and its feedback table."""
    start = empty_world(PEOPLE, THINGS, kinds=4)
    rng = np.random.default_rng(2)
    tastes = Tastes(
        THINGS * rng.dirichlet(np.ones(4), PEOPLE), rng.dirichlet(np.ones(THINGS), 4), 0.05
    )
    people = np.arange(PEOPLE)
    start = start.with_histories(start.histories.append(people, people % THINGS))
    data = prepare(interactions=start.interactions, held_out=start.interactions, items=start.items)
    arm = Arm("greedy", Greedy)
    measured = Measured(data, start.users, start=start.interactions, arm=arm.name, rate=0.0, seed=1)
    written = 0
    tracemalloc.start()
    settings = LoopSettings(rounds=rounds)
    for one in run_arm(arm, start, settings, model=Popularity(), tastes=tastes, seed=1):
        table = tabulate_arm(arm, [one], start, model="popularity", seed=1)
        written += table.estimated_size()
        measured.add(table, index=one.index)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20, written / 2**20


def test_memory_grows_far_less_than_the_table() -> None:
    short, small_table = megabytes(3)
    long, large_table = megabytes(24)
    assert long - short < (large_table - small_table) / 4
