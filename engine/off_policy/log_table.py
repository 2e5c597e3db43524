"""A log in a table: its columns, and how its rows become logged feedback."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.errors import TableError
from engine.off_policy.feedback import LoggedFeedback, LoggedLists
from engine.tables import Column, Origin, TableSpec, conform

__all__ = ["LOG", "chances", "feedback_from", "lists_from", "read_log", "spread"]

Values = NDArray[np.float64]
Rows = NDArray[np.int64]

LOG = TableSpec(
    "log",
    (
        Column("item_id", "id"),
        Column("reward", "number"),
        Column("propensity", "probability", required=False),
        Column("user_id", "id", required=False),
        Column("rank", "rank", required=False),
        Column("list_id", "id", required=False),
    ),
    (),
)
_MOST_VALUES = 50


def read_log(frame: pl.DataFrame, *, source: Origin) -> pl.DataFrame:
    """Return the log with declared types; rewards may be numbers or true and false.

    Raises
    ------
    TableError
        A column is missing or holds what it should not.
    """
    if "reward" in frame.columns and frame["reward"].dtype == pl.String:
        as_number = pl.col("reward").replace({"true": "1", "false": "0"})
        frame = frame.with_columns(as_number)
    return conform(frame, LOG, source=source)


def feedback_from(
    log: pl.DataFrame, *, context: Sequence[str] = (), source: Origin
) -> LoggedFeedback:
    """Read each row as one choice; ``rank`` is its place on the page.

    Parameters
    ----------
    log
        From `read_log`.
    context
        Columns known before the choice: numbers are standardised, text becomes one column a
        value.
    source
        For messages.

    Raises
    ------
    TableError
        A context column is missing or has too many values, or a propensity is empty.
    """
    actions, action_ids = _codes(log["item_id"])
    users, names_users = _users(log)
    return LoggedFeedback(
        actions=actions,
        rewards=log["reward"].to_numpy(),
        propensities=_propensities(log, source),
        places=_places(log),
        users=users,
        contexts=_contexts(log, context, source),
        action_ids=action_ids,
        names_users=names_users,
    )


def lists_from(log: pl.DataFrame, *, independent: bool, source: Origin) -> LoggedLists:
    """Read the rows of one ``list_id`` as one list, in the order of ``rank``.

    Raises
    ------
    TableError
        ``rank`` or the propensities are missing, the ranks of a list are not 1, 2, 3, …, or a
        list has two users.
    """
    if "rank" not in log.columns:
        raise TableError(
            "{file} has list_id but no rank; map the column with --map rank=YOUR_COLUMN",
            file=source.name,
        )
    propensities = _propensities(log, source)
    if propensities is None:
        raise TableError(
            "{file} has lists but no propensity: the chance of a list cannot be estimated from "
            "how often items are shown. Map the column with --map propensity=YOUR_COLUMN",
            file=source.name,
        )
    lists, list_ids = _codes(log["list_id"])
    places = _places(log)
    _check_ranks(lists, places, list_ids, source)
    actions, action_ids = _codes(log["item_id"])
    users, names_users = _users(log) if "user_id" in log.columns else (lists, False)
    shape = (len(list_ids), int(places.max()) + 1)
    shown = np.full(shape, -1, dtype=np.int64)
    rewards, chance = np.zeros(shape), np.ones(shape)
    shown[lists, places] = actions
    rewards[lists, places] = log["reward"].to_numpy()
    chance[lists, places] = propensities
    return LoggedLists(
        actions=shown,
        rewards=rewards,
        propensities=chance,
        users=_of_lists(lists, users, list_ids, source),
        action_ids=action_ids,
        names_users=names_users,
        independent=independent,
    )


def chances(log: pl.DataFrame, column: str, *, source: Origin) -> Values:
    """(rows,) the target's chance of what each row shows, from a column of the log.

    Raises
    ------
    TableError
        There is no such column, or a cell is no number.
    """
    if column not in log.columns:
        raise TableError(
            "{file} has no column {column} with the target's chances; give uniform, or one of "
            "{present}",
            file=source.name,
            column=column,
            present=", ".join(log.columns),
        )
    typed = conform(log, TableSpec("log", (Column(column, "number"),), ()), source=source)
    return np.asarray(typed[column].to_numpy(), dtype=np.float64)


def spread(lists: LoggedLists, log: pl.DataFrame, values: Values) -> Values:
    """(N, k) values of the log's rows where they stand in the lists; 1 where padded."""
    rows, _ = _codes(log["list_id"])
    placed = np.ones(lists.actions.shape)
    placed[rows, _places(log)] = values
    return placed


