"""Requests that every policy must be able to answer, and which policies promise what."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import strategies as st

from engine.policies.base import Policy
from engine.policies.registry import POLICIES, make_policy
from engine.policies.slates import Slates
from engine.policies.uncertainty import Uncertainty
from tests import worlds

STOCHASTIC = [name for name, policy in POLICIES.items() if policy.stochastic]
EXPLORING = [name for name, policy in POLICIES.items() if policy.takes_rate]
DETERMINISTIC = [name for name in POLICIES if name not in STOCHASTIC]
# Chance is drawn anew for each place, so that a rate is a share of places.
PER_PLACE = [
    "epsilon-greedy", "tail-epsilon-greedy", "cluster-exploration", "interest-exploration",
]  # fmt: skip
# The draw of a place hangs on what stands above it, and on nothing else of the list.
PER_SLOT = [*PER_PLACE, "plackett-luce"]
# Every list has a chance above 0 at every rate above 0.
FULL_SUPPORT = ["epsilon-greedy", "plackett-luce"]
# The lists that can be drawn are drawn first, then one of them.
FEW_LISTS = [name for name in STOCHASTIC if name not in PER_SLOT]

every_policy = pytest.mark.parametrize("name", POLICIES)
stochastic = pytest.mark.parametrize("name", STOCHASTIC)
exploring = pytest.mark.parametrize("name", EXPLORING)
per_place = pytest.mark.parametrize("name", PER_PLACE)


def policy_for(name: str, scores: np.ndarray, *, alike: bool = False) -> Policy:
    return make_policy(name, worlds.policy_context(*scores.shape, alike=alike))


@dataclass(frozen=True)
class Request:
    """One call of `choose`."""

    scores: np.ndarray
    eligible: np.ndarray
    n: int
    rate: float
    seed: int
    alike: bool = False

    def choose(self, name: str, *, rate: float | None = None) -> Slates:
        rate = self.rate if rate is None else rate
        policy = policy_for(name, self.scores, alike=self.alike)
        return policy.choose(
            self.scores,
            self.eligible,
            n=self.n,
            rate=rate if policy.takes_rate else 0,
            rng=np.random.default_rng(self.seed),
        )

    def measure(self, name: str, *, rate: float | None = None) -> Uncertainty:
        rate = self.rate if rate is None else rate
        policy = policy_for(name, self.scores, alike=self.alike)
        return policy.measure(
            self.scores,
            self.eligible,
            n=self.n,
            rate=rate if policy.takes_rate else 0,
            rng=np.random.default_rng(self.seed),
        )


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Small batches with ties, and rows with few or no eligible items."""
    rows, items = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Request(
        scores=rng.integers(0, 4, size=(rows, items)).astype(np.float32),
        eligible=rng.random((rows, items)) < draw(st.sampled_from([0.0, 0.4, 0.8, 1.0])),
        n=draw(st.integers(1, items)),
        rate=draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])),
        seed=draw(st.integers(0, 2**32)),
    )
