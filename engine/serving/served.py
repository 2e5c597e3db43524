"""What a model that is served another way has in common with the model itself."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.models.als import ALS
from engine.models.base import Capabilities, Recommender

__all__ = ["Served"]


@dataclass(eq=False)
class Served(Recommender):
    """A member that learns as ever, and is made ready to serve after each fit and update.

    Attributes
    ----------
    member
        An unfitted model; fitting this one fits it.
    """

    member: Recommender = field(default_factory=ALS)

    @property
    def capabilities(self) -> Capabilities:  # type: ignore[override]
        """What the member can do, but that these scores are no longer linear in a history."""
        own = self.member.capabilities
        return Capabilities(
            sequential=own.sequential,
            uses_attributes=own.uses_attributes,
            personalised=own.personalised,
        )

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.member.fit(dataset, rng=rng)
        self._make_ready(dataset)

    @property
    def can_update(self) -> bool:
        """Whether the member can."""
        return self.member.can_update

    def _update(self, before: Dataset, after: Dataset) -> None:
        self.member._update(before, after)
        self._make_ready(after)

    def item_vectors(self) -> NDArray[np.floating] | None:
        """Return the member's."""
        return self.member.item_vectors()

    @abstractmethod
    def _make_ready(self, dataset: Dataset) -> None:
        """Derive what serves from what the member has learned."""
