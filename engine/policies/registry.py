"""The policies people can ask for by name."""

from __future__ import annotations

from engine.errors import UnknownNameError
from engine.policies.base import Policy
from engine.policies.epsilon_greedy import EpsilonGreedy
from engine.policies.greedy import Greedy

__all__ = ["POLICIES", "make_policy"]

POLICIES: dict[str, type[Policy]] = {policy.name: policy for policy in (Greedy, EpsilonGreedy)}


def make_policy(name: str) -> Policy:
    """Return the policy of that name.

    Raises
    ------
    UnknownNameError
        No policy has that name.

    Examples
    --------
    >>> make_policy("greedy").stochastic
    False
    """
    if name not in POLICIES:
        raise UnknownNameError(
            "there is no policy {policy}; choose one of {names}",
            policy=name,
            names=", ".join(POLICIES),
        )
    return POLICIES[name]()
