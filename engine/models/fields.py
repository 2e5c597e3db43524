"""What a model may know of a person beside the history: attributes, and when she asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import UnknownNameError
from engine.histories import Histories

__all__ = ["CONTEXT", "Fields", "context_values", "learn_fields"]

# An attribute with more values than this tells people apart, not kinds of people.
_MOST_VALUES = 50
_HOUR, _DAY = 3600, 86_400
# Upper ends of the first bands of recency, in seconds; what is longer is the last band.
_RECENCY = (_HOUR, _DAY, 7 * _DAY, 30 * _DAY)
CONTEXT: Mapping[str, tuple[str, ...]] = {
    "hour": tuple(map(str, range(24))),
    "weekday": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "recency": ("hour", "day", "week", "month", "longer"),
}


@dataclass(frozen=True)
class Fields:
    """Fields and their values, numbered through; a value nobody knows has no number.

    Attributes
    ----------
    values
        Field → its values, attributes first, then fields of `CONTEXT`.
    """

    values: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, in order."""
        return tuple(self.values)

    @property
    def size(self) -> int:
        """How many values all fields have together."""
        return sum(map(len, self.values.values()))

    def encode(self, histories: Histories) -> NDArray[np.int64]:
        """(B, F) the number of each field's value; -1 where it is missing, new or not asked."""
        frame, context = histories.attributes, _asked(histories)
        columns = []
        for name in self.names:
            if name in CONTEXT:
                found = context[name]
            elif frame is not None and name in frame.columns:
                found = self._numbered(name, frame[name])
            else:
                found = np.full(len(histories), -1)
            columns.append(np.where(found < 0, -1, found + self.offset(name)))
        return np.array(columns, dtype=np.int64).reshape(len(columns), len(histories)).T

    def multi_hot(self, codes: NDArray[np.int64]) -> NDArray[np.float32]:
        """(B, size) 1 for each known value of codes as `encode` returns them."""
        found = np.zeros((len(codes), self.size + 1), dtype=np.float32)
        # A missing value, -1, falls into the last column, which goes.
        np.put_along_axis(found, codes, 1, axis=1)
        return found[:, :-1]

    def feature(self, code: int) -> tuple[str, str]:
        """Return the field and the value of a number."""
        name = next(name for name in reversed(self.names) if self.offset(name) <= code)
        return name, self.values[name][code - self.offset(name)]

    def offset(self, field: str) -> int:
        """Return the number of the field's first value."""
        before = self.names[: self.names.index(field)]
        return sum(len(self.values[name]) for name in before)

    def _numbered(self, name: str, given: pl.Series) -> NDArray[np.int64]:
        numbers = {value: number for number, value in enumerate(self.values[name])}
        return np.array([numbers.get(str(value), -1) for value in given], dtype=np.int64)


def learn_fields(dataset: Dataset, wanted: Sequence[str] | None = None) -> Fields:
    """Return the fields of a data set: attributes of at most 50 values, hour, weekday, recency.

    Parameters
    ----------
    wanted
        Only these; None for all.

    Raises
    ------
    UnknownNameError
        There is no such field, or too many values are in it.
    """
    found = {}
    for column in dataset.users.iter_columns():
        values = tuple(sorted(map(str, column.drop_nulls().unique())))
        if column.name not in ("user_id", *CONTEXT) and 0 < len(values) <= _MOST_VALUES:
            found[column.name] = values
    found |= CONTEXT
    unknown = [name for name in wanted or () if name not in found]
    if unknown:
        raise UnknownNameError(
            "{dataset} has no field {field}; its fields are {fields}",
            dataset=dataset.name,
            field=unknown[0],
            fields=", ".join(found),
        )
    return Fields({name: found[name] for name in found if wanted is None or name in wanted})


def context_values(
    asked: NDArray[np.floating], last: NDArray[np.floating]
) -> dict[str, NDArray[np.int64]]:
    """Return hour, weekday (both UTC) and recency of moments in seconds since 1970; -1 for NaN.

    Recency is the time since the latest entry before the moment: within the hour, the day, the
    week, 30 days, or longer.

    Examples
    --------
    >>> monday = 4 * 86_400.0 + 7 * 3600
    >>> context_values(np.array([monday]), np.array([monday - 90_000]))
    {'hour': array([7]), 'weekday': array([0]), 'recency': array([2])}
    """
    gap = asked - last
    return {
        "hour": _whole(asked // _HOUR % 24),
        # 1 January 1970 was a Thursday.
        "weekday": _whole((asked // _DAY + 3) % 7),
        "recency": np.where(np.isnan(gap), -1, np.searchsorted(_RECENCY, gap, side="right")),
    }


def _asked(histories: Histories) -> dict[str, NDArray[np.int64]]:
    if histories.context is None:
        nowhere = np.full(len(histories), np.nan)
        return context_values(nowhere, nowhere)
    frame = histories.context.select(
        pl.col("asked_at", "last_at").cast(pl.Float64).fill_null(np.nan)
    )
    return context_values(frame["asked_at"].to_numpy(), frame["last_at"].to_numpy())


def _whole(numbers: NDArray[np.floating]) -> NDArray[np.int64]:
    return np.where(np.isnan(numbers), -1, np.nan_to_num(numbers)).astype(np.int64)
