"""Thresholds as data with a reason, and the verdict of a number against one.

A verdict looks at the whole interval: *pass* if all of it is inside the bound, *fail* if all of
it is outside, *insufficient evidence* for everything else. A gap between groups fails only if it
also stands out among all comparisons of the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audits.catalogue import metric
from audits.results import DIFFERENCE, GAPS, ITEM, RATIO, Result, Suppressed
from engine.errors import OptionError

__all__ = ["ANY", "EVERY", "LEVEL", "Threshold", "Verdict", "judge", "judge_all"]

Outcome = Literal["pass", "fail", "insufficient evidence"]
ANY = "*"
ANY_ITEMS = "item:*"
EVERY = "every"
LEVEL = 0.05


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
        Which row is judged: none for all users, or groups of users with the name of one,
        "difference", "ratio" or "mad", or "every" for all of them. ``by: "*"`` stands for all
        groupings of users in the report, ``by: "item:*"`` for those of items.
    at_least, at_most
        The bound; one of them or both.
    regime
        The rule book it belongs to, if any.
    """

    metric: str
    reason: str
    by: str | None = None
    group: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    regime: str | None = None

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


def judge(
    threshold: Threshold, results: Sequence[Result], suppressed: Sequence[Suppressed] = ()
) -> Verdict:
    """Hold the row that the threshold names against its bound; of "every" group, the worst.

    Examples
    --------
    >>> row = Result("gini", 10, None, None, 50, 0.5, 0.4, 0.6, "jackknife")
    >>> judge(Threshold("gini", "few items must not take all", at_most=0.7), [row]).verdict
    'pass'
    >>> judge(Threshold("gini", "few items must not take all", at_most=0.5), [row]).verdict
    'insufficient evidence'
    """
    rows = [
        row
        for row in results
        if (row.metric, row.by) == (threshold.metric, threshold.by)
        and (row.group == threshold.group or threshold.group == EVERY and row.group not in GAPS)
    ]
    if not rows:
        reason = "there is no such row: unknown attribute or group, or withheld as too small"
        return Verdict(threshold, "insufficient evidence", None, None, None, reason)
    verdicts = [_judge_row(threshold, row, results) for row in rows]
    if threshold.group != EVERY:
        return verdicts[0]
    worst = max(verdicts, key=lambda verdict: (_SEVERITY[verdict.verdict], -_room(verdict)))
    withheld = any(
        (cell.metric, cell.by) == (threshold.metric, threshold.by) for cell in suppressed
    )
    if worst.verdict == "pass" and withheld:
        reason = "all shown groups pass, but groups are withheld as too small"
        return replace(worst, verdict="insufficient evidence", reason=reason)
    return worst


def _room(verdict: Verdict) -> float:
    """How far the interval stays inside the bound at its worst end, below 0 outside."""
    limit, room = verdict.threshold, float("inf")
    if verdict.low is not None and limit.at_least is not None:
        room = verdict.low - limit.at_least
    if verdict.high is not None and limit.at_most is not None:
        room = min(room, limit.at_most - verdict.high)
    return room


_SEVERITY = {"pass": 0, "insufficient evidence": 1, "fail": 2}


def judge_all(
    thresholds: Sequence[Threshold],
    results: Sequence[Result],
    suppressed: Sequence[Suppressed] = (),
) -> tuple[Verdict, ...]:
    """Return a verdict for each threshold; one that names all groupings has one for each."""
    return tuple(
        judge(single, results, suppressed)
        for threshold in thresholds
        for single in _spread(threshold, results)
    )


def _spread(threshold: Threshold, results: Sequence[Result]) -> Iterator[Threshold]:
    if threshold.by not in (ANY, ANY_ITEMS):
        yield threshold
        return
    of_items = threshold.by == ANY_ITEMS
    known = {
        row.by: None
        for row in results
        if row.by and row.metric == threshold.metric and row.by.startswith(ITEM) == of_items
    }
    if not known:
        yield threshold
    for by in known:
        yield replace(threshold, by=by)


def _judge_row(threshold: Threshold, row: Result, results: Sequence[Result]) -> Verdict:
    of = f"{row.group}: " if threshold.group == EVERY else ""
    if row.low is None or row.high is None:
        reason = f"{of}{row.interval}"
        return Verdict(threshold, "insufficient evidence", row.value, None, None, reason)
    at_least = float("-inf") if threshold.at_least is None else threshold.at_least
    at_most = float("inf") if threshold.at_most is None else threshold.at_most
    outcome: Outcome
    if at_least <= row.low and row.high <= at_most:
        outcome, reason = "pass", "the whole interval is inside the bound"
    elif row.low <= at_most and row.high >= at_least:
        outcome, reason = "insufficient evidence", "the interval crosses the bound"
    elif _stands_out(row, results):
        outcome, reason = "fail", "the whole interval is outside the bound"
    else:
        outcome, reason = "insufficient evidence", "among so many comparisons chance could do it"
    return Verdict(threshold, outcome, row.value, row.low, row.high, f"{of}{reason}")


def _stands_out(row: Result, results: Sequence[Result]) -> bool:
    """Tell whether a gap is more than chance; a row without a test rests on its interval."""
    if row.group not in (DIFFERENCE, RATIO):
        return True
    wanted = (row.metric, row.by, DIFFERENCE)
    gap = next((r for r in results if (r.metric, r.by, r.group) == wanted), row)
    return gap.p_adjusted is None or gap.p_adjusted <= LEVEL
