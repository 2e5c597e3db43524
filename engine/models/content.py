"""Content: items that read like those in the history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.encoders.item_text import item_texts
from engine.encoders.text import encode
from engine.histories import Histories
from engine.models.base import Capabilities, LinearRecommender

__all__ = ["Content", "text_vectors"]


@dataclass(eq=False)
class Content(LinearRecommender):
    """score_t = sum over the history of x_j e_j · e_t, with e the items' text vectors.

    e_j is the sentence vector of the item's text less the mean over the catalogue, at length 1
    again. The person's vector is the weighted sum Σ x_j e_j: it ranks exactly as the weighted mean
    does, which divides by Σ x_j, one number a person. But a mean is not linear in the game of
    leaving items out, for the divisor changes with what is left out; the sum is, so that every
    contribution is x_j e_j · e_t exactly.

    No item has to be known by anybody: what is new is scored by its text like all others.

    Attributes
    ----------
    weighting
        What x holds for a history item: its weight ("weight"), or 1 ("binary").
    encoder
        Folder of a sentence encoder; `engine.encoders.text.encoder_folder` by default.
    """

    name = "content"
    capabilities = Capabilities(linear_in_history=True, scores_new_items=True)
    weighting: Literal["binary", "weight"] = "weight"
    encoder: Path | None = None

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.vectors_ = text_vectors(dataset, encoder=self.encoder)

    def _update(self, before: Dataset, after: Dataset) -> None:
        """Nothing: no text changed, and the log plays no part."""

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scores: NDArray[np.float64] = self.query_vectors(histories) @ self.vectors_.T
        return scores.astype(np.float32)

    def query_vectors(self, histories: Histories) -> NDArray[np.floating]:
        """(B, d) the weighted sum of what was read of each history."""
        return np.asarray(self.input_matrix(histories) @ self.vectors_)

    def item_vectors(self) -> NDArray[np.floating]:
        """(I, d) the centred text vectors."""
        return self.vectors_

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weights themselves, or ones, as `weighting` says."""
        return np.ones_like(weights) if self.weighting == "binary" else weights

    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) e_j · e_t: how much each item reads like the target, from -1 to 1."""
        return np.asarray(self.vectors_ @ self.vectors_[target])

    def base_value(self, target: int) -> float:
        """Return 0: without a history nothing is alike."""
        return 0.0


def text_vectors(dataset: Dataset, *, encoder: Path | None = None) -> NDArray[np.float64]:
    """(I, d) the items' sentence vectors less their mean, at length 1.

    All sentences of one catalogue have much in common, which tells no item from another; an item
    whose text is the mean of all stays 0.
    """
    vectors = encode(item_texts(dataset.items), folder=encoder).astype(np.float64)
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    # Below this what is left is rounding.
    return np.where(lengths > 1e-6, centred / np.maximum(lengths, 1e-6), 0.0)
