"""LSTM: embeddings, an LSTM and a dense sigmoid, as a baseline that trains and ranks."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import Capabilities
from engine.models.negatives import unseen_items
from engine.models.neural import NeuralRecommender
from engine.models.training import batches, one_thread
from engine.models.windows import windows

__all__ = ["LSTM"]

# Bounds the (rows, I, d) activations that are in memory at once.
_CELLS = 4_000_000


@dataclass(eq=False)
class LSTM(NeuralRecommender):
    """score_t = logit of a dense layer over [h, e_t], with h the state of an LSTM over the history.

    score_t = w · relu(A h + B e_t + c) + b_t; its sigmoid is the chance that t comes next. Every
    place of a history predicts the next item; the loss is the binary cross-entropy of that item
    and of ``negatives`` items drawn among those not in the history.

    It is the listing "embeddings, concatenate, LSTM, dense sigmoid" that explainers of recommender
    systems often print, as a baseline. As printed it cannot be used; what was repaired:

    - It embeds a user's id, so nobody new can be served and no history can be masked. Here the
      history's items stand for the person.
    - It lets the LSTM read one pair of user and item: a sequence of length 1, in which there is
      nothing to remember. Here it reads the history in its order, and the candidate is
      concatenated behind it, so that the history is read once for the whole catalogue.
    - It is fitted to observed pairs alone, whose best answer is 1 for everything. Here as many
      items as asked for are drawn that the person does not have.
    - It ranks by the sigmoid, which in float32 is 1 for many items at once. Here the score is the
      logit, which has the same order, and in which contributions add up.

    Attributes
    ----------
    factors
        Length of an item's embedding, of the state, and of the dense layer.
    length
        How many of the latest items are read; of a longer history, training takes a window at
        random each epoch.
    negatives
        Items not in the history, drawn for each place.
    dropout
        Share of activations left out in training.

    Notes
    -----
    Recurrent networks over histories: Hidasi et al., "GRU4Rec", ICLR 2016. The number of epochs
    is where nDCG@10 on a validation part of a MovieLens-100K training set was best; a smaller log
    needs more of them.
    """

    name = "lstm"
    capabilities = Capabilities(sequential=True, chance="sigmoid")
    epochs: int = 8
    batch_size: int = 32
    learning_rate: float = 5e-3
    l2: float = 1e-5
    factors: int = 64
    length: int = 50
    negatives: int = 8
    dropout: float = 0.5

    def _build(self, dataset: Dataset) -> nn.Module:
        if min(self.factors, self.length, self.negatives) < 1 or not 0 <= self.dropout < 1:
            raise OptionError(
                "lstm has {factors} factors, length {length}, {negatives} negatives and dropout "
                "{dropout}; give numbers from 1, and a dropout from 0 to below 1",
                factors=self.factors,
                length=self.length,
                negatives=self.negatives,
                dropout=self.dropout,
            )
        return _Network(dataset.n_items, self.factors, dropout=self.dropout)

    def _losses(
        self, network: nn.Module, histories: Histories, *, epoch: int, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        assert isinstance(network, _Network)
        some = np.flatnonzero(histories.lengths)
        for rows in batches(len(some), size=self.batch_size, rng=rng):
            part = histories.take(some[rows])
            lengths = np.minimum(part.lengths, self.length)
            tokens = windows(part, rng.integers(part.lengths - lengths + 1), lengths)
            owners, places = np.nonzero(np.arange(lengths.max()) < lengths[:, None])
            states = network.states(torch.from_numpy(tokens[:, :-1]))[owners, places]
            drawn = unseen_items(part.seen(), np.repeat(owners, self.negatives), rng=rng)
            asked = np.column_stack(
                [tokens[:, 1:][owners, places], drawn.reshape(-1, self.negatives)]
            )
            logits = network.logits(states, torch.from_numpy(asked))
            is_next = torch.zeros_like(logits)
            is_next[:, 0] = 1
            yield functional.binary_cross_entropy_with_logits(logits, is_next)

    def _adopt(self, network: nn.Module) -> None:
        assert isinstance(network, _Network)
        self.network_ = deepcopy(network).double().eval()

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        step = max(_CELLS // (histories.n_items * self.factors), 1)
        starts = range(0, len(histories), step)
        blocks = [
            self._score_block(histories.take(np.arange(start, min(start + step, len(histories)))))
            for start in starts
        ]
        return np.concatenate([np.empty((0, histories.n_items), dtype=np.float32), *blocks])

    def _score_block(self, histories: Histories) -> NDArray[np.float32]:
        read = np.minimum(histories.lengths, self.length - 1)
        tokens = torch.from_numpy(windows(histories, histories.lengths - read, read))
        with one_thread(), torch.inference_mode():
            states = self.network_.states(tokens)
            last = states[torch.arange(len(histories)), torch.from_numpy(read)]
            every = torch.arange(histories.n_items)[None]
            scores: NDArray[np.float32] = self.network_.logits(last, every).numpy().astype("f4")
        return scores


class _Network(nn.Module):
    """What stands behind a place never changes its state, so padding at the end is harmless."""

    def __init__(self, n_items: int, factors: int, *, dropout: float) -> None:
        super().__init__()
        # Drawn wide, like the layer below: where history and item add up to little in the dense
        # layer, training stays for long where everything has the base rate.
        self.items = nn.Embedding(n_items + 1, factors)
        self.dropout = nn.Dropout(dropout)
        self.lstm = nn.LSTM(factors, factors, batch_first=True)
        self.from_history = nn.Linear(factors, factors)
        self.from_item = nn.Linear(factors, factors, bias=False)
        for layer in (self.from_history, self.from_item):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        self.dense = nn.Linear(factors, 1, bias=False)
        self.biases = nn.Embedding(n_items, 1)
        nn.init.zeros_(self.biases.weight)

    def states(self, tokens: Tensor) -> Tensor:
        """(B, L, d) state after each token."""
        states: Tensor = self.lstm(self.dropout(self.items(tokens)))[0]
        return states

    def logits(self, states: Tensor, items: Tensor) -> Tensor:
        """(n, m) logits of each state's m items; one row of items serves all states.

        A dense layer over two concatenated vectors is the sum of a layer over each.
        """
        both = self.from_history(self.dropout(states))[:, None] + self.from_item(self.items(items))
        found: Tensor = (self.dense(functional.relu(both)) + self.biases(items)).squeeze(dim=2)
        return found
