"""Numbers of an audit as people read them: a value, its interval, its n, its change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audits.catalogue import CATALOGUE, metric
from audits.results import GAPS, Result
from dashboard.i18n import N_, Translator

__all__ = [
    "Extremes",
    "decimals",
    "direction",
    "extremes",
    "find",
    "interval_text",
    "known_metrics",
    "n_text",
    "range_text",
    "value_text",
    "with_ends",
]

NO_INTERVAL = {
    "none: no user has a value": N_("no interval: nobody has a value"),
    "none: only one user has a value": N_("no interval: only one person has a value"),
    "none: all values are equal": N_("no interval: all values are equal"),
    "none: the largest mean is 0": N_("no interval: the largest mean is 0"),
    "none: fewer than 2 groups may be compared": N_("no gap: fewer than two groups to compare"),
    "none: nothing to divide by": N_("no value: there is nothing to divide by"),
    "none: too few people stand behind it, or withheld to protect such a group": N_(
        "withheld: too few people"
    ),
    "none: nothing was shown": N_("no interval: nothing was shown"),
    "none: no spread between blocks of users": N_("no interval: no spread between people"),
}
DECIMALS = {"bits": 2, "interactions": 0}


@dataclass(frozen=True)
class Extremes:
    """The two groups that span a gap."""

    largest: Result
    smallest: Result


def find(
    results: Iterable[Result], name: str, *, by: str | None = None, group: str | None = None
) -> Result | None:
    """Return the row of a measure, for everyone or for one group; None where there is none."""
    return next((r for r in results if (r.metric, r.by, r.group) == (name, by, group)), None)


def extremes(results: Iterable[Result], name: str, by: str) -> Extremes | None:
    """Return the groups with the largest and the smallest mean, as the gap compares them."""
    rows = [
        r
        for r in results
        if (r.metric, r.by) == (name, by)
        and r.group not in (*GAPS, "(missing)")
        and r.value is not None
    ]
    if len(rows) < 2:
        return None
    ordered = sorted(rows, key=lambda r: r.value or 0.0)
    return Extremes(ordered[-1], ordered[0])


def decimals(name: str) -> int:
    """Return how many decimals a measure is read with."""
    return DECIMALS.get(metric(name).unit, 3)


def value_text(_: Translator, result: Result | None) -> str:
    """Return the value, or a dash where it cannot be had."""
    if result is None or result.value is None:
        return "–"
    return _.number(result.value, digits=decimals(result.metric))


def range_text(_: Translator, result: Result, *, signed: bool = False) -> str:
    """Return the ends of the interval."""
    if result.low is None or result.high is None:
        return _(NO_INTERVAL.get(result.interval, N_("no interval")))
    write = _.signed if signed else _.number
    digits = decimals(result.metric)
    low, high = (write(end, digits=digits) for end in (result.low, result.high))
    return _("{low} to {high}", low=low, high=high)


def interval_text(_: Translator, result: Result, *, signed: bool = False) -> str:
    """Return the interval with its level."""
    ends = range_text(_, result, signed=signed)
    return ends if result.low is None else _("95% interval {ends}", ends=ends)


def with_ends(_: Translator, value: str, ends: str) -> str:
    """Write a value with what stands in brackets behind it."""
    return _("{value} ({ends})", value=value, ends=ends)


def n_text(_: Translator, result: Result) -> str:
    """Return how many people a number rests on."""
    return _("n = {n}", n=_.number(result.n, digits=0))


def direction(change: Result | None) -> int:
    """Return +1 for a rise, -1 for a fall, 0 where the interval holds 0 or there is none."""
    if change is None or change.low is None or change.high is None:
        return 0
    return int(change.low > 0) - int(change.high < 0)


def known_metrics() -> list[str]:
    """Return the measures that can be split by group."""
    return [spec.id for spec in CATALOGUE if spec.scope == "user"]
