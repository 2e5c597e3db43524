"""Thresholds as data with a reason, and the verdict of a number against one.

A verdict looks at the whole interval: *pass* if all of it is inside the bound, *fail* if all of
it is outside, *insufficient evidence* for everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import yaml

from audits.catalogue import metric
from audits.results import Result
from engine.errors import OptionError

__all__ = ["Threshold", "Verdict", "judge", "read_thresholds"]

Outcome = Literal["pass", "fail", "insufficient evidence"]


@dataclass(frozen=True)
class Threshold:
    """A limit with its reason.

    Attributes
    ----------
    metric
        A measure of the catalogue.
    reason
        Why this limit, in words; it stands in the report.
    by, group
        Which row is judged: none for all users, or a user attribute with one of its groups,
        "difference" or "ratio".
    at_least, at_most
        The bound; one of them or both.
    """

    metric: str
    reason: str
    by: str | None = None
    group: str | None = None
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        metric(self.metric)
        if self.at_least is None and self.at_most is None:
            raise OptionError(
                "the threshold on {metric} has no bound; give at_least or at_most",
                metric=self.metric,
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise OptionError(
                "the threshold on {metric} asks for at least {low} and at most {high}, which "
                "nothing can meet",
                metric=self.metric,
                low=self.at_least,
                high=self.at_most,
            )
        if (self.by is None) != (self.group is None):
            raise OptionError(
                "the threshold on {metric} names only one of by and group; name both or none",
                metric=self.metric,
            )


@dataclass(frozen=True)
class Verdict:
    """The outcome of one threshold, with the number it rests on."""

    threshold: Threshold
    verdict: Outcome
    value: float | None
    low: float | None
    high: float | None
    reason: str


def judge(threshold: Threshold, results: Sequence[Result]) -> Verdict:
    """Hold the row that the threshold names against its bound.

    Examples
    --------
    >>> row = Result("gini", 10, None, None, 50, 0.5, 0.4, 0.6, "jackknife")
    >>> judge(Threshold("gini", "few items must not take all", at_most=0.7), [row]).verdict
    'pass'
    >>> judge(Threshold("gini", "few items must not take all", at_most=0.5), [row]).verdict
    'insufficient evidence'
    """
    wanted = (threshold.metric, threshold.by, threshold.group)
    row = next((row for row in results if (row.metric, row.by, row.group) == wanted), None)
    if row is None:
        reason = "there is no such row: unknown attribute or group, or withheld as too small"
        return Verdict(threshold, "insufficient evidence", None, None, None, reason)
    if row.low is None or row.high is None:
        return Verdict(threshold, "insufficient evidence", row.value, None, None, row.interval)
    at_least = float("-inf") if threshold.at_least is None else threshold.at_least
    at_most = float("inf") if threshold.at_most is None else threshold.at_most
    outcome: Outcome
    if at_least <= row.low and row.high <= at_most:
        outcome, reason = "pass", "the whole interval is inside the bound"
    elif row.high < at_least or row.low > at_most:
        outcome, reason = "fail", "the whole interval is outside the bound"
    else:
        outcome, reason = "insufficient evidence", "the interval crosses the bound"
    return Verdict(threshold, outcome, row.value, row.low, row.high, reason)


def read_thresholds(path: str | Path) -> tuple[Threshold, ...]:
    """Read a YAML file with a list ``thresholds`` of rows with the fields of `Threshold`.

    Raises
    ------
    OptionError
        The file cannot be read, is not such a list, or a row is wrong; the row is named.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OptionError(
            "cannot read the thresholds file {path}: {reason}",
            path=path,
            reason=" ".join(str(error).split()),
        ) from error
    rows = content.get("thresholds") if isinstance(content, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise OptionError(
            "the thresholds file {path} has no list under the key thresholds; see README",
            path=path,
        )
    return tuple(_threshold(row, number, path) for number, row in enumerate(rows, start=1))


def _threshold(row: object, number: int, path: str | Path) -> Threshold:
    known = {field.name for field in fields(Threshold)}
    if not isinstance(row, Mapping) or not {"metric", "reason"} <= row.keys() <= known:
        raise OptionError(
            "{path}, threshold {number}: give metric, reason and a bound; known fields are {known}",
            path=path,
            number=number,
            known=", ".join(sorted(known)),
        )
    for bound in ("at_least", "at_most"):
        value = row.get(bound)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise OptionError(
                "{path}, threshold {number}: {bound} is {value}, which is not a number",
                path=path,
                number=number,
                bound=bound,
                value=value,
            )
    return Threshold(**row)
