"""What changed between two sets of lists for the same users."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from audits.analysis import Analysis, Partition, Statistics
from audits.intervals import percentile_interval
from audits.means import mean_row, moment_row, with_interval
from audits.moments import Moments
from audits.partials import USER_METRICS
from audits.results import DIFFERENCE, Result
from audits.system import system_changes
from engine.errors import OptionError

__all__ = ["changes", "changes_of_moments", "group_changes"]


def changes(before: Analysis, after: Analysis) -> tuple[Result, ...]:
    """Say what changed, after minus before, with intervals of the change itself.

    Both analyses draw the same users in every resample, so each user is paired with herself
    and the spread between people drops out. A change is that of the mean, over whoever has a value
    on either side. By attribute only the change of the gap is given
    (group "difference").

    Raises
    ------
    OptionError
        The two were not made with the same settings, cut-off and attributes.
    """
    moved = after.evaluation.partial.values - before.evaluation.partial.values
    return changes_of_moments(before, after, Moments.of(moved))


def changes_of_moments(before: Statistics, after: Statistics, moved: Moments) -> tuple[Result, ...]:
    """Say the same of people who are not kept.

    Parameters
    ----------
    moved
        (M,) moments of what each measure of each person moved by, after minus before.

    Raises
    ------
    OptionError
        As in `changes`.
    """
    _check(before, after)
    rows = _overall(before, after, moved) + system_changes(before.tally, after.tally)
    for old, new in zip(before.partitions, after.partitions, strict=True):
        rows += _gaps(after, old, new)
    return tuple(rows)


def group_changes(before: Analysis, after: Analysis) -> tuple[Result, ...]:
    """Say what changed for each group of each attribute, as `changes` does for everyone.

    A group is left out where either audit withholds it; a gap of 0 in everyone's change can hide
    that some groups pay and others gain.

    Raises
    ------
    OptionError
        As in `changes`.
    """
    _check(before, after)
    values = after.evaluation.partial.values - before.evaluation.partial.values
    rows = []
    for old, new in zip(before.partitions, after.partitions, strict=True):
        low, high = percentile_interval(new.means - old.means)
        for g, m in np.argwhere(old.visible & new.visible):
            members = new.groups.members(g)
            ends = float(low[g, m]), float(high[g, m])
            row = mean_row(
                values[members, m],
                ends,
                metric=USER_METRICS[m],
                k=after.evaluation.k,
                method=_method(after),
                by=new.groups.attribute,
                group=new.groups.names[g],
            )
            rows.append(_moved_row(old.moments[g, m], new.moments[g, m], row))
    return tuple(rows)


def _check(before: Statistics, after: Statistics) -> None:
    if _design(before) != _design(after):
        raise OptionError(
            "the two audits differ in settings, k or attributes; make both in the same way"
        )


def _design(found: Statistics) -> tuple[object, ...]:
    attributes = [partition.groups.attribute for partition in found.partitions]
    return found.settings, found.tally.k, attributes


def _method(found: Statistics) -> str:
    return f"paired {found.method}"


def _overall(before: Statistics, after: Statistics, moved: Moments) -> list[Result]:
    low, high = percentile_interval(after.means - before.means)
    return [
        _moved_row(
            before.moments[m],
            after.moments[m],
            moment_row(
                moved[m],
                (float(low[m]), float(high[m])),
                metric=metric,
                k=after.tally.k,
                method=_method(after),
            ),
        )
        for m, metric in enumerate(USER_METRICS)
    ]


def _moved_row(before: Moments, after: Moments, row: Result) -> Result:
    """Give the change of the mean, which is what the two audits show, and no more.

    A mean over those alone who have a value in both would, held against the means of the two
    audits, give away the sum of those who have one in only one of them, however few they are.
    """
    if row.value is None:
        return row
    n = int(min(before.n, after.n))
    return replace(row, n=n, value=float(after.mean - before.mean))


def _gaps(after: Statistics, old: Partition, new: Partition) -> list[Result]:
    rows = []
    for m in sorted(old.gaps.keys() & new.gaps.keys()):
        was, now = old.gaps[m], new.gaps[m]
        samples = (new.means[:, now.largest, m] - new.means[:, now.smallest, m]) - (
            old.means[:, was.largest, m] - old.means[:, was.smallest, m]
        )
        row = Result(
            USER_METRICS[m],
            after.tally.k,
            new.groups.attribute,
            DIFFERENCE,
            now.n,
            now.difference - was.difference,
            None,
            None,
            _method(after),
        )
        rows.append(with_interval(row, np.asarray(samples)))
    return rows
