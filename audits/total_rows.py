"""Rows of the measures that are ratios of sums: for everyone, by group of people or of items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from audits.contrasts import mean_difference
from audits.data import AuditData
from audits.evaluation import Evaluation
from audits.gaps import mean_gap
from audits.groups import MISSING, Groups
from audits.impact import Impact, ImpactGroup, impact_groups
from audits.intervals import bootstrap_sums
from audits.item_groups import find_item_groups
from audits.item_suppression import shown_item_groups
from audits.kernels.scoring import ties_at_median
from audits.means import bounded, with_interval
from audits.results import ITEM, MAD, Result, Summary, Suppressed
from audits.settings import Settings
from audits.summary import TOO_FEW, withheld_reason
from audits.suppression import visible_cells
from audits.totals import Totals, categories_of, head_and_tail, providers
from audits.user_kernels import Lists

__all__ = [
    "CATEGORIES",
    "CROSS",
    "EVERYONE",
    "FEW",
    "Drawn",
    "impact_of",
    "provider_rows",
    "rows_of_sums",
    "shown_cells_of",
    "shown_places",
    "total_kinds",
    "total_rows",
    "withheld_items",
    "withheld_totals",
]

Values = NDArray[np.float64]
CROSS = " × "
CATEGORIES = "item:categories"
NOTHING = "none: nothing to divide by"
FEW = "none: too few people stand behind it, or withheld to protect such a group"
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
    data: AuditData,
    evaluation: Evaluation,
    *,
    by: Sequence[str],
    together: Sequence[str] = (),
    settings: Settings,
) -> tuple[Result, ...]:
    """Exposure, merit and selection by group of items; n counts the audited users with a list.

    What the system does with a group of items is nobody's secret; what few people chose of it is
    withheld, as `audits.item_suppression` says.

    Parameters
    ----------
    by
        Attributes of items, as `audits.item_groups.find_item_groups` knows them.
    together
        Further ones the same reader may see, beside which what is withheld must hold too.
    """
    lists = _lists(data, evaluation)
    everyone = [np.arange(len(lists.items))]
    asked = [*by, *(attribute for attribute in together if attribute not in by)]
    kinds = [
        providers(lists, find_item_groups(data, attribute), merit=settings.merit)
        for attribute in asked
    ]
    wholes = [totals.columns.sum(axis=0) for totals in kinds]
    masks = shown_cells_of(kinds, wholes, minimum=settings.min_group)
    rows: list[Result] = []
    for attribute, totals, shown in zip(by, kinds, masks, strict=False):
        rows += rows_of_sums(
            totals,
            [EVERYONE],
            _draw(totals, everyone, settings),
            f"{ITEM}{attribute}",
            k=evaluation.k,
            method=settings.method,
            shown=shown,
        )
    return tuple(rows)


def shown_cells_of(
    kinds: Sequence[Totals], wholes: Sequence[Values], *, minimum: int
) -> list[dict[str, NDArray[np.bool_]]]:
    """Tell which groups of items may be shown, by measure that rests on people's choices.

    Parameters
    ----------
    kinds, wholes
        Sums of groups of items, and what they are over everyone; one for each attribute.
    """
    masks: list[dict[str, NDArray[np.bool_]]] = [{} for _ in kinds]
    for metric in kinds[0].behind if kinds else ():
        members = [totals.members for totals in kinds if totals.members is not None]
        people = [totals.behind[metric](whole) for totals, whole in zip(kinds, wholes, strict=True)]
        for mask, shown in zip(
            masks, shown_item_groups(members, people, minimum=minimum), strict=True
        ):
            mask[metric] = shown
    return masks


def withheld_items(rows: Sequence[Result], settings: Settings) -> tuple[Suppressed, ...]:
    """Name the groups of items that have a row without a number because they are withheld."""
    reason = withheld_reason(settings)
    return tuple(
        Suppressed(row.metric, row.k, row.by or "", row.group or "", reason)
        for row in rows
        if row.interval == FEW
    )


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
    totals: Totals,
    places: Sequence[Place],
    drawn: Drawn,
    cells_by: str,
    *,
    k: int,
    method: str,
    shown: Mapping[str, NDArray[np.bool_]] = MappingProxyType({}),
) -> Iterator[Result]:
    """Give every measure of the sums its row, for each part and each group of items.

    A group of items that is not ``shown`` for a measure has a row without a number.
    """
    everything = np.ones(len(totals.cells), dtype=bool)
    for p, (attribute, group) in enumerate(places):
        n = int(drawn.n[p])
        for metric, statistic in totals.statistics.items():
            values, samples = statistic(drawn.sums[p]), statistic(drawn.samples[:, p])
            open_to_all = shown.get(metric, everything)
            for c, cell in enumerate(totals.cells):
                place = _place(attribute, group, cells_by, cell)
                if open_to_all[c]:
                    yield _row(metric, k, place, n, values[c], samples[:, c], method)
                else:
                    yield Result(metric, k, *place, n, None, None, None, FEW)
            if metric in totals.compared:
                named = open_to_all & (np.array(totals.cells) != MISSING)
                place = _place(attribute, group, cells_by, MAD)
                row = Result(metric, k, *place, n, None, None, None, TOO_FEW)
                yield _mean_gap(row, values[named], samples[:, named], method)


def _mean_gap(row: Result, values: Values, samples: Values, method: str) -> Result:
    """Give the mean difference over pairs of groups of items, of those that have a value."""
    known = ~np.isnan(values)
    if known.sum() < 2:
        return row
    ends = mean_difference(values[known], samples[:, known])
    row = replace(row, value=mean_gap(values[known]))
    return bounded(row, ends, method=f"{method}, all pairs of groups at once")


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
