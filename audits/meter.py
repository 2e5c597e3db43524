"""What a feedback loop did to people, measured as it goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.data import AuditData
from audits.groups import Groups, make_groups
from audits.kernels import bubble, diversity, exposure
from audits.suppression import visible_cells
from engine.errors import TableError, UnknownNameError

__all__ = ["BUBBLE_SETTINGS", "RoundMeter"]

BUBBLE_SETTINGS: Mapping[str, int] = {
    "exact_pairs_up_to": 2_000,
    "sampled_pairs": 20_000,
    "found_choices": 5,
    "window": 5,
    "smallest_group": 10,
}
"""How many people's pairs are all compared, and how many pairs are drawn beyond that; how many
choices in a window make an item discoverable; rounds in a window; the smallest group shown."""

_Value = tuple[float, int]
_Row = tuple[str | None, str | None, str, float | None, int]


class RoundMeter:
    """Running sums of one arm in one world; memory does not grow with the number of rounds.

    Parameters
    ----------
    data
        From `audits.data.prepare`, with the interactions before the first round as training.
    people
        user_id and attributes of everyone in the simulation.
    start
        user_id, item_id before the first round, from which everyone's initial profile comes.
    by
        Attributes of ``people`` whose groups are measured too; small ones are withheld, by the
        rule of `audits.groups`.

    Raises
    ------
    UnknownNameError
        ``people`` has no such attribute.
    """

    def __init__(
        self, data: AuditData, people: pl.DataFrame, *, start: pl.DataFrame, by: tuple[str, ...]
    ) -> None:
        _check_attributes(people, by)
        self._data = data
        self._rows = people.select("user_id").with_row_index("user_row")
        self._groups = [make_groups(name, people[name]) for name in by]
        sizes = data.categories.sum(axis=1, keepdims=True)
        self._spread = data.categories / np.maximum(sizes, 1)
        norms = np.linalg.norm(data.categories, axis=1, keepdims=True)
        self._unit = data.categories / np.where(norms > 0, norms, 1)
        users, items = self._coded(start)
        shape = (people.height, data.categories.shape[1])
        self._initial = _added(np.zeros(shape), users, self._spread[items])
        self._chosen, self._together = np.zeros(shape), np.zeros(shape)
        self._usable = np.zeros(people.height, dtype=np.int64)
        self._consumed = np.zeros(0, dtype=np.int64)
        length = BUBBLE_SETTINGS["window"]
        self._window: deque[NDArray[np.int64]] = deque(maxlen=length)
        self._before: deque[tuple[NDArray[np.float64], NDArray[np.int64]]] = deque(maxlen=length)

    def add(self, feedback: pl.DataFrame) -> list[_Row]:
        """Take in one round and return by, group, measure, value, n; by and group None = everyone.

        Raises
        ------
        TableError
            An item is outside the catalogue.
        """
        users, items = self._coded(feedback)
        clicked = feedback["clicked"].to_numpy()
        self._take(users[clicked], items[clicked])
        appeals = np.exp(feedback["utility"].to_numpy()) if "utility" in feedback.columns else None
        each = self._each(users, items, clicked, appeals)
        everyone = np.arange(len(self._rows))
        found = self._of(everyone, each, users=users, items=items)
        window = np.sum(self._window, axis=0)
        at_least = BUBBLE_SETTINGS["found_choices"]
        corpus = bubble.discoverable_corpus(window, at_least=at_least)
        found["discoverable_corpus"] = (corpus, self._data.n_items)
        rows: list[_Row] = [(None, None, *cell) for cell in _cells(found)]
        shown = self._shown(each)
        for groups in self._groups:
            rows += self._rows_of(groups, each, shown, users=users, items=items)
        return rows

    def _rows_of(
        self,
        groups: Groups,
        each: Mapping[str, NDArray[np.float64]],
        shown: Mapping[str, Mapping[str, NDArray[np.bool_]]],
        *,
        users: NDArray[np.int64],
        items: NDArray[np.int64],
    ) -> list[_Row]:
        """Give the rows of the groups that may be shown, each measure by those who have a value."""
        rows: list[_Row] = []
        masks = shown[groups.attribute]
        for code in np.flatnonzero(masks["present"]):
            found = self._of(groups.members(int(code)), each, users=users, items=items)
            hidden = {name: (float("nan"), 0) for name, mask in masks.items() if not mask[code]}
            name = groups.names[code]
            rows += [(groups.attribute, name, *cell) for cell in _cells(found | hidden)]
        return rows

    def _shown(
        self, each: Mapping[str, NDArray[np.float64]]
    ) -> dict[str, dict[str, NDArray[np.bool_]]]:
        """By attribute and measure, (G,) which groups may be shown beside all others."""
        if not self._groups:
            return {}
        values = np.stack(list(each.values()), axis=1)
        minimum = BUBBLE_SETTINGS["smallest_group"]
        masks = visible_cells(values, self._groups, minimum=minimum)
        return {
            groups.attribute: dict(zip(each, mask.T, strict=True))
            for groups, mask in zip(self._groups, masks, strict=True)
        }

    def _take(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> None:
        """Add choices to the running sums; what someone had chosen before counts once."""
        self._before.append((self._together.copy(), self._usable.copy()))
        keys = np.unique(users * self._data.n_items + items)
        keys = keys[~np.isin(keys, self._consumed)]
        people, things = np.divmod(keys, self._data.n_items)
        self._consumed = np.sort(np.concatenate([self._consumed, keys]))
        _added(self._chosen, people, self._spread[things])
        _added(self._together, people, self._unit[things])
        usable = self._data.categories[things].any(axis=1)
        self._usable += np.bincount(people[usable], minlength=len(self._rows))
        self._window.append(np.bincount(items, minlength=self._data.n_items))

    def _each(
        self,
        users: NDArray[np.int64],
        items: NDArray[np.int64],
        clicked: NDArray[np.bool_],
        appeals: NDArray[np.float64] | None,
    ) -> dict[str, NDArray[np.float64]]:
        """(U,) values of each person; NaN where there is none."""
        size = len(self._rows)
        takers = users[clicked]
        before = self._data.popularity.astype(np.float64)
        choices = np.bincount(takers, minlength=size).astype(np.float64)
        each: dict[str, NDArray[np.float64]] = {
            "intra_user_diversity": diversity.diversity_of_sums(self._together, self._usable),
            "recent_diversity": diversity.diversity_of_sums(
                self._together - self._before[0][0], self._usable - self._before[0][1]
            ),
            "category_entropy": diversity.entropy_of_masses(self._chosen),
            "majority_category_share": bubble.majority_of_masses(self._chosen),
            "profile_drift": bubble.profile_drift(self._initial, self._initial + self._chosen),
            "choice_drift": bubble.profile_drift(self._initial, self._chosen),
            "arp": _means(users, before[items], size),
            "chosen_popularity": _means(takers, before[items[clicked]], size),
            "choices": choices,
            "present": (np.bincount(users, minlength=size) > 0).astype(np.float64),
        }
        if appeals is not None:
            worth = np.bincount(takers, weights=appeals[clicked], minlength=size)
            each["utility"] = worth.astype(np.float64)
        return each

    def _of(
        self,
        members: NDArray[np.int64],
        each: Mapping[str, NDArray[np.float64]],
        *,
        users: NDArray[np.int64],
        items: NDArray[np.int64],
    ) -> dict[str, _Value]:
        found = {name: _mean(values[members]) for name, values in each.items()}
        sets = self._sets(members)
        found["homogenisation"] = _homogenisation(sets)
        some = int((sets >= 0).any(axis=1).sum()) if sets.shape[1] else 0
        found["likeness"] = (bubble.mean_cosine(sets), some if some > 1 else 0)
        inside = np.zeros(len(self._rows), dtype=bool)
        inside[members] = True
        counts = np.bincount(items[inside[users]], minlength=self._data.n_items)
        n = int(counts.sum())
        found["gini"] = (float(exposure.gini(counts)) if n else float("nan"), n)
        found["coverage"] = (float(exposure.coverage(counts)) if n else float("nan"), n)
        return found

    def _sets(self, members: NDArray[np.int64]) -> NDArray[np.int64]:
        """(members, m) item rows chosen so far, -1 behind the last."""
        people, items = np.divmod(self._consumed, self._data.n_items)
        place = np.full(len(self._rows), -1)
        place[members] = np.arange(len(members))
        people, items = place[people][place[people] >= 0], items[place[people] >= 0]
        sizes = np.bincount(people, minlength=len(members))
        columns = np.arange(len(people)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        sets = np.full((len(members), int(sizes.max(initial=0))), -1, dtype=np.int64)
        sets[people, columns] = items
        return sets

    def _coded(self, table: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        coded = (
            table.select("user_id", "item_id")
            .join(self._rows, on="user_id", how="left", maintain_order="left")
            .join(self._data.item_rows, on="item_id", how="left", maintain_order="left")
        )
        foreign = coded.filter(pl.col("item_row").is_null())["item_id"]
        if len(foreign):
            raise TableError(
                "the feedback table names item {item}, which is not in the catalogue ({count} such "
                "rows); measure it with the items it was simulated on",
                item=foreign[0],
                count=len(foreign),
            )
        known = coded.filter(pl.col("user_row").is_not_null())
        if known.height < coded.height and "clicked" in table.columns:
            raise TableError(
                "the feedback table names a user who is not among the people of the simulation; "
                "measure it with the users it was simulated on"
            )
        return (
            known["user_row"].to_numpy().astype(np.int64),
            known["item_row"].to_numpy().astype(np.int64),
        )


def _homogenisation(sets: NDArray[np.int64]) -> _Value:
    if len(sets) <= BUBBLE_SETTINGS["exact_pairs_up_to"]:
        return bubble.homogenisation(sets), bubble.comparable_pairs(sets)
    # A seed of its own, so that all arms and rounds are compared on the same pairs.
    rng = np.random.default_rng(0)
    pairs = BUBBLE_SETTINGS["sampled_pairs"]
    return bubble.sampled_homogenisation(sets, pairs=pairs, rng=rng)


def _added(
    total: NDArray[np.float64], people: NDArray[np.int64], vectors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add each row of ``vectors`` to the row of its person, column by column."""
    for column, values in enumerate(vectors.T):
        total[:, column] += np.bincount(people, weights=values, minlength=len(total))
    return total


def _means(users: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    counts = np.bincount(users, minlength=size)
    totals = np.bincount(users, weights=values, minlength=size)
    return np.asarray(totals / np.where(counts > 0, counts, np.nan))


def _mean(values: NDArray[np.float64]) -> _Value:
    present = values[~np.isnan(values)]
    return (float(present.mean()) if len(present) else float("nan")), len(present)


def _cells(found: Mapping[str, _Value]) -> list[tuple[str, float | None, int]]:
    return [(name, value if n else None, n) for name, (value, n) in found.items()]


def _check_attributes(people: pl.DataFrame, by: tuple[str, ...]) -> None:
    known = [name for name in people.columns if name != "user_id"]
    for attribute in by:
        if attribute not in known:
            raise UnknownNameError(
                "no user attribute {attribute}; there are {known}",
                attribute=attribute,
                known=", ".join(known) or "none (give a users table)",
            )
