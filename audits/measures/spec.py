"""What the catalogue says of one measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FAMILIES", "MetricSpec"]

Direction = Literal["higher", "lower", "descriptive", "one", "zero"]
Scope = Literal["user", "system", "total", "provider", "pair", "gap", "rounds"]
FAMILIES = (
    "accuracy",
    "exposure",
    "popularity",
    "variety",
    "calibration",
    "providers",
    "gaps",
    "bubble",
)


@dataclass(frozen=True)
class MetricSpec:
    """One measure.

    Attributes
    ----------
    id
        The name in reports and thresholds.
    label, definition
        What a person reads; both are translated.
    formula
        In plain notation; k is the list length that is looked at.
    low, high
        Range; None where the data decide.
    direction
        Which way is better: "higher", "lower", towards "one" or "zero", or "descriptive" where
        neither is.
    unit
        Of the value; empty for a pure number.
    scope
        "user": a mean over users, so it can be split by group. "system": of all lists together;
        it grows with the number of users, so groups of different size are not compared by it.
        "total": a ratio of sums over users, for everyone and by group. "provider": by group of
        items. "pair": by group of users and of items. "gap": made from the values of groups.
        "rounds": of a simulated feedback loop, not of one set of lists.
    source
        Where the definition comes from.
    family
        One of `FAMILIES`.
    needs
        The tables or columns it cannot do without, beside the recommendations.
    """

    id: str
    label: str
    definition: str
    formula: str
    low: float | None
    high: float | None
    direction: Direction
    unit: str
    scope: Scope
    source: str
    family: str
    needs: tuple[str, ...]
