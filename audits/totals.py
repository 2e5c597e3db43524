"""Per-user columns whose sums over any people make a measure, and the measure of the sums.

A ratio of sums has no value a user, so its interval comes from resampling the sums: the draws of
users are those of every other measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from audits.data import AuditData
from audits.groups import MISSING
from audits.item_groups import ItemGroups
from audits.kernels import parity
from audits.kernels.popularity import mean_over_list
from audits.kernels.scoring import above_median
from audits.user_kernels import Lists

__all__ = ["Totals", "categories_of", "head_and_tail", "providers"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Totals:
    """Columns to be added up over people, and what the sums say.

    Attributes
    ----------
    columns
        (U, Q) what each audited user adds.
    present
        (U,) users that the measures rest on.
    cells
        Names of the G cells; one empty name for a measure of everything.
    statistics
        By measure: (…, Q) sums to (…, G) values; NaN where it cannot be had.
    counts
        Which sums are the counts behind an impact ratio, in the order of
        `audits.impact.ImpactGroup`; none for other measures.
    """

    columns: Values
    present: NDArray[np.bool_]
    cells: tuple[str, ...]
    statistics: dict[str, Callable[[Values], Values]]
    counts: dict[str, slice] = field(default_factory=dict)


def head_and_tail(lists: Lists) -> Totals:
    """Popularity lift, PopREO and PopRSP; the last two with a sign, above 0 if the head leads."""
    data = lists.data
    tail = data.tail
    halves = np.stack([~tail, tail], axis=1).astype(np.float64)
    shown = _in_groups(lists, halves)
    hit = _in_groups(lists, halves, lists.hits)
    had = (data.history > 0).astype(np.float64)[lists.user_rows]
    profile = had.sum(axis=1)
    popularity = had @ data.popularity / np.where(profile > 0, profile, np.nan)
    both = np.stack([mean_over_list(lists.items, data.popularity), popularity], axis=1)
    means = np.hstack([np.nan_to_num(both), ~np.isnan(both)])
    columns = [means, shown, halves.sum(axis=0) - had @ halves, hit, _relevant(lists, halves)]

    def lift(sums: Values) -> Values:
        list_mean, profile_mean = np.moveaxis(parity.rates(sums[..., :2], sums[..., 2:4]), -1, 0)
        return parity.relative_lift(list_mean, profile_mean)[..., None]

    def spread(sums: Values, first: int) -> Values:
        rate = parity.rates(sums[..., first : first + 2], sums[..., first + 2 : first + 4])
        return parity.signed_spread(rate[..., 0], rate[..., 1])[..., None]

    return Totals(
        np.hstack(columns),
        lists.listed,
        ("",),
        {
            "popularity_lift": lift,
            "pop_rsp": lambda sums: spread(sums, 4),
            "pop_reo": lambda sums: spread(sums, 8),
        },
    )


def providers(lists: Lists, groups: ItemGroups, *, merit: str) -> Totals:
    """Exposure, merit and selection of groups of items, over all audited users with a list."""
    data, members = lists.data, groups.members
    n = members.shape[1]
    weights = lists.exposure
    had = (data.history > 0).astype(np.float64)[lists.user_rows]
    present = lists.listed
    merits = {
        "relevance": _relevant(lists, members),
        "catalogue": np.tile(members.sum(axis=0), (len(lists.items), 1)),
        "interactions": np.tile(data.popularity @ members, (len(lists.items), 1)),
    }
    blocks = (
        _in_groups(lists, members, weights),
        merits[merit],
        _in_groups(lists, members, weights * lists.hits),
        _in_groups(lists, members, lists.fresh),
        members.sum(axis=0) - had @ members,
        *_scored(lists, members),
    )
    part = {name: slice(i * n, (i + 1) * n) for i, name in enumerate("EUCSAHN")}
    known = np.where(np.array(groups.names) == MISSING, np.nan, 1.0)

    def rate(sums: Values) -> Values:
        return parity.rates(sums[..., part["S"]], sums[..., part["A"]])

    def scored(sums: Values) -> Values:
        return parity.rates(sums[..., part["H"]], sums[..., part["N"]])

    def share(sums: Values) -> Values:
        exposure = sums[..., part["E"]]
        return parity.rates(exposure, exposure.sum(axis=-1, keepdims=True))

    return Totals(
        np.hstack(blocks) * present[:, None],
        present,
        groups.names,
        {
            "exposure_share": share,
            "exposure_merit": lambda s: parity.merit_ratio(s[..., part["E"]], s[..., part["U"]]),
            "disparate_treatment": lambda s: parity.against_the_rest(
                s[..., part["E"]], s[..., part["U"]]
            ),
            "disparate_impact": lambda s: parity.against_the_rest(
                s[..., part["C"]], s[..., part["U"]]
            ),
            "selection_rate": rate,
            "impact_ratio": lambda s: parity.impact_ratio(rate(s) * known),
            "scoring_rate": scored,
            "scoring_ratio": lambda s: parity.impact_ratio(scored(s) * known),
        },
        {name: part[name] for name in "SAHN"},
    )


def categories_of(lists: Lists) -> Totals:
    """How far lists change a leaning to each category; an item counts in each of its own."""
    data = lists.data
    shown = _in_groups(lists, data.categories)
    history = np.asarray(data.history[lists.user_rows] @ data.categories)
    n = len(data.category_names)

    def change(sums: Values) -> Values:
        after, before, items, had = np.split(sums, [n, 2 * n, 2 * n + 1], axis=-1)
        return parity.bias_disparity(parity.rates(after, items), parity.rates(before, had))

    total = np.stack([(lists.items >= 0).sum(axis=1), data.history[lists.user_rows].sum(axis=1)], 1)
    present = np.asarray(np.all(total > 0, axis=1))
    return Totals(
        np.hstack([shown, history, total]) * present[:, None],
        present,
        data.category_names,
        {"bias_disparity": change},
    )


def _in_groups(
    lists: Lists, members: Values, weights: Values | NDArray[np.bool_] | None = None
) -> Values:
    """(u, G) what the places of each list give to each group of items."""
    shown = (lists.items >= 0).astype(np.float64)
    given = shown if weights is None else shown * weights
    sums = np.zeros((len(lists.items), members.shape[1]))
    for place in range(lists.k):
        sums += given[:, place, None] * members[lists.items[:, place]]
    return sums


def _scored(lists: Lists, members: Values) -> tuple[Values, Values]:
    """(u, G) shown items scored above the median of all scores, and shown items with a score."""
    scores = np.full(lists.items.shape, np.nan) if lists.scores is None else lists.scores
    return (
        _in_groups(lists, members, above_median(scores, lists.median)),
        _in_groups(lists, members, ~np.isnan(scores)),
    )


def _relevant(lists: Lists, members: Values) -> Values:
    """(u, G) held-out items of each user in each group."""
    data: AuditData = lists.data
    owners, items = np.divmod(data.relevant, data.n_items)
    sums = np.zeros((data.n_users, members.shape[1]))
    np.add.at(sums, owners, members[items])
    return np.asarray(sums[lists.user_rows])