def _codes(ids: pl.Series) -> tuple[Rows, tuple[str, ...]]:
    names, codes = np.unique(ids.to_numpy().astype(str), return_inverse=True)
    return codes.astype(np.int64), tuple(names.tolist())


def _users(log: pl.DataFrame) -> tuple[Rows, bool]:
    if "user_id" in log.columns:
        return _codes(log["user_id"])[0], True
    return np.arange(log.height), False


def _places(log: pl.DataFrame) -> Rows:
    if "rank" not in log.columns:
        return np.zeros(log.height, dtype=np.int64)
    return np.asarray(log["rank"].to_numpy() - 1, dtype=np.int64)


def _propensities(log: pl.DataFrame, source: Origin) -> Values | None:
    if "propensity" not in log.columns:
        return None
    empty = log["propensity"].is_null().arg_true()
    if len(empty):
        raise TableError(
            "{file}, row {row}: the propensity is empty; give every row its own, or drop the "
            "column and say --estimate-propensities",
            file=source.at(empty[0]),
            row=empty[0] + 1,
        )
    return log["propensity"].to_numpy()


def _contexts(log: pl.DataFrame, names: Sequence[str], source: Origin) -> Values:
    columns = [np.empty((log.height, 0))]
    for name in names:
        if name not in log.columns:
            raise TableError(
                "{file} has no context column {column}; it has {present}",
                file=source.name,
                column=name,
                present=", ".join(log.columns),
            )
        columns.append(_context(log[name], source))
    return np.hstack(columns)


def _context(values: pl.Series, source: Origin) -> Values:
    if values.dtype.is_numeric():
        numbers = values.cast(pl.Float64).fill_null(strategy="mean").fill_null(0).to_numpy()
        scale = numbers.std()
        return np.asarray((numbers - numbers.mean()) / (scale if scale > 0 else 1))[:, None]
    if values.n_unique() > _MOST_VALUES:
        raise TableError(
            "{file}: the context column {column} has {n} values, more than {most}; give one with "
            "fewer, or a number",
            file=source.name,
            column=values.name,
            n=values.n_unique(),
            most=_MOST_VALUES,
        )
    # One value is left out, for the intercept already stands for it.
    return values.cast(pl.String).fill_null("").to_dummies(drop_first=True).to_numpy().astype(float)


def _check_ranks(lists: Rows, places: Rows, list_ids: Sequence[str], source: Origin) -> None:
    lengths = np.bincount(lists)
    order = np.lexsort((places, lists))
    starts = np.cumsum(lengths) - lengths
    wanted = np.arange(len(lists)) - np.repeat(starts, lengths)
    wrong = np.flatnonzero(places[order] != wanted)
    if len(wrong):
        raise TableError(
            "{file}: the ranks of the list {list} are not 1, 2, 3 and so on, each once; mend or "
            "remove the list",
            file=source.name,
            list=list_ids[lists[order][wrong[0]]],
        )


def _of_lists(lists: Rows, users: Rows, list_ids: Sequence[str], source: Origin) -> Rows:
    of_lists = np.zeros(len(list_ids), dtype=np.int64)
    of_lists[lists] = users
    wrong = np.flatnonzero(of_lists[lists] != users)
    if len(wrong):
        raise TableError(
            "{file}: the list {list} belongs to two users; a list_id names one list",
            file=source.name,
            list=list_ids[lists[wrong[0]]],
        )
    return of_lists
