"""How torch models learn: epochs, L2, early stopping, progress, and going on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.models.checkpoint import Checkpoint, Stand
from engine.models.progress import Progress

__all__ = ["Learned", "Moments", "Schedule", "batches", "one_thread", "seeded", "train"]

Losses = Callable[[int, np.random.Generator], Iterator[Tensor]]
# What Adam remembers of the gradients of each parameter, by its number.
Moments = Mapping[int, Mapping[str, Tensor]]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to learn.

    Attributes
    ----------
    epochs
        At most so many passes over the data.
    learning_rate
        Of Adam.
    l2
        Adam adds l2 × weight to each gradient: the penalty ½ l2 ||weights||² of each batch.
    patience
        Stop after so many epochs without a better measure; it takes a measure to stop early.
    """

    epochs: int
    learning_rate: float
    l2: float
    patience: int


@dataclass(frozen=True)
class Learned:
    """How training ended.

    Attributes
    ----------
    best_epoch
        Without a measure: the last.
    moments
        What further training goes on from, beside the weights.
    """

    best_epoch: int
    moments: Moments


def train(
    network: nn.Module,
    losses: Losses,
    *,
    schedule: Schedule,
    seed: int,
    stage: str,
    moments: Moments | None = None,
    measure: Callable[[], float] | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Learned:
    """Train the network in place.

    Every epoch draws from a generator of its own, so that a run which went on from a checkpoint
    has the bits of a run that was never stopped.

    Parameters
    ----------
    losses
        Called with the epoch (from 1) and its generator; yields the loss of one batch at a time,
        each from the weights as the step before left them.
    moments
        What Adam remembers from training before. Without them its first steps are of full length
        whatever the gradients, which throws weights that had arrived off their place.
    measure
        Asked after every epoch; higher is better.
    checkpoint
        Where the stand is kept after every epoch; a stand that is there already is taken up.
    """
    optimizer = torch.optim.Adam(
        network.parameters(), lr=schedule.learning_rate, weight_decay=schedule.l2
    )
    if moments is not None:
        # A copy, for the optimiser writes to what it is given.
        optimizer.load_state_dict({**optimizer.state_dict(), "state": deepcopy(dict(moments))})
    stand = Stand()
    if checkpoint is not None and checkpoint.exists():
        stand = checkpoint.load(network, optimizer)
    begin, first = perf_counter(), stand.epoch
    while stand.epoch < schedule.epochs and stand.epoch - stand.best_epoch < schedule.patience:
        epoch = stand.epoch + 1
        loss = _run_epoch(network, optimizer, losses, epoch=epoch, seed=seed)
        ndcg = None if measure is None else measure()
        stand = _after(stand, ndcg)
        if checkpoint is not None:
            checkpoint.save(network, optimizer, stand)
        if progress is not None:
            pace = (perf_counter() - begin) / (epoch - first)
            left = pace * (schedule.epochs - epoch)
            progress(Progress(stage, epoch, schedule.epochs, loss, ndcg, left))
    return Learned(stand.best_epoch, optimizer.state_dict()["state"])


def _run_epoch(
    network: nn.Module, optimizer: torch.optim.Adam, losses: Losses, *, epoch: int, seed: int
) -> float:
    rng = np.random.default_rng([seed, epoch])
    network.train()
    values = []
    with seeded(int(rng.integers(2**63))):
        for loss in losses(epoch, rng):
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            values.append(loss.item())
    network.eval()
    return float(np.mean(values))


def _after(stand: Stand, ndcg: float | None) -> Stand:
    epoch = stand.epoch + 1
    if ndcg is None or ndcg > stand.best:
        return Stand(epoch, epoch, -np.inf if ndcg is None else ndcg)
    return replace(stand, epoch=epoch)


def batches(n: int, *, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield the numbers below n in random order, at most ``size`` at a time."""
    order = rng.permutation(n)
    yield from (order[start : start + size] for start in range(0, n, size))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw from this seed inside, and go on outside as if nothing had happened."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread inside: with more, sums are taken in an order that may change."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
