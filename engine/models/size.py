"""How large a fitted model is."""

from __future__ import annotations

from scipy import sparse

from engine.models.base import Recommender

__all__ = ["model_size"]


def model_size(model: Recommender) -> int:
    """Return the bytes of the arrays a model has learned: what it would take to keep it.

    Sparse arrays count their values and their places, a hybrid the sum of its members. What only
    an update needs does not count. What an outsider's callable holds is not looked into and
    counts 0.

    Examples
    --------
    >>> import numpy as np
    >>> from engine.models.popularity import Popularity
    >>> from engine.testing import noisy
    >>> model_size(Popularity().fit(noisy(), rng=np.random.default_rng()))
    108
    """
    return sum(_size(value) for name, value in vars(model).items() if name not in model.spare)


def _size(value: object) -> int:
    if isinstance(value, Recommender):
        return model_size(value)
    if sparse.issparse(value):
        return sum(int(getattr(value, part).nbytes) for part in ("data", "indices", "indptr"))
    if hasattr(value, "state_dict"):
        return sum(_size(part) for part in value.state_dict().values())
    if isinstance(value, tuple | list):
        return sum(_size(part) for part in value)
    if hasattr(value, "ntotal") and hasattr(value, "d"):
        # An index keeps a float32 vector an item.
        return int(value.ntotal * value.d * 4)
    return int(getattr(value, "nbytes", 0))
