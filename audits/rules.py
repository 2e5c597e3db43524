"""A written rule that suggests a setting.

It is a sentence with two sides: what to make least or most, and how near to the best accuracy to
stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.catalogue import metric
from audits.measured import Setting
from audits.results import GAP
from engine.errors import OptionError

__all__ = ["Rule", "Suggestion", "parse_rule", "suggest"]

Values = NDArray[np.float64]
_RULE = re.compile(r"(least|most) (\w+) within ([\d.]+) ?% of best (\w+)")


@dataclass(frozen=True)
class Rule:
    """What makes a setting the one to use.

    Attributes
    ----------
    objective
        A measure, or `GAP`.
    most
        True to make it most, False to make it least.
    metric
        The measure that must stay near its best.
    tolerance
        How near, as a share of the best value: 0.02 is within 2%.

    Raises
    ------
    OptionError
        The tolerance is outside [0, 1), or the metric has no better side.
    UnknownNameError
        No measure has that name.
    """

    objective: str = GAP
    most: bool = False
    metric: str = "ndcg"
    tolerance: float = 0.02

    def __post_init__(self) -> None:
        if self.objective != GAP:
            metric(self.objective)
        if not 0 <= self.tolerance < 1:
            raise OptionError(
                "the tolerance is {share:.0%}; give at least 0% and less than 100%",
                share=self.tolerance,
            )
        if metric(self.metric).direction == "descriptive":
            raise OptionError(
                "neither side of {metric} is better, so nothing is best; name another measure",
                metric=self.metric,
            )

    def __str__(self) -> str:
        side = "most" if self.most else "least"
        return f"{side} {self.objective} within {100 * self.tolerance:g}% of best {self.metric}"


@dataclass(frozen=True)
class Suggestion:
    """What a rule suggests.

    Attributes
    ----------
    setting
        The one that meets the rule.
    best
        The one with the best metric.
    near, known
        How many settings are near enough to the best, of how many that have both numbers.
    share
        Share of resamples of people in which the rule suggests the same setting: how far the
        choice hangs on who happened to be audited. None where a measure has no resamples.
    """

    setting: Setting
    best: Setting
    near: int
    known: int
    share: float | None


def parse_rule(text: str) -> Rule:
    """Read a rule as it is written.

    Raises
    ------
    OptionError
        It is not of that form, or one of its parts is wrong.

    Examples
    --------
    >>> parse_rule("least gap within 2% of best ndcg")
    Rule(objective='gap', most=False, metric='ndcg', tolerance=0.02)
    """
    found = _RULE.fullmatch(" ".join(text.split()))
    if found is None:
        raise OptionError(
            "the rule {rule} cannot be read; write it as “least gap within 2% of best ndcg”",
            rule=repr(text),
        )
    side, objective, percent, name = found.groups()
    try:
        return Rule(objective, side == "most", name, float(percent) / 100)
    except ValueError as error:
        raise OptionError(
            "the rule says {percent}%, which is no number", percent=percent
        ) from error


def suggest(settings: Sequence[Setting], rule: Rule) -> Suggestion:
    """Return the setting that meets the rule; of equals, the one that explores least.

    Raises
    ------
    OptionError
        No setting has both numbers.
    """
    ordered = sorted(settings, key=lambda setting: setting.rate)
    known = [s for s in ordered if _value(s, rule.objective) is not None]
    known = [s for s in known if _value(s, rule.metric) is not None]
    if not known:
        raise OptionError(
            "no setting has both {objective} and {metric}; name other measures in the rule",
            objective=rule.objective,
            metric=rule.metric,
        )
    table = np.array([[_value(s, rule.metric), _value(s, rule.objective)] for s in known])
    near = _near(table[None, :, 0], rule)
    chosen = _choose(table[None, :, 1], near, rule)[0]
    best = int(np.argmax(table[:, 0] * _better(rule.metric)))
    share = None
    if all({rule.metric, rule.objective} <= s.draws.keys() for s in known):
        met, reached = (
            np.stack([s.draws[name] for s in known], axis=1)
            for name in (rule.metric, rule.objective)
        )
        again = _choose(reached, _near(met, rule), rule)
        share = float((again == chosen).mean())
    return Suggestion(known[chosen], known[best], int(near.sum()), len(known), share)


def _better(name: str) -> int:
    return -1 if metric(name).direction == "lower" else 1


def _near(values: Values, rule: Rule) -> NDArray[np.bool_]:
    """(B, S) true where a setting is near enough to the best of its resample."""
    if _better(rule.metric) > 0:
        return np.asarray(values >= (1 - rule.tolerance) * np.nanmax(values, axis=1, keepdims=True))
    return np.asarray(values <= (1 + rule.tolerance) * np.nanmin(values, axis=1, keepdims=True))


def _choose(values: Values, near: NDArray[np.bool_], rule: Rule) -> NDArray[np.intp]:
    """(B,) the setting that is least (or most) among the near ones; the first of equals."""
    costs = -values if rule.most else values
    return np.asarray(np.argmin(np.where(near & ~np.isnan(costs), costs, np.inf), axis=1))


def _value(setting: Setting, name: str) -> float | None:
    row = setting.rows.get(name)
    return None if row is None else row.value
