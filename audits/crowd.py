"""An audit of more users than are kept one by one: a part at a time, and only sums remain.

The lists are first coded into one matrix of item numbers, four bytes a place. Parts of the users
are then measured by the same kernels as always; what remains of each part are sums by bucket
(`audits.buckets`), moments, and how many people there are of each kind. All of these add up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.analysis import Partition, Statistics, moments_of_groups
from audits.blocks import BLOCKS, BUCKETS, buckets_of, count_blocks
from audits.buckets import BucketSums, draw_buckets
from audits.changes import changes_of_moments
from audits.data import AuditData
from audits.evaluation import Tally
from audits.gaps import gaps_of_moments
from audits.groups import Groups
from audits.impact import Impact, ImpactGroup, impact_groups
from audits.item_groups import find_item_groups
from audits.log_blocks import LogBlocks
from audits.moments import Moments
from audits.partials import USER_METRICS, measure_lists
from audits.placed import place_blocks
from audits.results import ITEM, Result, Summary, Suppressed
from audits.settings import Settings
from audits.summary import summarise
from audits.suppression import shown_atoms
from audits.total_rows import (
    EVERYONE,
    Drawn,
    rows_of_sums,
    shown_cells_of,
    shown_places,
    total_kinds,
    withheld_items,
    withheld_totals,
)
from audits.totals import Totals, providers
from audits.user_kernels import Lists

__all__ = ["PART", "Crowd", "measure_crowd"]

Values = NDArray[np.float64]
Masks = tuple[NDArray[np.bool_], ...]
Progress = Callable[[int, int], None]
PART = 50_000
M = len(USER_METRICS)


def measure_crowd(
    data: AuditData,
    recommendations: pl.DataFrame | LogBlocks,
    *,
    k: int,
    by: Sequence[str] = (),
    by_items: Sequence[str] = (),
    together: Sequence[str] = (),
    settings: Settings,
    before: pl.DataFrame | LogBlocks | None = None,
    part: int = PART,
) -> Crowd:
    """Return all rows of a report, what was counted, and what changed.

    Parameters
    ----------
    by, by_items, together
        As in `audits.report.audit`.
    before
        Other lists for the same users, to be compared with.
    part
        How many users are measured at a time.
    """
    partitions = [data.groups(expression) for expression in by]
    others = [data.groups(expression) for expression in together if expression not in by]
    after = _Sums(data, partitions, others)
    gathered = _gather(data, recommendations, k)
    earlier = (
        None
        if before is None
        else _Earlier(_gather(data, before, k), _Sums(data, partitions, others))
    )
    watch = recommendations.progress if isinstance(recommendations, LogBlocks) else None
    starts = range(0, data.n_users, part)
    for done, start in enumerate(starts, start=1):
        stop = min(start + part, data.n_users)
        lists = gathered.part(data, start, stop)
        values = after.add(start, lists, _columns(lists, by_items, settings))
        if earlier is not None:
            earlier.add(start, earlier.gathered.part(data, start, stop), values)
        if watch:
            watch(done, len(starts))
    found = after.statistics(gathered.tally, settings)
    changed = () if earlier is None else earlier.changes(found)
    return Crowd(after.summary(found, gathered.ties()), gathered.tally, changed)


@dataclass(frozen=True)
class Crowd:
    """All rows of a report, what was counted, and what changed from the lists before."""

    summary: Summary
    tally: Tally
    changes: tuple[Result, ...]


@dataclass(frozen=True, eq=False)
class _Gathered:
    """The lists of everyone as arrays; `median` is that of all scores."""

    items: NDArray[np.int32]
    scores: Values | None
    draws: NDArray[np.int32] | None
    median: float | None
    tally: Tally

    def ties(self) -> int:
        """Count the scores equal to the median."""
        return 0 if self.scores is None else int((self.scores == self.median).sum())

    def part(self, data: AuditData, start: int, stop: int) -> Lists:
        scores = None if self.scores is None else self.scores[start:stop]
        items = self.items[start:stop].astype(np.int64)
        everyone = np.arange(stop - start)
        draws = None if self.draws is None else self.draws[start:stop].astype(np.int64)
        return Lists(data.part(start, stop), everyone, items, scores, self.median, draws)


def _gather(data: AuditData, recommendations: pl.DataFrame | LogBlocks, k: int) -> _Gathered:
    items = np.full((data.n_users, k), -1, dtype=np.int32)
    scores: Values | None = None
    counts = np.zeros((BLOCKS, data.n_items), dtype=np.int64)
    draws: NDArray[np.int32] | None = None
    strangers, by_chance = 0, False
    for placed in place_blocks(data, recommendations, k=k):
        rows = placed.user_rows
        items[rows] = placed.items
        if placed.scores is not None:
            scores = np.full(items.shape, np.nan) if scores is None else scores
            scores[rows] = placed.scores
        counts += count_blocks(data.blocks[rows], placed.items, data.n_items) + placed.strangers
        strangers += placed.n_strangers
        by_chance |= placed.by_chance
        if placed.draws is not None:
            draws = _with_room(draws, placed.draws.shape[1], items.shape)
            draws[rows, : placed.draws.shape[1]] = placed.draws
    known = None if scores is None else scores[~np.isnan(scores)]
    median = None if known is None or not len(known) else float(np.median(known))
    tally = replace(
        Tally.of(items, counts, n_not_audited=strangers),
        n_draws=1 if draws is None else draws.shape[1],
        by_chance=by_chance,
    )
    return _Gathered(items, scores, draws, median, tally)


def _with_room(
    draws: NDArray[np.int32] | None, n_draws: int, shape: tuple[int, ...]
) -> NDArray[np.int32]:
    """(U, J, k) room for so many draws a list, with those of the blocks before."""
    had = np.full((shape[0], 0, shape[1]), -1, dtype=np.int32) if draws is None else draws
    missing = max(n_draws - had.shape[1], 0)
    return np.pad(had, ((0, 0), (0, missing), (0, 0)), constant_values=-1) if missing else had


@dataclass(frozen=True, eq=False)
class _Kind:
    """Sums of one kind: what they say, by which groups of items, and of which groups of people."""

    totals: Totals
    cells_by: str
    of_people: bool


def _columns(lists: Lists, by_items: Sequence[str], settings: Settings) -> list[_Kind]:
    kinds = [_Kind(totals, cells_by, True) for totals, cells_by in total_kinds(lists)]
    for attribute in by_items:
        groups = find_item_groups(lists.data, attribute)
        totals = providers(lists, groups, merit=settings.merit)
        kinds.append(_Kind(totals, f"{ITEM}{attribute}", False))
    return kinds


class _Sums:
    """Everything that adds up over parts of the users."""

    def __init__(
        self, data: AuditData, partitions: Sequence[Groups], others: Sequence[Groups]
    ) -> None:
        self.partitions = partitions
        self.groups = [len(groups.names) for groups in (*partitions, *others)]
        self.buckets = buckets_of(data.users["user_id"])
        self.atoms, self.atom_of = _atoms([*partitions, *others], data.n_users)
        self.means = BucketSums(partitions, self.buckets, columns=2 * M)
        nobody = Moments.of(np.empty((0, M)))
        self.moments = nobody
        nothing = np.empty((0, M))
        self.by_group = [
            moments_of_groups(nothing, _rows(groups, slice(0, 0))) for groups in partitions
        ]
        self.kinds: list[_Kind] = []
        self.kind_sums: list[BucketSums] = []
        self.present = np.zeros((len(self.atoms), 0))

    def add(self, start: int, lists: Lists, kinds: list[_Kind]) -> Values:
        """Measure some users, forget them, and return what was measured."""
        rows = slice(start, start + len(lists.items))
        values = measure_lists(lists)
        known = ~np.isnan(values)
        self.means.add(rows, np.hstack([np.where(known, values, 0.0), known]))
        self.moments += Moments.of(values)
        for place, groups in enumerate(self.partitions):
            self.by_group[place] += moments_of_groups(values, _rows(groups, rows))
        if self.present.shape[1] == 0:
            self._begin(kinds)
        for kind, sums in zip(kinds, self.kind_sums, strict=True):
            sums.add(rows, np.column_stack([kind.totals.columns, kind.totals.present]))
        resting = np.column_stack([known, *(kind.totals.present for kind in kinds)])
        for column, there in enumerate(resting.T):
            self.present[:, column] += np.bincount(
                self.atom_of[rows][there], minlength=len(self.atoms)
            )
        return values

    def _begin(self, kinds: list[_Kind]) -> None:
        """Make room for what the first users show there is."""
        self.kinds = kinds
        self.kind_sums = [
            BucketSums(
                self.partitions if kind.of_people else (),
                self.buckets,
                columns=kind.totals.columns.shape[1] + 1,
            )
            for kind in kinds
        ]
        self.present = np.zeros((len(self.atoms), M + len(kinds)))

    def summary(self, found: Statistics, ties: int) -> Summary:
        """Write the rows."""
        settings, tally, method = found.settings, found.tally, found.method
        draws = _draws(settings)
        masks = [self._shown(column, settings) for column in range(M, self.present.shape[1])]
        means = summarise(found)
        rows: list[Result] = []
        suppressed: list[Suppressed] = []
        counted: list[ImpactGroup] = []
        of_items = iter(self._shown_items(settings))
        for kind, sums, mask in zip(self.kinds, self.kind_sums, masks, strict=True):
            places = shown_places(self.partitions, mask) if kind.of_people else [EVERYONE]
            drawn = _drawn(sums, draws, mask if kind.of_people else ())
            some = tuple(
                rows_of_sums(
                    kind.totals,
                    places,
                    drawn,
                    kind.cells_by,
                    k=tally.k,
                    method=method,
                    shown={} if kind.of_people else next(of_items),
                )
            )
            rows += some
            if kind.of_people:
                suppressed += withheld_totals(
                    kind.totals, self.partitions, mask, k=tally.k, settings=settings
                )
            else:
                counted += impact_groups(kind.cells_by, kind.totals, drawn.sums[0])
                suppressed += withheld_items(some, settings)
        return Summary(
            means.results + tuple(rows),
            means.suppressed + tuple(suppressed),
            Impact(ties, tuple(counted)) if counted else None,
        )

    def _shown_items(self, settings: Settings) -> list[dict[str, NDArray[np.bool_]]]:
        """Tell which groups of items may be shown where they tell what people chose."""
        items = [
            (kind.totals, sums.sums[:, 0].sum(axis=0)[:-1])
            for kind, sums in zip(self.kinds, self.kind_sums, strict=True)
            if not kind.of_people
        ]
        kinds, wholes = [totals for totals, _ in items], [whole for _, whole in items]
        return shown_cells_of(kinds, wholes, minimum=settings.min_group)

    def statistics(self, tally: Tally, settings: Settings) -> Statistics:
        """Draw the buckets."""
        method = f"Poisson bootstrap, {settings.resamples} resamples, {BUCKETS} buckets of users"
        masks = [self._shown(column, settings) for column in range(M)]
        sums = np.tensordot(_draws(settings), self.means.sums, axes=1)
        total, n = np.split(sums, 2, axis=2)
        means = total / np.where(n > 0, n, np.nan)
        ends = np.cumsum([1, *(len(groups.names) for groups in self.partitions)])
        partitions = []
        for place, groups in enumerate(self.partitions):
            visible = np.stack([mask[place] for mask in masks], axis=1)
            moments = self.by_group[place]
            gaps = gaps_of_moments(
                moments,
                groups,
                visible,
                permutations=settings.permutations,
                rng=np.random.default_rng([settings.seed, 1]),
            )
            own = means[:, ends[place] : ends[place + 1]]
            partitions.append(Partition(groups, visible, own, moments, gaps))
        return Statistics(tally, settings, means[:, 0], self.moments, tuple(partitions), method)

    def _shown(self, column: int, settings: Settings) -> Masks:
        """Tell which groups may be shown for a measure, beside all that the reader may see."""
        sizes = self.present[:, column].astype(np.int64)
        some = sizes > 0
        if not some.any():
            masks = tuple(np.zeros(n, dtype=bool) for n in self.groups)
        else:
            masks = shown_atoms(
                self.atoms[some], sizes[some], self.groups, minimum=settings.min_group
            )
        return masks[: len(self.partitions)]


class _Earlier:
    """The lists before, measured beside those after; of each person only the difference counts."""

    def __init__(self, gathered: _Gathered, sums: _Sums) -> None:
        self.gathered, self._sums = gathered, sums
        self._moved = Moments.of(np.empty((0, M)))

    def add(self, start: int, lists: Lists, after: Values) -> None:
        """Measure some users, and note what they moved by."""
        self._moved += Moments.of(after - self._sums.add(start, lists, []))

    def changes(self, after: Statistics) -> tuple[Result, ...]:
        """Write the rows of what changed."""
        before = self._sums.statistics(self.gathered.tally, after.settings)
        return changes_of_moments(before, after, self._moved)


def _draws(settings: Settings) -> Values:
    """(B, BUCKETS) the same draws for all sums, and for lists that are compared."""
    return draw_buckets(settings.resamples, np.random.default_rng(settings.seed))


def _rows(groups: Groups, rows: slice) -> Groups:
    return Groups(groups.attribute, groups.names, groups.codes[rows])


def _atoms(
    partitions: Sequence[Groups], n_users: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (A, K) the kinds of people no attribute tells apart, and (U,) the kind of each."""
    keys = np.zeros(n_users, dtype=np.int64)
    atoms = np.zeros((1, 0), dtype=np.int64)
    for groups in partitions:
        found, keys = np.unique(keys * len(groups.names) + groups.codes, return_inverse=True)
        before, last = np.divmod(found, len(groups.names))
        atoms = np.column_stack([atoms[before], last])
    return atoms, keys


def _drawn(sums: BucketSums, draws: Values, masks: Masks) -> Drawn:
    """Take everyone and the shown groups out of the sums."""
    shown = np.concatenate([[True], *masks]).astype(bool)
    table = sums.sums[:, shown]
    whole, samples = table.sum(axis=0), np.tensordot(draws, table, axes=1)
    return Drawn(whole[:, :-1], np.rint(whole[:, -1]).astype(np.int64), samples[:, :, :-1])
