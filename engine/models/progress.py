"""How a fit by gradient descent is watched, and where it can be taken up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

__all__ = ["Progress", "Watchable"]


@dataclass(frozen=True)
class Progress:
    """Where a fit stands after an epoch.

    Attributes
    ----------
    stage
        "search" while the number of epochs is sought on a validation part, "fit" on everything,
        "update" while new interactions are learned.
    epoch, epochs
        How many are done, of at most how many.
    loss
        Mean training loss of the epoch, in the model's own unit.
    ndcg
        nDCG@10 on the validation part; missing outside the search.
    seconds_left
        For this stage, if it runs to its last epoch at the speed so far.
    """

    stage: str
    epoch: int
    epochs: int
    loss: float
    ndcg: float | None
    seconds_left: float


@runtime_checkable
class Watchable(Protocol):
    """A model that tells where its fit stands, and goes on from a folder after a stop."""

    checkpoint: Path | None
    progress: Callable[[Progress], None] | None
