"""One setting, measured: a policy at an exploration rate, beside the lists it departs from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.analysis import Analysis
from audits.changes import changes
from audits.data import AuditData
from audits.groups import MISSING
from audits.partials import USER_METRICS
from audits.providers import exposure_change, exposure_draws, exposure_row
from audits.results import DIFFERENCE, EXPOSURE, GAP, Result
from audits.summary import summarise

__all__ = ["Setting", "describe"]

Values = NDArray[np.float64]
_GAP_OF = "ndcg"


@dataclass(frozen=True, eq=False)
class Setting:
    """One policy at one rate, measured.

    Attributes
    ----------
    policy, rate
        What it is.
    rows
        Measure → its row over everyone; `GAP` is the gap in accuracy between groups.
    changes
        Measure → its change from the lists it is compared with.
    draws
        Measure → (B,) its value under resampling; the same resamples for all settings. Measures
        of all lists together have none.
    """

    policy: str
    rate: float
    rows: Mapping[str, Result]
    changes: Mapping[str, Result]
    draws: Mapping[str, Values]


def describe(
    policy: str, rate: float, *, data: AuditData, before: Analysis, after: Analysis
) -> Setting:
    """Gather what a front and a rule look at.

    Parameters
    ----------
    data
        What was audited.
    before, after
        The lists it is compared with, and its own; the gap is that of their first attribute.
    """
    draws = {name: after.means[:, m] for m, name in enumerate(USER_METRICS)}
    draws[EXPOSURE] = exposure_draws(data, after)
    if after.partitions:
        draws[GAP] = _gap_draws(after)
    return Setting(
        policy,
        rate,
        rows={EXPOSURE: exposure_row(data, after)} | _by_measure(summarise(after).results, after),
        changes={EXPOSURE: exposure_change(data, before, after)}
        | _by_measure(changes(before, after), after),
        draws=draws,
    )


def _by_measure(results: Sequence[Result], analysis: Analysis) -> dict[str, Result]:
    rows = {row.metric: row for row in results if row.by is None}
    if analysis.partitions:
        by = analysis.partitions[0].groups.attribute
        wanted = (_GAP_OF, by, DIFFERENCE)
        gap = next((r for r in results if (r.metric, r.by, r.group) == wanted), None)
        rows |= {} if gap is None else {GAP: gap}
    return rows


def _gap_draws(analysis: Analysis) -> Values:
    """(B,) the gap of each resample, whichever groups span it there."""
    partition = analysis.partitions[0]
    m = USER_METRICS.index(_GAP_OF)
    usable = partition.visible[:, m] & (np.array(partition.groups.names) != MISSING)
    means = partition.means[:, usable, m]
    if means.shape[1] < 2:
        return np.full(len(means), np.nan)
    return np.asarray(np.fmax.reduce(means, axis=1) - np.fmin.reduce(means, axis=1))
