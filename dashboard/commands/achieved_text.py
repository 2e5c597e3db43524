"""What an exploration rate achieved, as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.policies.achieved import Achieved, Average

__all__ = ["describe", "described"]


def describe(achieved: Achieved) -> str:
    """Return what the rate achieved, with standard errors over people."""
    return (
        f"the first place is {_percent(achieved.first_place_entropy)} as uncertain as an even "
        f"draw; the model's own list has a chance of {_percent(achieved.own_list_chance)}"
    )


def described(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the same of what a report keeps: the fields of `Achieved`, as plain data."""
    return describe(Achieved(**{name: Average(**part) for name, part in kept.items()}))


def _percent(average: Average) -> str:
    if average.value is None:
        return "–"
    error = "" if average.error is None else f" ± {average.error:.1%}"
    return f"{average.value:.1%}{error} (n={average.n:,})"
