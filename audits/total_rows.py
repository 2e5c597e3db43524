"""Rows of the measures that are ratios of sums: for everyone, by group of people or of items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.data import AuditData
from audits.evaluation import Evaluation
from audits.groups import Groups
from audits.impact import Impact, ImpactGroup, impact_groups
from audits.intervals import bootstrap_sums
from audits.item_groups import find_item_groups
from audits.kernels.scoring import ties_at_median
from audits.means import with_interval
from audits.results import ITEM, Result, Summary, Suppressed
from audits.settings import Settings
from audits.summary import withheld_reason
from audits.suppression import visible_cells
from audits.totals import Totals, categories_of, head_and_tail, providers
from audits.user_kernels import Lists

__all__ = [
    "CATEGORIES",
    "CROSS",
    "EVERYONE",
    "Drawn",
    "impact_of",
    "provider_rows",
    "rows_of_sums",
    "shown_places",
    "total_kinds",
    "total_rows",
    "withheld_totals",
]

Values = NDArray[np.float64]
CROSS = " × "
CATEGORIES = "item:categories"
NOTHING = "none: nothing to divide by"
SIGNED = ("pop_reo", "pop_rsp")


def total_rows(
    data: AuditData,
    evaluation: Evaluation,
    *,
    by: Sequence[str] = (),
    together: Sequence[str] = (),
    settings: Settings,
) -> Summary:
    """Popularity lift, PopREO and PopRSP for everyone and by group; bias disparity by category.

    Parameters
    ----------
    data, evaluation
        What was audited, and what was measured.
    by, together
        Groups of users, as in `audits.analysis.analyse`.
    settings
        Of the resampling and of what is withheld.
    """
    lists = _lists(data, evaluation)
    partitions = [data.groups(expression) for expression in by]
    others = [data.groups(expression) for expression in together if expression not in by]
    rows: list[Result] = []
    suppressed: list[Suppressed] = []
    for totals, cells_by in total_kinds(lists):
        masks = _visible(totals, [*partitions, *others], settings)[: len(partitions)]
        places = shown_places(partitions, masks)
        members = [np.arange(len(lists.items))]
        members += [groups.members(code) for groups, code in _shown(partitions, masks)]
        drawn = _draw(totals, members, settings)
        rows += rows_of_sums(
            totals, places, drawn, cells_by, k=evaluation.k, method=settings.method
        )
        suppressed += withheld_totals(totals, partitions, masks, k=evaluation.k, settings=settings)
    return Summary(tuple(rows), tuple(suppressed))


def total_kinds(lists: Lists) -> list[tuple[Totals, str]]:
    """Return the sums over people there are, and by which groups of items each is split."""
    kinds = [(head_and_tail(lists), "")]
    if lists.data.category_names:
        kinds.append((categories_of(lists), CATEGORIES))
    return kinds


def provider_rows(
    data: AuditData, evaluation: Evaluation, *, by: Sequence[str], settings: Settings
) -> tuple[Result, ...]:
    """Exposure, merit and selection by group of items; n counts the audited users with a list.

    Items are no people, so no group of items is withheld.

    Parameters
    ----------
    by
        Attributes of items, as `audits.item_groups.find_item_groups` knows them.
    """
    lists = _lists(data, evaluation)
    rows: list[Result] = []
    for attribute in by:
        totals = providers(lists, find_item_groups(data, attribute), merit=settings.merit)
        drawn = _draw(totals, [np.arange(len(lists.items))], settings)
        cells_by = f"{ITEM}{attribute}"
        rows += rows_of_sums(
            totals, [EVERYONE], drawn, cells_by, k=evaluation.k, method=settings.method
        )
    return tuple(rows)


def impact_of(
    data: AuditData, evaluation: Evaluation, *, by: Sequence[str], settings: Settings
) -> Impact | None:
    """Count what stands behind the impact and scoring ratios; None without groups of items."""
    if not by:
        return None
    lists = _lists(data, evaluation)
    groups: list[ImpactGroup] = []
    for attribute in by:
        totals = providers(lists, find_item_groups(data, attribute), merit=settings.merit)
        groups += impact_groups(f"{ITEM}{attribute}", totals, totals.columns.sum(axis=0))
    return Impact(ties_at_median(evaluation.scores), tuple(groups))


Place = tuple[str | None, str]
EVERYONE: Place = (None, "")


@dataclass(frozen=True, eq=False)
class Drawn:
    """Sums of P parts of the people.

    Attributes
    ----------
    sums
        (P, Q) sums of the columns over each part.
    n
        (P,) people of each part whom the measures rest on.
    samples
        (B, P, Q) the sums under resampling.
    """

    sums: Values
    n: NDArray[np.int64]
    samples: Values


def shown_places(partitions: Sequence[Groups], masks: Sequence[NDArray[np.bool_]]) -> list[Place]:
    """Name everyone, and every group that may be shown."""
    shown = _shown(partitions, masks)
    return [EVERYONE, *((groups.attribute, groups.names[code]) for groups, code in shown)]


def _shown(
    partitions: Sequence[Groups], masks: Sequence[NDArray[np.bool_]]
) -> Iterator[tuple[Groups, int]]:
    for groups, mask in zip(partitions, masks, strict=True):
        for code in np.flatnonzero(mask):
            yield groups, int(code)


def _draw(totals: Totals, members: Sequence[NDArray[np.int64]], settings: Settings) -> Drawn:
    rng = np.random.default_rng(settings.seed)
    samples = bootstrap_sums(totals.columns, members, resamples=settings.resamples, rng=rng)
    sums = np.stack([totals.columns[rows].sum(axis=0) for rows in members])
    n = np.array([totals.present[rows].sum() for rows in members], dtype=np.int64)
    return Drawn(sums, n, samples)


def _lists(data: AuditData, evaluation: Evaluation) -> Lists:
    return Lists(data, np.arange(data.n_users), evaluation.items, evaluation.scores)


def _visible(
    totals: Totals, partitions: Sequence[Groups], settings: Settings
) -> tuple[NDArray[np.bool_], ...]:
    values = np.where(totals.present, 1.0, np.nan)[:, None]
    masks = visible_cells(values, partitions, minimum=settings.min_group)
    return tuple(mask[:, 0] for mask in masks)


def rows_of_sums(
    totals: Totals, places: Sequence[Place], drawn: Drawn, cells_by: str, *, k: int, method: str
) -> Iterator[Result]:
    """Give every measure of the sums its row, for each part and each group of items."""
    for p, (attribute, group) in enumerate(places):
        for metric, statistic in totals.statistics.items():
            values, samples = statistic(drawn.sums[p]), statistic(drawn.samples[:, p])
            for c, cell in enumerate(totals.cells):
                place = _place(attribute, group, cells_by, cell)
                yield _row(metric, k, place, int(drawn.n[p]), values[c], samples[:, c], method)


def _place(
    attribute: str | None, group: str, cells_by: str, cell: str
) -> tuple[str | None, str | None]:
    by = CROSS.join(filter(None, (attribute, cells_by)))
    return (by or None), (CROSS.join(filter(None, (group, cell))) or None)


def _row(
    metric: str,
    k: int,
    place: tuple[str | None, str | None],
    n: int,
    value: float,
    drawn: Values,
    method: str,
) -> Result:
    if np.isnan(value):
        return Result(metric, k, *place, n, None, None, None, NOTHING)
    if metric in SIGNED and value < 0:
        # The interval keeps its sign, as that of a gap: below 0 the order is uncertain.
        value, drawn = -value, -drawn
    row = Result(metric, k, *place, n, float(value), None, None, method)
    return with_interval(row, drawn)


def withheld_totals(
    totals: Totals,
    partitions: Sequence[Groups],
    masks: Sequence[NDArray[np.bool_]],
    *,
    k: int,
    settings: Settings,
) -> Iterator[Suppressed]:
    """Name the groups that are withheld."""
    reason = withheld_reason(settings)
    for groups, mask in zip(partitions, masks, strict=True):
        for code in np.flatnonzero(~mask):
            for metric in totals.statistics:
                yield Suppressed(metric, k, groups.attribute, groups.names[code], reason)
