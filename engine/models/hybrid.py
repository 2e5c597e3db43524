"""Hybrids: several models, one score, by weights, by votes, or by weights that were learned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from engine.dataset import Dataset
from engine.errors import CapabilityError, OptionError
from engine.histories import Histories
from engine.models.als import ALS
from engine.models.base import Capabilities, LinearRecommender, Recommender
from engine.models.ease import Ease
from engine.models.graph_filter import GraphFilter
from engine.splits import random_ratio

__all__ = ["RankHybrid", "StackedHybrid", "WeightedHybrid"]

Members = tuple[Recommender, ...]
# Bounds the (rows, I) scores that decide the scale of a member, or that a stack learns from.
_CELLS = 4_000_000
# Two kinds of input are the same if they agree on weights of every sort.
_PROBE = np.array([-1.0, 0.0, 0.5, 1.0, 3.0], dtype=np.float32)


def _usual_members() -> Members:
    """Three families, ALS in two widths: chosen on validation parts of MovieLens-100K."""
    return (Ease(), GraphFilter(), ALS(), ALS(factors=32, regularization=20.0))


class _OfMembers(Recommender):
    """A model made of models: it can update if each of them can, and then does so by them."""

    members: Members

    @property
    def can_update(self) -> bool:
        """Whether all members can."""
        return all(member.can_update for member in self.members)

    def _update(self, before: Dataset, after: Dataset) -> None:
        for member in self.members:
            member._update(before, after)


@dataclass(eq=False)
class WeightedHybrid(_OfMembers, LinearRecommender):
    """score_t = Σ over members m of w_m s_mt / σ_m.

    σ_m is the standard deviation of the member's scores of unseen items for people of the
    training log, one number a member, so that no member counts more for its unit alone. Because it
    is one number for everyone, an explanation of the hybrid is the weighted sum of its members'
    explanations, whatever the method; with members that are all linear in the history, so is the
    hybrid.

    Attributes
    ----------
    members
        Unfitted models; fitting the hybrid fits them.
    weights
        One finite number a member; empty for 1 each.
    """

    name = "hybrid"
    members: Members = field(default_factory=_usual_members)
    weights: tuple[float, ...] = ()

    @property
    def capabilities(self) -> Capabilities:  # type: ignore[override]
        """What the members can do together; linear only if all are, in the same inputs."""
        return _together(self.members, linear=_is_linear(self.members))

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        weights = _checked(self.name, self.members, self.weights)
        for member in self.members:
            member.fit(dataset, rng=rng)
        self.factors_ = weights / _scales(self.members, _sample(dataset.histories, rng))

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        parts = (f * m.score(histories) for f, m in zip(self.factors_, self.members, strict=True))
        return np.asarray(sum(parts), dtype=np.float32)

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the members make of the weights."""
        return self._linear_members()[0].inputs(weights)

    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) the weighted sum of the members' coefficients."""
        return np.asarray(
            self.factors_ @ np.array([m.coefficients(target) for m in self._linear_members()])
        )

    def base_value(self, target: int) -> float:
        """Return the weighted sum of the members' base values."""
        return float(self.factors_ @ [m.base_value(target) for m in self._linear_members()])

    def _linear_members(self) -> list[LinearRecommender]:
        if not self.capabilities.linear_in_history:
            raise CapabilityError(
                "the members of {model} ({members}) are not all linear in the same history, so it "
                "has no coefficients; explain it by leave-one-out",
                model=self.name,
                members=", ".join(member.name for member in self.members),
            )
        return [member for member in self.members if isinstance(member, LinearRecommender)]


@dataclass(eq=False)
class StackedHybrid(WeightedHybrid):
    """A weighted hybrid whose weights were learned from what people chose next.

    A share of each history is held out; members are fitted on the rest, and a ridge regression
    of "is among the held-out items" on the members' scaled scores of all unseen items gives the
    weights. Then the members are fitted once more on everything. Its explanations are those of
    the weighted hybrid.

    Attributes
    ----------
    members
        Unfitted models.
    held_out
        Share of each history that the weights are learned from, between 0 and 1.
    ridge
        Pull of the weights towards 0, above 0.

    Notes
    -----
    Breiman, "Stacked regressions", 1996. ``weights`` stays empty.
    """

    name = "hybrid-stacked"
    held_out: float = 0.2
    ridge: float = 1.0

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        _checked(self.name, self.members, ())
        if self.weights or self.ridge <= 0:
            raise OptionError(
                "{model} has the weights {weights} and ridge {ridge}; it learns its weights, so "
                "give none, and a ridge above 0",
                model=self.name,
                weights=self.weights,
                ridge=self.ridge,
            )
        split = random_ratio(dataset, test_share=self.held_out, rng=rng)
        for member in self.members:
            member.fit(split.train, rng=rng)
        chosen = dataset.with_interactions(split.held_out).histories
        rows = _sample_rows(chosen, rng)
        before = split.train.histories.take(rows)
        parts = np.array([m.score(before)[~before.seen()] for m in self.members], dtype=np.float64)
        parts /= _spread(parts)[:, None]
        labels = chosen.take(rows).seen()[~before.seen()]
        learned = _least_squares(parts, labels, ridge=self.ridge)
        for member in self.members:
            member.fit(dataset, rng=rng)
        self.factors_ = learned / _scales(self.members, _sample(dataset.histories, rng))


