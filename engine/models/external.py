"""External: any Python callable from histories to scores, named by its import path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import TableError, UnknownNameError
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["External", "find_callable"]


@dataclass(eq=False)
class External(Recommender):
    """score = what somebody else's callable returns.

    A function is called with the `Histories` and returns (B, I) scores. A class is made with the
    training `Dataset` at fit, and its object is called with the `Histories`. Nothing is known of
    what it computes, so it is explained by asking it again.

    Attributes
    ----------
    path
        "package.module:callable", importable from where Python looks for modules.
    """

    path: str

    @property
    def name(self) -> str:  # type: ignore[override]
        """The import path."""
        return self.path

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        found = find_callable(self.path)
        self.scorer_ = found(dataset) if isinstance(found, type) else found

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        shape = (len(histories), histories.n_items)
        try:
            scores = np.asarray(self.scorer_(histories), dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise TableError(
                "{model} gave no table of numbers ({reason}); it takes histories and returns an "
                "array of {rows} × {items} scores",
                model=self.path,
                reason=error,
                rows=shape[0],
                items=shape[1],
            ) from error
        if scores.shape != shape:
            raise TableError(
                "{model} returned scores of shape {shape}; return {rows} × {items}, one row a "
                "history and one column an item",
                model=self.path,
                shape=" × ".join(map(str, scores.shape)) or "0",
                rows=shape[0],
                items=shape[1],
            )
        if not np.isfinite(scores).all():
            row, item = np.argwhere(~np.isfinite(scores))[0]
            raise TableError(
                "{model} gave item row {item} the score {score} for history {row}; return finite "
                "numbers",
                model=self.path,
                item=item,
                score=scores[row, item],
                row=row,
            )
        return scores


def find_callable(path: str) -> Callable[..., Any]:
    """Import what "package.module:callable" names.

    Raises
    ------
    UnknownNameError
        The module cannot be imported, or has no such callable.

    Examples
    --------
    >>> find_callable("math:sqrt")(9.0)
    3.0
    """
    module, _, attribute = path.partition(":")
    try:
        found: Any = import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownNameError(
            "cannot import the model {path}: {reason}. Write package.module:callable, and put the "
            "folder of the package on PYTHONPATH",
            path=path,
            reason=error,
        ) from error
    if not callable(found):
        raise UnknownNameError(
            "the model {path} is a {kind}, not a function or class; name something that takes "
            "histories and returns scores",
            path=path,
            kind=type(found).__name__,
        )
    return found  # type: ignore[no-any-return]
