"""What a policy is: from scores to slates, with the chance of every choice it made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.policies.context import PolicyContext
from engine.policies.meaning import Meaning
from engine.policies.slates import Slates, own_lists
from engine.policies.uncertainty import Uncertainty, make_uncertainty
from engine.ranking import top_n

__all__ = ["Policy"]


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy; the public `choose` checks, one that explores writes `_choose` and `_meaning`.

    One that leaves something to chance writes `_measure` too.

    Attributes
    ----------
    context
        What it may know beside the scores; many policies need none of it.
    name
        What people ask for.
    stochastic
        Some propensities are below 1 at rates above 0. The lists of a policy without this can
        not support an estimate of what another policy would have earned.
    takes_rate
        A rate above 0 means something. At rate 0 every policy gives the model's own list.
    draws_by_row
        Two batches one after the other get the draws of the two in one; a policy without this
        shares draws among the people of a batch.
    """

    context: PolicyContext
    name: ClassVar[str]
    stochastic: ClassVar[bool]
    takes_rate: ClassVar[bool] = True
    draws_by_row: ClassVar[bool] = True

    def for_people(self, histories: Histories) -> Self:
        """Return the same policy made for other people, over the same catalogue."""
        return replace(self, context=replace(self.context, histories=histories))

    def choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        """Choose n items for each row.

        Parameters
        ----------
        scores
            (B, I) finite scores.
        eligible
            (B, I) true where the item may be shown.
        n
            List length, from 1 to I.
        rate
            The exploration rate in [0, 1]; 0 is the model's own list.
        rng
            The same generator state gives common random numbers over rates: what a policy draws
            does not hang on the rate, only what it makes of the draws does.

        Raises
        ------
        OptionError
            n or rate outside its range, scores that are not finite, or a rate above 0 for a
            policy that does not explore.
        TableError
            The context is of other people or another catalogue.
        """
        self._check(scores, n=n, rate=rate)
        if rate == 0:
            return own_lists(scores, eligible, n=n)
        return self._choose(scores, eligible, n=n, rate=rate, rng=rng)

    def measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        """Say how much of the lists that `choose` gives for the same arguments is left to chance.

        Exact: from chances, not from lists drawn. Of a policy that shares draws among people
        (see ``draws_by_row``) it holds for the draws of this generator state.

        Raises
        ------
        OptionError, TableError
            As for `choose`.
        """
        self._check(scores, n=n, rate=rate)
        if rate == 0:
            return make_uncertainty(np.zeros(len(scores)), np.ones(len(scores)), eligible)
        return self._measure(scores, eligible, n=n, rate=rate, rng=rng)

    def is_near(self, row: int, item: int) -> bool | None:
        """Whether an item reads much like a person's history, to a policy that goes by texts.

        None for a policy that does not, and where the texts of either say nothing.
        """
        return None

    @classmethod
    def check_rate(cls, rate: float) -> None:
        """Raise OptionError unless the policy can take this exploration rate."""
        if not 0 <= rate <= 1:
            raise OptionError(
                "the exploration rate is {rate}; give a number from 0 to 1", rate=rate
            )
        if rate > 0 and not cls.takes_rate:
            raise OptionError(
                "the policy {policy} does not explore; use rate 0, or another policy",
                policy=cls.name,
            )

    @classmethod
    def meaning(cls, rate: float, n: int) -> Meaning:
        """Say what a rate does to a list of n places.

        Raises
        ------
        OptionError
            The policy cannot take the rate.
        """
        cls.check_rate(rate)
        if rate == 0:
            return Policy._meaning(rate, n)
        return cls._meaning(rate, n)

    def _check(self, scores: NDArray[np.floating], *, n: int, rate: float) -> None:
        self.check_rate(rate)
        if not 1 <= n <= scores.shape[1]:
            raise OptionError(
                "n is {n}, but the catalogue holds {items} items; give a number from 1 to {items}",
                n=n,
                items=scores.shape[1],
            )
        # What everybody shares is looked at once.
        if not np.isfinite(scores if scores.strides[0] else scores[:1]).all():
            raise OptionError("the model gave a score that is not finite; refit or mend the model")
        histories = self.context.histories
        if scores.shape != (len(histories), histories.n_items):
            raise TableError(
                "the policy {policy} was made for {people} people and {things} items, but the "
                "scores are of {rows} and {items}; make it from the histories that were scored",
                policy=self.name,
                people=len(histories),
                things=histories.n_items,
                rows=scores.shape[0],
                items=scores.shape[1],
            )

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        """Choose at a rate above 0, everything checked; the model's own list unless overridden."""
        return own_lists(scores, eligible, n=n)

    def _measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        """Measure at a rate above 0, everything checked; here, what leaves nothing to chance."""
        items = self._choose(scores, eligible, n=n, rate=rate, rng=rng).items
        own = (items == top_n(scores, eligible, n=n)).all(axis=1)
        return make_uncertainty(np.zeros(len(scores)), own, eligible)

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        """Say what a rate above 0 does."""
        return Meaning("Every place shows the model's best item left: nothing is left to chance.")
