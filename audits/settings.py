"""How an audit makes intervals, and what it withholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import OptionError

__all__ = ["MERITS", "Settings"]

Merit = Literal["relevance", "catalogue", "interactions"]
MERITS: tuple[Merit, ...] = ("relevance", "catalogue", "interactions")


@dataclass(frozen=True)
class Settings:
    """The settings of an audit's statistics.

    Attributes
    ----------
    seed
        Of the resampling; the same seed gives the same intervals.
    resamples
        Bootstrap resamples, B.
    permutations
        Of the group labels, for the test of a gap and the gap to be expected by chance.
    min_group
        Smaller groups are withheld.
    merit
        What attention is held against in groups of items: "relevance" (held-out choices),
        "catalogue" (number of items) or "interactions" (in training).
    exact_up_to
        Up to so many audited users each is drawn by herself and labels are permuted; beyond,
        users are drawn by buckets, as `audits.buckets` says, and no user is kept.

    Raises
    ------
    OptionError
        resamples, permutations or min_group below 1, or exact_up_to below 0.
    """

    seed: int = 0
    resamples: int = 1000
    permutations: int = 999
    min_group: int = 10
    merit: Merit = "relevance"
    exact_up_to: int = 50_000

    def __post_init__(self) -> None:
        if min(self.resamples, self.permutations, self.min_group) < 1:
            raise OptionError(
                "resamples is {resamples}, permutations {permutations} and the minimum group size "
                "{min_group}; give numbers from 1",
                resamples=self.resamples,
                permutations=self.permutations,
                min_group=self.min_group,
            )
        if self.exact_up_to < 0:
            raise OptionError("exact_up_to is {n}; give a number from 0", n=self.exact_up_to)

    @property
    def method(self) -> str:
        """How the intervals of means are made, in words."""
        return f"user bootstrap, {self.resamples} resamples"
