"""A factorisation machine: the history, who asks and when, against an item and its categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Capabilities
from engine.models.categories import categories_of
from engine.models.factorised import FactorisationForm, Feature
from engine.models.fields import Fields, learn_fields
from engine.models.neural import NeuralRecommender
from engine.models.training import batches
from engine.models.visits import Visits, find_visits

__all__ = ["FactorisationMachine"]


@dataclass(eq=False)
class FactorisationMachine(NeuralRecommender):
    """score_t = b_t + ⟨p, v_t + mean of u_c over t's categories⟩, the log-odds of choosing t.

    p = Σ_{j in history} h_j + Σ_fields a_value adds up, without scaling, one vector for each
    history item and for each known field: the person's attributes, and the hour, weekday (UTC)
    and recency of the moment she asks. So a missing attribute, an unknown moment and an absent
    item all count 0, and the empty history of a stranger scores the b_t alone.

    It learns by the log loss of every item she chose in one visit (the same hour, weekday and
    recency) against every item she never chose, each chosen one left out of its own p. b_t
    begins at the log-odds of an item's share of people, and L2 pulls it back to there.

    Attributes
    ----------
    factors
        Length of a vector.
    fields
        Attributes and context to use; None for all. An attribute with more than 50 values is
        never one.

    Notes
    -----
    Rendle, "Factorization Machines", ICDM 2010, order 2. Pairs within the person add the same to
    every item, so they change no list, and pairs within the item are constant: both are left
    out, which leaves the pairs across. The moment is that of the latest history entry unless
    `Histories.asked_at` gives another: nothing after the log is looked at. The defaults were
    chosen on a validation part of a MovieLens-100K training set.
    """

    name = "factorisation-machine"
    capabilities = Capabilities(uses_attributes=True, chance="sigmoid")
    epochs: int = 15
    learning_rate: float = 3e-3
    l2: float = 1e-1
    factors: int = 64
    fields: tuple[str, ...] | None = None

    def _build(self, dataset: Dataset) -> nn.Module:
        return _Network(dataset, learn_fields(dataset, self.fields), factors=self.factors)

    def _losses(
        self, network: nn.Module, histories: Histories, *, epoch: int, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        assert isinstance(network, _Network)
        for rows in batches(len(histories), size=self.batch_size, rng=rng):
            yield network(histories.take(rows), network.visits.take(rows)) / len(rows)

    def _adopt(self, network: nn.Module) -> None:
        assert isinstance(network, _Network)
        learned = {
            name: tensor.numpy().astype(np.float64) for name, tensor in network.state_dict().items()
        }
        self.fields_, self.categories_ = network.fields, network.categories
        self.biases_ = network.start.double().numpy() + learned["biases"]
        self.history_factors_ = learned["history"]
        self.value_factors_ = learned["values"]
        self.item_factors_ = learned["items"]
        self.category_factors_ = learned["kinds"]
        self.target_factors_ = self.item_factors_ + self.categories_.shares @ learned["kinds"]

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        people = histories.seen().astype(np.float64) @ self.history_factors_
        known = self.fields_.multi_hot(self.fields_.encode(histories))
        people += known.astype(np.float64) @ self.value_factors_
        scores: NDArray[np.float64] = people @ self.target_factors_.T + self.biases_
        return scores.astype(np.float32)

    def history_form(self, history: Histories, target: int) -> FactorisationForm:
        """Players are the history items; the item, the person and the moment are the base."""
        (codes,) = self.fields_.encode(history)
        given = self.value_factors_[codes[codes >= 0]].sum(axis=0)
        aim = self.target_factors_[target]
        none = np.zeros((len(history.items), 1))
        return FactorisationForm(
            base=float(self.biases_[target] + given @ aim),
            weights=self.history_factors_[history.items] @ aim,
            lefts=none,
            rights=none,
        )

    def attribute_form(
        self, history: Histories, target: int
    ) -> tuple[tuple[Feature, ...], FactorisationForm]:
        """Players are known fields, the history as one, and the target's categories."""
        (codes,) = self.fields_.encode(history)
        known = codes[codes >= 0]
        taste = self.history_factors_[history.items].sum(axis=0)
        persons = np.vstack([self.value_factors_[known], taste])
        kinds = np.flatnonzero(self.categories_.shares[target])
        shares = self.categories_.shares[target, kinds]
        items = shares[:, None] * self.category_factors_[kinds]
        players = (
            *(self.fields_.feature(code) for code in known),
            ("history", str(len(history.items))),
            *(("category", self.categories_.names[kind]) for kind in kinds),
        )
        return players, FactorisationForm(
            base=float(self.biases_[target]),
            weights=np.concatenate([persons @ self.item_factors_[target], np.zeros(len(kinds))]),
            lefts=np.vstack([persons, np.zeros_like(items)]),
            rights=np.vstack([np.zeros_like(persons), items]),
        )


class _Network(nn.Module):
    def __init__(self, dataset: Dataset, fields: Fields, *, factors: int) -> None:
        super().__init__()
        self.fields = fields
        self.visits = find_visits(dataset, fields)
        self.categories = categories_of(dataset)
        self.shares = torch.from_numpy(self.categories.shares.astype(np.float32))
        counts = np.bincount(dataset.histories.items, minlength=dataset.n_items) + 0.5
        # Half a person on either side keeps the log-odds of what nobody or everybody has finite.
        self.start = torch.from_numpy(np.log(counts / (dataset.n_users + 1 - counts)))
        self.history = _vectors(dataset.n_items, factors)
        self.items = _vectors(dataset.n_items, factors)
        self.kinds = _vectors(len(self.categories.names), factors)
        self.values = _vectors(fields.size, factors)
        self.biases = nn.Parameter(torch.zeros(dataset.n_items))

    def forward(self, histories: Histories, visits: Visits) -> Tensor:
        """Return the log loss of everything chosen in these visits, summed."""
        seen = histories.seen()
        chosen = np.zeros((len(visits.people), histories.n_items), dtype=bool)
        chosen[visits.entries, histories.items] = True
        share = chosen.sum(axis=1) / np.maximum(histories.lengths, 1)[visits.people]
        has = torch.from_numpy(seen.astype(np.float32))
        scores = self._scores(has, visits)
        # Chosen in another visit: neither right nor wrong in this one.
        passed_over = torch.from_numpy(~seen[visits.people] * share[:, None].astype(np.float32))
        hits = functional.softplus(-scores)[torch.from_numpy(chosen)].sum()
        misses = (functional.softplus(scores) * passed_over).sum()
        return hits + misses

    def _scores(self, has: Tensor, visits: Visits) -> Tensor:
        """(V, I) log-odds; an item of the history is left out of its own score."""
        people = torch.from_numpy(visits.people)
        known = torch.from_numpy(self.fields.multi_hot(visits.codes))
        targets = self.items + self.shares @ self.kinds
        own = (self.history * targets).sum(dim=1)
        history = (has @ self.history) @ targets.T - has * own
        return history[people] + known @ self.values @ targets.T + self.biases + self.start.float()


def _vectors(count: int, factors: int) -> nn.Parameter:
    return nn.Parameter(0.02 * torch.randn(count, factors))
