"""TwoTower: a person's vector and an item's, each from text and from ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import Capabilities
from engine.models.checkpoint import Checkpoint
from engine.models.content import text_vectors
from engine.models.neural import NeuralRecommender
from engine.models.training import batches, one_thread

__all__ = ["TwoTower"]


@dataclass(eq=False)
class TwoTower(NeuralRecommender):
    """score_t = p · y_t, each vector fused by multi-head self-attention from what is known.

    An item is two tokens: its text vector, projected, and the embedding of its id. A person is
    three: a mark that is always there, the mean text vector of the history, projected, and the
    mean embedding of the ids in it (a table of its own). In each tower the tokens attend to one
    another, and the mean of those that are there is the vector.

    In training a share of each history is hidden from the person's tower, and the loss is
    -log softmax of what is hidden, over all items of the log. In every step the ids of a share of
    the items are taken away as well, so that text alone learns to speak for an item; an item
    nobody has is no negative, has no id, and is served by its text like that.

    Attributes
    ----------
    factors, heads
        Length of a vector, and attention heads (a divisor of it).
    dropout
        Share of history items that are hidden, and then are what is to be found; above 0.
    id_dropout
        Share of items without an id in a step.
    encoder
        Folder of a sentence encoder; `engine.encoders.text.encoder_folder` by default.

    Notes
    -----
    Two towers and a softmax over the catalogue: Yi et al., RecSys 2019; ids that are dropped for
    the sake of new items: Volkovs, Yu and Poutanen, "DropoutNet", NIPS 2017. The text of a history
    is the mean of its items' text vectors, so that masking an item needs no pass of the encoder.
    The defaults were the best tried on validation parts of MovieLens-100K training sets.
    """

    name = "two-tower"
    capabilities = Capabilities(scores_new_items=True, chance="softmax")
    epochs: int = 30
    batch_size: int = 250
    learning_rate: float = 1e-2
    l2: float = 1e-5
    factors: int = 64
    heads: int = 4
    dropout: float = 0.25
    id_dropout: float = 0.2
    encoder: Path | None = None

    def _build(self, dataset: Dataset) -> nn.Module:
        if min(self.factors, self.heads) < 1 or self.factors % self.heads:
            raise OptionError(
                "two-tower has {factors} factors and {heads} heads; give numbers from 1, and heads "
                "that divide the factors",
                factors=self.factors,
                heads=self.heads,
            )
        if not (0 < self.dropout < 1 and 0 <= self.id_dropout < 1):
            raise OptionError(
                "two-tower has dropout {dropout} and id dropout {id_dropout}; give numbers below "
                "1, the first above 0 and the second from 0",
                dropout=self.dropout,
                id_dropout=self.id_dropout,
            )
        text = text_vectors(dataset, encoder=self.encoder).astype(np.float32)
        known = np.bincount(dataset.histories.items, minlength=dataset.n_items) > 0
        return _Network(
            torch.from_numpy(text),
            torch.from_numpy(known),
            factors=self.factors,
            heads=self.heads,
        )

    def _losses(
        self, network: nn.Module, histories: Histories, *, epoch: int, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        assert isinstance(network, _Network)
        some = np.flatnonzero(histories.lengths)
        for places in batches(len(some), size=self.batch_size, rng=rng):
            has = torch.from_numpy(histories.take(some[places]).seen())
            hidden = has & (torch.rand(has.shape) < self.dropout)
            with_id = network.known & (torch.rand(len(network.known)) >= self.id_dropout)
            shown = has & ~hidden
            logits = network.people(shown.float(), with_id) @ network.items(with_id).T
            # What is shown is no competitor: it would drag down whatever is like it.
            open_to = network.known & ~shown
            chances = functional.log_softmax(
                logits.masked_fill(~open_to, -torch.inf), dim=1
            ).masked_fill(~hidden, 0.0)
            found = hidden.sum(dim=1)
            yield -(chances.sum(dim=1) / found.clamp(min=1)).sum() / (found > 0).sum().clamp(min=1)

    def _adopt(self, network: nn.Module) -> None:
        assert isinstance(network, _Network)
        self.network_ = deepcopy(network).double().eval()
        with one_thread(), torch.inference_mode():
            self.item_vectors_ = self.network_.items(self.network_.known).numpy()

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scores: NDArray[np.float64] = self.query_vectors(histories) @ self.item_vectors_.T
        return scores.astype(np.float32)

    def query_vectors(self, histories: Histories) -> NDArray[np.floating]:
        """(B, d) what the people's tower makes of each history."""
        with one_thread(), torch.inference_mode():
            has = torch.from_numpy(histories.seen().astype(np.float64))
            return np.asarray(self.network_.people(has, self.network_.known).numpy())

    def item_vectors(self) -> NDArray[np.floating]:
        """(I, d) what the items' tower makes of text and ids."""
        return self.item_vectors_

    def _checkpoint(
        self, dataset: Dataset, *, stage: str, epochs: int, seed: int
    ) -> Checkpoint | None:
        """Bind the stand to what the encoder gave, not to where it stood."""
        found = super()._checkpoint(dataset, stage=stage, epochs=epochs, seed=seed)
        if found is None:
            return None
        text = text_vectors(dataset, encoder=self.encoder).tobytes()
        encoder = hashlib.sha256(text).hexdigest()
        return replace(found, settings={**found.settings, "encoder": encoder})