@dataclass(eq=False)
class RankHybrid(_OfMembers):
    """Every member votes with the place it gives an item among those not in the history.

    Borda: score_t = Σ w_m (1 - (r_mt - 1) / I); reciprocal: score_t = Σ w_m / (60 + r_mt), where
    r_mt is the place of item t, from 1, and tied items share their mean place. Items of the history
    score 0. A place depends on all other items, so the score is never linear in the history.

    Attributes
    ----------
    members
        Unfitted models; fitting the hybrid fits them.
    weights
        One finite number a member; empty for 1 each.
    reciprocal
        Votes by 1 / (60 + place), which looks at the top of the lists, in place of Borda's.

    Notes
    -----
    Borda 1784; reciprocal rank fusion with its constant 60: Cormack, Clarke and Büttcher, SIGIR
    2009.
    """

    name = "hybrid-votes"
    members: Members = field(default_factory=_usual_members)
    weights: tuple[float, ...] = ()
    reciprocal: bool = True

    @property
    def capabilities(self) -> Capabilities:  # type: ignore[override]
        """What the members can do together; never linear."""
        return _together(self.members, linear=False)

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.factors_ = _checked(self.name, self.members, self.weights)
        for member in self.members:
            member.fit(dataset, rng=rng)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        seen = histories.seen()
        total: NDArray[np.float64] = np.zeros(seen.shape)
        for factor, member in zip(self.factors_, self.members, strict=True):
            total += factor * self._votes(member.score(histories), seen)
        return np.where(seen, 0, total).astype(np.float32)

    def _votes(self, scores: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
        places: NDArray[np.float64] = rankdata(np.where(seen, np.inf, -scores), axis=1)
        return 1 / (60 + places) if self.reciprocal else 1 - (places - 1) / scores.shape[1]


def _together(members: Members, *, linear: bool) -> Capabilities:
    each = [member.capabilities for member in members]
    return Capabilities(
        linear_in_history=linear,
        sequential=any(one.sequential for one in each),
        uses_attributes=any(one.uses_attributes for one in each),
        personalised=any(one.personalised for one in each),
        scores_new_items=bool(each) and all(one.scores_new_items for one in each),
    )


def _is_linear(members: Members) -> bool:
    linear = [
        member
        for member in members
        if isinstance(member, LinearRecommender) and member.capabilities.linear_in_history
    ]
    inputs = {member.inputs(_PROBE).tobytes() for member in linear}
    return len(linear) == len(members) and len(inputs) == 1


def _checked(name: str, members: Members, weights: Iterable[float]) -> NDArray[np.float64]:
    """Return one weight a member."""
    given = np.array([*weights] or [1.0] * len(members), dtype=np.float64)
    if not members or len(given) != len(members) or not np.isfinite(given).all():
        raise OptionError(
            "{model} has {count} members and the weights {weights}; give at least one member and "
            "one finite weight each",
            model=name,
            count=len(members),
            weights=given.tolist(),
        )
    return given


def _sample_rows(histories: Histories, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.sort(rng.permutation(len(histories))[: max(_CELLS // histories.n_items, 1)])


def _sample(histories: Histories, rng: np.random.Generator) -> Histories:
    return histories.take(_sample_rows(histories, rng))


def _scales(members: Members, histories: Histories) -> NDArray[np.float64]:
    """(M,) spread of each member's scores of unseen items."""
    unseen = ~histories.seen()
    return _spread(np.array([member.score(histories)[unseen] for member in members]))


def _spread(parts: NDArray[np.floating]) -> NDArray[np.float64]:
    """(M,) standard deviation of each row; 1 where all values are alike, which rank nothing."""
    # Everyone may have everything, which leaves no unseen item.
    if parts.shape[1] == 0:
        return np.ones(len(parts))
    spread: NDArray[np.float64] = parts.std(axis=1, dtype=np.float64)
    spread[spread == 0] = 1
    return spread


def _least_squares(
    parts: NDArray[np.float64], labels: NDArray[np.bool_], *, ridge: float
) -> NDArray[np.float64]:
    """(M,) weights of a ridge regression of the labels on the (M, N) parts; their sizes sum to M.

    Where nothing was chosen there is nothing to learn: all weigh the same.

    A logistic regression would be decided by the many items that score high and were not chosen:
    on MovieLens-100K its weights cost .01 nDCG@10 against these, one member's being below 0.
    """
    if not labels.any():
        return np.ones(len(parts))
    x = parts - parts.mean(axis=1, keepdims=True)
    found = np.linalg.solve(x @ x.T + ridge * np.eye(len(x)), x @ (labels - labels.mean()))
    total = np.abs(found).sum()
    weights: NDArray[np.float64] = len(x) * found / total if total else np.ones(len(x))
    return weights
