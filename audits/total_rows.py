"""Rows of the measures that are ratios of sums: for everyone, by group of people or of items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from audits.data import AuditData
from audits.evaluation import Evaluation
from audits.groups import Groups
from audits.intervals import bootstrap_sums
from audits.item_groups import find_item_groups
from audits.means import with_interval
from audits.results import Result, Suppressed
from audits.settings import Settings
from audits.summary import Summary, withheld_reason
from audits.suppression import visible_cells
from audits.totals import Totals, categories_of, head_and_tail, providers
from audits.user_kernels import Lists

__all__ = ["CATEGORIES", "CROSS", "ITEM", "provider_rows", "total_rows"]

Values = NDArray[np.float64]
ITEM = "item:"
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
    kinds = [(head_and_tail(lists), "")]
    if data.category_names:
        kinds.append((categories_of(lists), CATEGORIES))
    rows: list[Result] = []
    suppressed: list[Suppressed] = []
    for totals, cells_by in kinds:
        masks = _visible(totals, [*partitions, *others], settings)[: len(partitions)]
        parts = list(_parts(partitions, masks, len(lists.items)))
        rows += _rows(totals, parts, cells_by, k=evaluation.k, settings=settings)
        suppressed += _withheld(totals, partitions, masks, k=evaluation.k, settings=settings)
    return Summary(tuple(rows), tuple(suppressed))


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
        everyone = (None, "", np.arange(len(lists.items)))
        rows += _rows(totals, [everyone], f"{ITEM}{attribute}", k=evaluation.k, settings=settings)
    return tuple(rows)


Part = tuple[str | None, str, NDArray[np.int64]]


def _lists(data: AuditData, evaluation: Evaluation) -> Lists:
    return Lists(data, np.arange(data.n_users), evaluation.items, evaluation.scores)


def _visible(
    totals: Totals, partitions: Sequence[Groups], settings: Settings
) -> tuple[NDArray[np.bool_], ...]:
    values = np.where(totals.present, 1.0, np.nan)[:, None]
    masks = visible_cells(values, partitions, minimum=settings.min_group)
    return tuple(mask[:, 0] for mask in masks)


def _parts(
    partitions: Sequence[Groups], masks: Sequence[NDArray[np.bool_]], n_users: int
) -> Iterator[Part]:
    yield None, "", np.arange(n_users)
    for groups, mask in zip(partitions, masks, strict=True):
        for code in np.flatnonzero(mask):
            yield groups.attribute, groups.names[code], groups.members(int(code))


def _rows(
    totals: Totals, parts: Sequence[Part], cells_by: str, *, k: int, settings: Settings
) -> Iterator[Result]:
    rng = np.random.default_rng(settings.seed)
    samples = bootstrap_sums(
        totals.columns, [rows for _, _, rows in parts], resamples=settings.resamples, rng=rng
    )
    for p, (attribute, group, rows) in enumerate(parts):
        sums = totals.columns[rows].sum(axis=0)
        n = int(totals.present[rows].sum())
        for metric, statistic in totals.statistics.items():
            values, drawn = statistic(sums), statistic(samples[:, p])
            for c, cell in enumerate(totals.cells):
                place = _place(attribute, group, cells_by, cell)
                yield _row(metric, k, place, n, values[c], drawn[:, c], settings)


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
    settings: Settings,
) -> Result:
    if np.isnan(value):
        return Result(metric, k, *place, n, None, None, None, NOTHING)
    if metric in SIGNED and value < 0:
        # The interval keeps its sign, as that of a gap: below 0 the order is uncertain.
        value, drawn = -value, -drawn
    row = Result(metric, k, *place, n, float(value), None, None, settings.method)
    return with_interval(row, drawn)


def _withheld(
    totals: Totals,
    partitions: Sequence[Groups],
    masks: Sequence[NDArray[np.bool_]],
    *,
    k: int,
    settings: Settings,
) -> Iterator[Suppressed]:
    reason = withheld_reason(settings)
    for groups, mask in zip(partitions, masks, strict=True):
        for code in np.flatnonzero(~mask):
            for metric in totals.statistics:
                yield Suppressed(metric, k, groups.attribute, groups.names[code], reason)
