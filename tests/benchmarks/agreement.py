"""Whether contestants computed the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["largest_difference"]


def largest_difference(
    one: Mapping[str, float], other: Mapping[str, float], names: Iterable[str]
) -> float:
    """Largest absolute difference between two answers over the named figures."""
    return max(abs(one[name] - other[name]) for name in names)