class _Network(nn.Module):
    def __init__(self, text: Tensor, known: Tensor, *, factors: int, heads: int) -> None:
        super().__init__()
        self.register_buffer("text", text, persistent=False)
        self.register_buffer("known", known, persistent=False)
        self.text: Tensor
        self.known: Tensor
        n_items, width = text.shape
        self.item_text, self.history_text = nn.Linear(width, factors), nn.Linear(width, factors)
        self.item_ids, self.history_ids = (nn.Embedding(n_items, factors) for _ in range(2))
        for ids in (self.item_ids, self.history_ids):
            nn.init.normal_(ids.weight, std=0.1)
        self.mark = nn.Parameter(0.1 * torch.randn(factors))
        self.item_fusion, self.history_fusion = (_Fusion(factors, heads) for _ in range(2))

    def items(self, with_id: Tensor) -> Tensor:
        """(I, d) item vectors; of the items that are not ``with_id``, by their text alone."""
        tokens = torch.stack([self.item_text(self.text), self.item_ids.weight], dim=1)
        there = torch.stack([torch.ones_like(with_id), with_id], dim=1)
        fused: Tensor = self.item_fusion(tokens, there)
        return fused

    def people(self, has: Tensor, with_id: Tensor) -> Tensor:
        """(B, d) vectors of the people whose history holds what is 1 in the (B, I) ``has``."""
        named = has * with_id
        lengths, ids = has.sum(dim=1), named.sum(dim=1)
        text = has @ self.text / lengths.clamp(min=1)[:, None]
        mean = named @ self.history_ids.weight / ids.clamp(min=1)[:, None].sqrt()
        mark = self.mark.expand(len(has), -1)
        tokens = torch.stack([mark, self.history_text(text), mean], dim=1)
        there = torch.stack([torch.ones_like(lengths), lengths, ids], dim=1) > 0
        fused: Tensor = self.history_fusion(tokens, there)
        return fused


class _Fusion(nn.Module):
    """Tokens that attend to one another, then the mean of those that are there."""

    def __init__(self, factors: int, heads: int) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(factors, heads, batch_first=True)
        self.outwards = nn.Linear(factors, factors)

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        """(n, d) from tokens (n, k, d) and (n, k) which of them are there."""
        heard, _ = self.attention(
            tokens, tokens, tokens, key_padding_mask=~there, need_weights=False
        )
        weights = there / there.sum(dim=1, keepdim=True)
        mean = ((tokens + heard) * weights[:, :, None]).sum(dim=1)
        fused: Tensor = self.outwards(mean)
        return fused
