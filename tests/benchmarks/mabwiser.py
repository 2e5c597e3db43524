"""LinUCB and linear Thompson sampling against mabwiser's, on MovieLens-100K."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.policies.context import PolicyContext
from engine.policies.posterior import own_precisions, widths
from engine.policies.registry import make_policy
from tests.benchmarks.contest import Contestant, contest, ratio, spread
from tests.benchmarks.ridge import likes, ridge_means
from tests.benchmarks.scene import SEED, fit, movielens_scene

__all__ = ["run"]

N, EXACT = 10, 1e-9
OUR_MODULE = "tests.benchmarks.contestants.recscope_linear"
PEER_MODULE = "tests.benchmarks.contestants.mabwiser_linear"
OUR_UCB = Contestant("recscope linucb", OUR_MODULE, options=("linucb",))
UCB = Contestant("mabwiser LinUCB", PEER_MODULE, peer="mabwiser", options=("ucb",))
OUR_THOMPSON = Contestant("recscope linear-thompson", OUR_MODULE, options=("linear-thompson",))
THOMPSON = Contestant("mabwiser LinTS", PEER_MODULE, peer="mabwiser", options=("ts",))


def run(folder: Path, *, rounds: int = 5) -> dict[str, object]:
    """Return seconds, ratios, and whether both libraries choose the same.

    A person is an arm of mabwiser's, an item a context, a rating of 4 or more a reward of 1; lambda
    and alpha are 1. LinUCB has one definition: the mean and the width of every pair are held
    against mabwiser's, and so is every place of the policy's lists, at each person's rate for
    alpha = 1. mabwiser's LinTS draws a taste anew for each person and item, ours once for a whole
    list, so that lists cannot be the same; the variance of a draw is one definition, and compared
    (mabwiser copies one generator to every arm: its people share draws, as ours do).
    Of ours, the time of Thompson sampling holds 32 draws and the exact chance of every place.

    Raises
    ------
    AssertionError
        The libraries do not agree where their definitions do.
    """
    scene = movielens_scene()
    context = PolicyContext(scene.train, fit(scene, "popularity"), scene.train.histories)
    histories, eligible = context.histories, ~context.histories.seen()
    np.savez(
        folder / "log.npz",
        people=histories.rows,
        items=histories.items,
        rewards=likes(context),
        vectors=context.embeddings,
        eligible=eligible,
    )
    outcomes = contest([OUR_UCB, UCB, OUR_THOMPSON, THOMPSON], folder, rounds=rounds)
    our_ucb, ucb, our_thompson, thompson = outcomes.values()
    agreement = _agreement(folder, context, eligible)
    assert agreement["upper bounds differ by at most"] < EXACT
    assert agreement["share of places with the same choice"] == 1
    assert abs(agreement["variance of a draw, mabwiser / recscope"] - 1) < 0.02
    return {
        "settings": {"rounds": rounds, "users": len(histories), "n": N, "seed": SEED},
        **{f"seconds {name}": spread(outcome.seconds) for name, outcome in outcomes.items()},
        "mabwiser LinUCB / recscope": ratio(ucb, our_ucb),
        "mabwiser LinTS / recscope": ratio(thompson, our_thompson),
        **agreement,
    }


def _agreement(folder: Path, context: PolicyContext, eligible: np.ndarray) -> dict[str, float]:
    vectors, rows = context.embeddings, np.arange(len(context.histories))
    covariances = np.linalg.inv(own_precisions(vectors, context.histories, rows=rows))
    means, width = ridge_means(context), widths(vectors, covariances)
    peer = np.load(folder / "ucb.npy")
    theirs = np.load(folder / "ts_variance.npy")
    return {
        "upper bounds differ by at most": float(np.abs(means + width - peer).max()),
        "share of places with the same choice": _same_choices(
            context, means, width, eligible, peer=peer
        ),
        "variance of a draw, mabwiser / recscope": float(
            theirs.sum() / (width[: len(theirs)] ** 2).sum()
        ),
    }


def _same_choices(
    context: PolicyContext,
    means: np.ndarray,
    width: np.ndarray,
    eligible: np.ndarray,
    *,
    peer: np.ndarray,
) -> float:
    """Return the share of places whose item is worth to mabwiser what its own choice is.

    Items of equal vectors are worth the same but for rounding, and may stand for each other.
    """
    policy, same = make_policy("linucb", context), []
    vectors = context.embeddings
    for row, open_to in enumerate(eligible):
        spread_of_means, spread_of_widths = means[row, open_to].std(), width[row, open_to].std()
        rate = spread_of_widths / (spread_of_means + spread_of_widths)
        one = policy.for_people(context.histories.take(np.array([row])))
        one.context.__dict__["embeddings"] = vectors
        slates = one.choose(
            means[[row]], open_to[None], n=N, rate=float(rate), rng=np.random.default_rng(0)
        )
        best = np.sort(peer[row, open_to])[::-1][:N]
        same.append(np.abs(peer[row, slates.items[0]] - best) < EXACT)
    return float(np.mean(same))
