"""The nearest items by an index of faiss; everything else is scored below them."""

from __future__ import annotations

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import CapabilityError, OptionError
from engine.histories import Histories
from engine.serving.served import Served

__all__ = ["FaissIndexed"]

# Items a cell on average, below which the library warns that its centres mean little.
_FEWEST = 39


@dataclass(eq=False)
class FaissIndexed(Served):
    """score_t = query · key_t for the items the index finds, and a tie below them for all others.

    For each history the index is asked for the ``candidates`` items with the largest products,
    and as many more as the history has, since those are not shown again. A list or a policy then
    chooses among them; an item that was not found is as good as not there.

    Attributes
    ----------
    candidates
        Items asked for beyond the length of the history, at least 1.
    exact_up_to
        The largest catalogue that is searched item by item, which misses nothing. Beyond it items
        lie in some 4 sqrt(I) cells around k-means centres, and only the nearest are searched.
    searched
        Share of the cells that are searched, above 0 and at most 1.

    Notes
    -----
    Cells as in Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", IEEE
    TPAMI 2011, section IV, with whole vectors in them.
    """

    name = "faiss"
    candidates: int = 100
    exact_up_to: int = 10_000
    searched: float = 0.2

    def _make_ready(self, dataset: Dataset) -> None:
        if self.candidates < 1 or not 0 < self.searched <= 1:
            raise OptionError(
                "faiss has {candidates} candidates and searches a share of {searched}; give "
                "candidates from 1, and a share above 0 and at most 1",
                candidates=self.candidates,
                searched=self.searched,
            )
        keys = self.member.key_vectors()
        if keys is None:
            raise CapabilityError(
                "the model {model} does not score by a product of two vectors, so no index can "
                "serve it; serve it exactly",
                model=self.member.name,
            )
        self.index_ = self._index(np.ascontiguousarray(keys, dtype=np.float32))

    def _index(self, keys: NDArray[np.float32]) -> faiss.Index:
        n, width = keys.shape
        flat = faiss.IndexFlatIP(width)
        if n <= self.exact_up_to:
            flat.add(keys)
            return flat
        cells = max(min(int(4 * np.sqrt(n)), n // _FEWEST), 1)
        index = faiss.IndexIVFFlat(flat, width, cells, faiss.METRIC_INNER_PRODUCT)
        index.train(keys)
        index.add(keys)
        index.nprobe = max(int(self.searched * cells), 1)
        return index

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        queries = self.member.query_vectors(histories).astype(np.float32)
        wanted = np.minimum(self.candidates + histories.lengths, histories.n_items)
        products, items = self.index_.search(queries, int(wanted.max(initial=1)))
        # Each history gets its own number, whoever is asked about beside it; -1: none was found.
        found = (np.arange(items.shape[1]) < wanted[:, None]) & (items >= 0)
        lowest = np.where(found, products, np.inf).min(axis=1, initial=np.float32(3e38))
        below = np.nextafter(lowest, np.float32(-np.inf), dtype=np.float32)
        scores = np.repeat(below[:, None], histories.n_items, axis=1)
        rows, places = np.nonzero(found)
        scores[rows, items[rows, places]] = products[rows, places]
        return scores
