"""Greedy: the model's own list."""

from __future__ import annotations

from engine.policies.base import Policy

__all__ = ["Greedy"]


class Greedy(Policy):
    """The n best eligible items, best first: what every policy gives at rate 0, and no more."""

    name = "greedy"
    stochastic = False
    takes_rate = False
