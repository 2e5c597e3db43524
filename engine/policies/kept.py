"""What a policy worked out for a context, kept for the next time it is asked the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from engine.policies.context import PolicyContext

__all__ = ["keep"]

T = TypeVar("T")

# It lives as long as the context does.
_KEPT: WeakKeyDictionary[PolicyContext, dict[str, tuple[bytes, object]]] = WeakKeyDictionary()


def keep(
    context: PolicyContext, name: str, make: Callable[[], T], *, of: tuple[NDArray[np.generic], ...]
) -> T:
    """Return what ``make`` makes of the context and of the arrays, once for the same arrays.

    One thing is kept for a context and name, that of the last arrays; they are compared by a
    digest of their bytes, so that changed scores are never answered with what was kept.
    """
    digest = hashlib.sha256()
    for array in of:
        digest.update(np.ascontiguousarray(array).data)
    kept = _KEPT.setdefault(context, {})
    if name not in kept or kept[name][0] != digest.digest():
        kept[name] = (digest.digest(), make())
    found: T = kept[name][1]  # type: ignore[assignment]
    return found
