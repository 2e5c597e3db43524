"""What a recommender is: a function from histories to scores."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import CapabilityError, NotFittedError, TableError
from engine.histories import Histories

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Capabilities", "LinearRecommender", "Recommender"]


@dataclass(frozen=True)
class Capabilities:
    """What a model declares about itself; explanations are chosen by this, never by its name.

    Attributes
    ----------
    linear_in_history
        score(history) = base + sum over history items of weight × coefficient.
    pooled_in_history
        score(history) = base + g(length) × sum over history items; see `PooledRecommender`.
    folds_in
        A person's vector is the solution of one ridge system; see `FoldInRecommender`.
    sequential
        The order of the history matters.
    uses_attributes
        User attributes or context change the scores.
    personalised
        The history matters at all; a model without this gives everyone the same scores.
    scores_new_items
        An item nobody has yet is scored by what is known of it. A model without this gives all
        such items one score, or a score by chance: it cannot serve a new item.
    chance
        What the loss the model learned by makes of a score, and so the output that fidelity is
        measured on: "sigmoid", each item's own chance; "softmax", that of one choice among all
        items; "none", the score as it is, where the loss knows no chance (distances, pairs).
    """

    linear_in_history: bool = False
    pooled_in_history: bool = False
    folds_in: bool = False
    sequential: bool = False
    uses_attributes: bool = False
    personalised: bool = True
    scores_new_items: bool = False
    chance: Literal["none", "sigmoid", "softmax"] = "none"


class Recommender(ABC):
    """A recommender; constructors only store arguments, learned attributes end in ``_``.

    The public `fit` and `score` check; a model writes `_fit` and `_score`.
    """

    name: str
    capabilities: Capabilities = Capabilities()
    # Attributes that scoring does without; they do not count as the model's size.
    spare: frozenset[str] = frozenset()
    n_items_: int

    def fit(self, dataset: Dataset, *, rng: np.random.Generator) -> Self:
        """Learn from every interaction in the data set; a second fit starts afresh.

        Raises
        ------
        TableError
            A weight is not finite, whether the model looks at weights or not.
        """
        # Made here, where they check themselves, for a model that may never ask for them.
        n_items = dataset.histories.n_items
        self._fit(dataset, rng=rng)
        self.n_items_ = n_items
        return self

    def score(self, histories: Histories) -> NDArray[np.float32]:
        """Return (B, I) finite float32 scores, in the model's own unit; higher is listed first.

        Raises
        ------
        NotFittedError
            `fit` was not called.
        TableError
            The histories are over another catalogue.
        """
        self._check_fitted(histories.n_items)
        return self._score(histories)

    def update(self, dataset: Dataset, new_interactions: pl.DataFrame) -> Dataset:
        """Learn from further interactions without starting afresh.

        Each family says how close this comes to a fit on everything: popularity and both kinds of
        neighbours reach the same scores, in the time of a fit; EASE, ALS, ADMM-SLIM and the models
        that learn by gradient descent come near them, in a fraction of it.

        Parameters
        ----------
        dataset
            What the model has learned from so far.
        new_interactions
            An interactions table of the same users and catalogue; no pair may be in ``dataset``.

        Returns
        -------
        The data set with the new interactions: what the model has learned from now.

        Raises
        ------
        NotFittedError
            `fit` was not called.
        TableError
            The data set has another catalogue, or the table does not fit the data set.
        CapabilityError
            The family has no way to do this; fit again.
        """
        self._check_fitted(dataset.n_items)
        if not self.can_update:
            raise CapabilityError(
                "the model {model} cannot learn from new interactions alone; fit it again on all",
                model=self.name,
            )
        after = dataset.with_more(new_interactions)
        self._update(dataset, after)
        return after

    def _check_fitted(self, n_items: int) -> None:
        if not hasattr(self, "n_items_"):
            raise NotFittedError("{model} is not fitted; call fit first", model=self.name)
        if n_items != self.n_items_:
            raise TableError(
                "the histories are over {given} items, but {model} was fitted on {fitted}; "
                "use the data set it was fitted on",
                given=n_items,
                model=self.name,
                fitted=self.n_items_,
            )

    def item_vectors(self) -> NDArray[np.floating] | None:
        """(I, d) the learned item vectors, for a model that has such; None for all others."""
        return None

    def key_vectors(self) -> NDArray[np.floating] | None:
        """(I, d) such that score_t = query · key_t; None where the score is no such product."""
        return self.item_vectors()

    def query_vectors(self, histories: Histories) -> NDArray[np.floating]:
        """(B, d) what each history is multiplied with the keys as.

        Raises
        ------
        CapabilityError
            The score is no product of a query and a key.
        """
        raise CapabilityError("the model {model} does not score by queries", model=self.name)

    @property
    def can_update(self) -> bool:
        """Whether the family has an `update`."""
        return type(self)._update is not Recommender._update

    def _update(self, before: Dataset, after: Dataset) -> None:
        """Learn what ``after`` has and ``before`` has not; only families that can have one."""
        raise NotImplementedError

    @abstractmethod
    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None: ...

    @abstractmethod
    def _score(self, histories: Histories) -> NDArray[np.float32]: ...


class LinearRecommender(Recommender):
    """A model that is linear in its history: score_t = base_t + sum_j x_j coefficient_jt."""

    capabilities = Capabilities(linear_in_history=True)

    @abstractmethod
    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map history weights to the x_j the model multiplies (for example to 1)."""

    @abstractmethod
    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) what each history item adds to the target's score per unit of x."""

    @abstractmethod
    def base_value(self, target: int) -> float:
        """Return the target's score for the empty history."""

    def parts(self, items: NDArray[np.integer], target: int) -> NDArray[np.floating]:
        """(len(items),) the coefficients of some items alone."""
        found: NDArray[np.floating] = self.coefficients(target)[items]
        return found

    def input_matrix(self, histories: Histories) -> sparse.csr_array:
        """(B, I) sparse float32 x_j of each history, zero where an item is absent."""
        from scipy import sparse

        return sparse.csr_array(
            (self.inputs(histories.weights), histories.items, histories.indptr),
            shape=(len(histories), histories.n_items),
        )
