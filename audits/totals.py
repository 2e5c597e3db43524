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
    members
        (I, G) the share of each item in each cell; None where cells are no groups of items.
    behind
        By measure that tells what people chose: (…, Q) sums to (…, G) people it rests on.
    compared
        Measures whose cells are means, so that a mean gap over their pairs makes sense.
    """

    columns: Values
    present: NDArray[np.bool_]
    cells: tuple[str, ...]
    statistics: dict[str, Callable[[Values], Values]]
    counts: dict[str, slice] = field(default_factory=dict)
    members: Values | None = None
    behind: dict[str, Callable[[Values], Values]] = field(default_factory=dict)
    compared: tuple[str, ...] = ()


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
    """Exposure, merit, selection, gain of groups of items, over audited users with a list."""
    present = lists.listed
    blocks = _provider_blocks(lists, groups.members, merit=merit)
    n = groups.members.shape[1]
    part = {name: slice(i * n, (i + 1) * n) for i, name in enumerate(blocks)}
    known = np.where(np.array(groups.names) == MISSING, np.nan, 1.0)

    def of(name: str) -> Callable[[Values], Values]:
        return lambda sums: sums[..., part[name]]

    def rate(above: str, below: str) -> Callable[[Values], Values]:
        return lambda sums: parity.rates(of(above)(sums), of(below)(sums))

    def share(sums: Values) -> Values:
        exposure = of("exposure")(sums)
        return parity.rates(exposure, exposure.sum(axis=-1, keepdims=True))

    def against(gained: str) -> Callable[[Values], Values]:
        return lambda sums: parity.against_the_rest(of(gained)(sums), of("merit")(sums))

    def ratio(above: str, below: str) -> Callable[[Values], Values]:
        return lambda sums: parity.impact_ratio(rate(above, below)(sums) * known)

    return Totals(
        np.hstack(list(blocks.values())) * present[:, None],
        present,
        groups.names,
        {
            "exposure_share": share,
            "exposure_merit": lambda s: parity.merit_ratio(of("exposure")(s), of("merit")(s)),
            "disparate_treatment": against("exposure"),
            "disparate_impact": against("impact"),
            "mean_gain": rate("gain", "shown"),
            "selection_rate": rate("selected", "assessed"),
            "impact_ratio": ratio("selected", "assessed"),
            "scoring_rate": rate("above", "scored"),
            "scoring_ratio": ratio("above", "scored"),
        },
        {name: part[name] for name in ("selected", "assessed", "above", "scored")},
        groups.members,
        _people_behind(of("viewers"), of("choosers"), merit=merit),
        ("mean_gain",),
    )


def _provider_blocks(lists: Lists, members: Values, *, merit: str) -> dict[str, Values]:
    """(u, G) what each user adds to each group of items, by what it is."""
    data, weights = lists.data, lists.exposure
    had = (data.history > 0).astype(np.float64)[lists.user_rows]
    chosen, shown = _relevant(lists, members), _in_groups(lists, members)
    merits = {
        "relevance": chosen,
        "catalogue": np.tile(members.sum(axis=0), (len(lists.items), 1)),
        "interactions": np.tile(data.popularity @ members, (len(lists.items), 1)),
    }
    above, scored = _scored(lists, members)
    return {
        "exposure": _in_groups(lists, members, weights),
        "merit": merits[merit],
        "impact": _in_groups(lists, members, weights * lists.hits),
        "selected": _in_groups(lists, members, lists.fresh),
        "assessed": members.sum(axis=0) - had @ members,
        "above": above,
        "scored": scored,
        "gain": _in_groups(lists, members, lists.hits),
        "shown": shown,
        "viewers": (shown > 0).astype(np.float64),
        "choosers": (chosen > 0).astype(np.float64),
    }


def _people_behind(
    viewers: Callable[[Values], Values], choosers: Callable[[Values], Values], *, merit: str
) -> dict[str, Callable[[Values], Values]]:
    """Say whose choices each measure tells of: viewers of a group, or people who chose of it.

    Attention and selection alone are what the system did, and tell of nobody's choice.
    """
    if merit != "relevance":
        return {"mean_gain": viewers, "disparate_impact": viewers}
    return {
        "mean_gain": viewers,
        "exposure_merit": choosers,
        "disparate_treatment": choosers,
        "disparate_impact": lambda sums: np.minimum(viewers(sums), choosers(sums)),
    }


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
