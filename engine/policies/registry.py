"""The policies people can ask for by name."""

from __future__ import annotations

from engine.errors import UnknownNameError
from engine.policies.base import Policy
from engine.policies.calibration import Calibration
from engine.policies.cluster_exploration import ClusterExploration
from engine.policies.context import PolicyContext
from engine.policies.epsilon_greedy import EpsilonGreedy
from engine.policies.fa_ir import FaIR
from engine.policies.greedy import Greedy
from engine.policies.group_exposure import GroupExposure
from engine.policies.interest_exploration import InterestExploration
from engine.policies.linear_ucb import LinUCB, NeuralLinearUCB
from engine.policies.mmr import MMR
from engine.policies.plackett_luce import PlackettLuce
from engine.policies.popularity_xquad import PopularityXQuAD
from engine.policies.tail_epsilon_greedy import TailEpsilonGreedy
from engine.policies.thompson_beta import BetaThompson
from engine.policies.thompson_linear import LinearThompson

__all__ = ["POLICIES", "find_policy", "make_policy"]

POLICIES: dict[str, type[Policy]] = {
    policy.name: policy
    for policy in (
        Greedy,
        EpsilonGreedy,
        TailEpsilonGreedy,
        ClusterExploration,
        InterestExploration,
        PlackettLuce,
        BetaThompson,
        LinearThompson,
        GroupExposure,
        LinUCB,
        NeuralLinearUCB,
        MMR,
        PopularityXQuAD,
        Calibration,
        FaIR,
    )
}


def find_policy(name: str) -> type[Policy]:
    """Return the kind of policy of that name; called with a context it is a policy.

    Raises
    ------
    UnknownNameError
        No policy has that name.

    Examples
    --------
    >>> find_policy("greedy").takes_rate
    False
    """
    if name not in POLICIES:
        raise UnknownNameError(
            "there is no policy {policy}; choose one of {names}",
            policy=name,
            names=", ".join(POLICIES),
        )
    return POLICIES[name]


def make_policy(name: str, context: PolicyContext) -> Policy:
    """Return the policy of that name, made for the people of the context.

    Raises
    ------
    UnknownNameError
        No policy has that name.
    """
    return find_policy(name)(context)
