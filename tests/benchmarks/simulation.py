"""Feedback loops: against T-RECS on the same people and things, and by the number of people."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from audits.data import prepare
from audits.feedback import Measured
from engine.models.popularity import Popularity
from engine.policies.greedy import Greedy
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from tests.benchmarks.contest import Contestant, Outcome, contest, ratio, spread
from tests.benchmarks.loop_world import empty_world

__all__ = ["run"]

PEOPLE, THINGS, ROUNDS = 200, 500, 20
# 1000 is what the content model of T-RECS has unless told otherwise; with few it is far quicker.
FEW, MANY = 16, 1000
TABLE, NO_TABLE = "table", "no table"
WITH_TABLE = "recscope with its table"
OURS, PEER = "tests.benchmarks.contestants.recscope_loop", "tests.benchmarks.contestants.trecs_loop"
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
LENGTHS = (5, 20, 80)
GOAL_RATIO, GOAL_EXPONENT = 100, 1.1


def run(folder: Path) -> dict[str, object]:
    """Return user-rounds a second of both, how many times ours is quicker, and the exponent.

    T-RECS takes no measures here, and writes no table. Ours is timed twice: the rounds alone, as
    T-RECS runs them, and with the feedback table of every place and its propensity. "by people"
    runs and measures three rounds of loops of up to 100,000 people; seconds grow as a power of
    their number, and the exponent is that of a straight line through the logarithms. "memory" is
    the most that a loop of 3,000 people holds at a time, by the number of rounds.
    """
    # With many attributes T-RECS takes minutes a turn: one turn, and none to warm up.
    found = {
        "popularity": _against_trecs(folder, "popularity", attributes=FEW, turns=5),
        "content": _against_trecs(folder, "content", attributes=MANY, turns=1),
        "content, few attributes": _against_trecs(folder, "content", attributes=FEW, turns=5),
    }
    seconds = {str(size): _seconds(size, rounds=3) for size in SIZES}
    slope = np.polyfit(np.log(SIZES), np.log(list(seconds.values())), 1)[0]
    return {
        "settings": {
            "people": PEOPLE,
            "things": THINGS,
            "attributes": {"popularity": FEW, "content": MANY, "content, few attributes": FEW},
            "rounds": ROUNDS,
        },
        **found,
        "by people": {
            "seconds": seconds,
            "user-rounds a second": {size: 3 * int(size) / t for size, t in seconds.items()},
            "exponent": float(slope),
        },
        "memory": {f"megabytes, {rounds} rounds": _megabytes(rounds) for rounds in LENGTHS},
        "goal": f"trecs / recscope at least {GOAL_RATIO}; exponent at most {GOAL_EXPONENT}",
    }


def _against_trecs(folder: Path, kind: str, *, attributes: int, turns: int) -> dict[str, object]:
    rng = np.random.default_rng(1)
    np.save(folder / "people.npy", rng.integers(0, 5, size=(PEOPLE, attributes)).astype(float))
    np.save(folder / "things.npy", rng.integers(0, 2, size=(attributes, THINGS)).astype(float))
    contestants = [
        Contestant("recscope", OURS, options=(kind, str(ROUNDS), NO_TABLE)),
        Contestant(WITH_TABLE, OURS, options=(kind, str(ROUNDS), TABLE)),
        Contestant("trecs", PEER, peer="trecs", options=(kind, str(ROUNDS))),
    ]
    outcomes = contest(contestants, folder, rounds=turns, warm_up=1 if turns > 1 else 0)
    return {
        **{f"user-rounds a second {name}": _speed(one) for name, one in outcomes.items()},
        **{
            f"trecs / {name}": ratio(outcomes["trecs"], outcomes[name])
            for name in ("recscope", WITH_TABLE)
        },
    }


def _speed(outcome: Outcome) -> Mapping[str, float]:
    return spread([PEOPLE * ROUNDS / seconds for seconds in outcome.seconds])


def _megabytes(rounds: int) -> float:
    """The peak of what Python and numpy hold while a loop runs."""
    tracemalloc.start()
    try:
        _seconds(3_000, rounds=rounds)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def _seconds(people: int, *, rounds: int) -> float:
    start = empty_world(people, THINGS, kinds=10)
    rng = np.random.default_rng(2)
    shares, contents = rng.dirichlet(np.ones(8), people), rng.dirichlet(np.ones(THINGS), 8)
    tastes = Tastes(THINGS * shares, contents, 0.05)
    logged = start.with_histories(
        start.histories.append(np.arange(people), np.arange(people) % THINGS)
    )
    data = prepare(
        interactions=logged.interactions, held_out=logged.interactions, items=start.items
    )
    arm = Arm("greedy", Greedy)
    measured = Measured(
        data, start.users, start=logged.interactions, arm=arm.name, rate=0.0, seed=1
    )
    begin = perf_counter()
    settings = LoopSettings(rounds=rounds)
    run = run_arm(arm, logged, settings, model=Popularity(), tastes=tastes, seed=1)
    for one in run:
        feedback = tabulate_arm(arm, [one], logged, model="popularity", seed=1)
        measured.add(feedback, index=one.index)
    return perf_counter() - begin
