"""Lists and chances of 943 people under every policy, and Plackett-Luce against a plain loop."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np

from engine.config import stream
from engine.policies.context import PolicyContext
from engine.policies.registry import POLICIES, make_policy
from engine.policies.sharpness import find_sharpness
from tests.benchmarks.contest import Contestant, contest, ratio, spread
from tests.benchmarks.scene import SEED, fit, movielens_scene

__all__ = ["run"]

N = 10
RATES = tuple(rate / 10 for rate in range(11))
GOAL = 20
OURS = Contestant("recscope", "tests.benchmarks.contestants.recscope_plackett_luce")
PEER = Contestant("loop", "tests.benchmarks.contestants.loop_plackett_luce")
OURS_DRAWS = Contestant("recscope, temperatures given", OURS.module, options=("sharpness",))
PEER_DRAWS = Contestant("loop, temperatures given", PEER.module, options=("sharpness",))


def run(folder: Path, *, rounds: int = 5) -> dict[str, object]:
    """Return seconds a policy over 11 rates, and the ratio of the loop to Plackett-Luce.

    Of every policy the lists of everyone with the chance of each place are timed, at each rate it
    can take (greedy takes 0 alone) and in sum; one call before that builds what its context keeps.

    The loop takes one person and place at a time, by `numpy.random.choice` over the items left.
    Both sides find the temperature of each person, draw 10 places, and give the chance of each;
    without the temperatures they are timed as well. The loop is plain, not slow on purpose: it
    holds only a person's eligible items, and works on whole rows of them.

    Raises
    ------
    AssertionError
        The loop's lists have another distribution: the mean -ln of the lists' chances differs by
        more than 4 standard errors.
    """
    scene = movielens_scene()
    model = fit(scene, "ease")
    context = PolicyContext(scene.train, model, scene.train.histories)
    scores, eligible = model.score(context.histories), ~context.histories.seen()
    np.savez(
        folder / "scores.npz",
        scores=scores,
        eligible=eligible,
        sharpness=find_sharpness(scores, eligible, rate=0.2),
    )
    outcomes = contest([OURS, PEER, OURS_DRAWS, PEER_DRAWS], folder, rounds=rounds)
    ours, peer, draws, peer_draws = outcomes.values()
    apart = abs(ours.answer["surprise"] - peer.answer["surprise"])
    assert apart < 4 * np.hypot(ours.answer["error"], peer.answer["error"])
    return {
        "settings": {"rounds": rounds, "users": len(scores), "n": N, "rates": len(RATES)},
        "seconds a rate": {name: _seconds(name, context, scores, eligible) for name in POLICIES},
        **{f"seconds {name}": spread(outcome.seconds) for name, outcome in outcomes.items()},
        "loop / recscope": ratio(peer, ours),
        "loop / recscope, temperatures given": ratio(peer_draws, draws),
        "goal": f"at least {GOAL} times",
        "mean score of first place": {
            name: outcome.answer["first"] for name, outcome in outcomes.items()
        },
        "mean -ln of a list's chance": {
            name: outcome.answer["surprise"] for name, outcome in outcomes.items()
        },
    }


def _seconds(
    name: str, context: PolicyContext, scores: np.ndarray, eligible: np.ndarray
) -> dict[str, float]:
    """Seconds for everyone's list with chances; one rate before counting builds the context."""
    policy = make_policy(name, context)
    rates = RATES if policy.takes_rate else RATES[:1]
    seconds = []
    for rate in (rates[-1], *rates):
        start = perf_counter()
        policy.choose(scores, eligible, n=N, rate=rate, rng=stream(SEED, "policy"))
        seconds.append(perf_counter() - start)
    return {**spread(seconds[1:]), "all rates": sum(seconds[1:])}
