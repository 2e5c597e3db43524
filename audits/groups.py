"""Groups of users: by an attribute, in bands of a number, or by several attributes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["MISSING", "Groups", "intersect", "make_bands", "make_groups"]

MISSING = "(missing)"
AND = " & "


@dataclass(frozen=True, eq=False)
class Groups:
    """A partition of the users.

    Attributes
    ----------
    attribute
        The user attribute, or the expression that makes the groups.
    names
        G group names in order; users without a value are the last group, `MISSING`.
    codes
        (U,) index into ``names``.
    """

    attribute: str
    names: tuple[str, ...]
    codes: NDArray[np.int64]

    def members(self, group: int) -> NDArray[np.int64]:
        """Return the user rows of one group."""
        return np.flatnonzero(self.codes == group)


def make_groups(attribute: str, values: pl.Series) -> Groups:
    """Partition users by an attribute; a missing value makes a group of its own.

    Examples
    --------
    >>> make_groups("gender", pl.Series(["F", None, "M", "F"])).names
    ('F', 'M', '(missing)')
    """
    text = values.cast(pl.String)
    names = tuple(sorted(text.drop_nulls().unique()))
    if text.null_count():
        names += (MISSING,)
    coded = text.fill_null(MISSING).cast(pl.Enum(list(dict.fromkeys(names)))).to_physical()
    # Where someone wrote the word themselves, it is the same group.
    index = {name: code for code, name in enumerate(names)}
    codes = np.array([index[name] for name in dict.fromkeys(names)], dtype=np.int64)
    return Groups(attribute, names, codes[coded.to_numpy()] if len(codes) else codes)


def make_bands(attribute: str, values: pl.Series, cuts: Sequence[float]) -> Groups:
    """Partition users by a number: below the first cut, from one cut to the next, from the last.

    Bands without anyone are left out; a missing value makes a group of its own.

    Examples
    --------
    >>> make_bands("age", pl.Series([17, 40, None]), [18, 30]).names
    ('< 18', '≥ 30', '(missing)')
    """
    numbers = values.cast(pl.Float64).fill_nan(None)
    band = np.searchsorted(np.array(cuts), numbers.fill_null(0.0).to_numpy(), side="right")
    missing = numbers.is_null().to_numpy()
    used = np.unique(band[~missing])
    names = [_band_name(cuts, int(code)) for code in used]
    codes = np.where(missing, len(names), np.searchsorted(used, band))
    return Groups(attribute, (*names, *([MISSING] if missing.any() else [])), codes)


def _band_name(cuts: Sequence[float], code: int) -> str:
    if code == 0:
        return f"< {cuts[0]:g}"
    if code == len(cuts):
        return f"≥ {cuts[-1]:g}"
    return f"{cuts[code - 1]:g} to < {cuts[code]:g}"


def intersect(attribute: str, parts: Sequence[Groups]) -> Groups:
    """Partition users by several attributes at once; who lacks one of them is `MISSING`.

    Examples
    --------
    >>> gender = make_groups("gender", pl.Series(["F", "M", None]))
    >>> town = make_groups("town", pl.Series(["A", "A", "A"]))
    >>> intersect("gender*town", [gender, town]).names
    ('F & A', 'M & A', '(missing)')
    """
    codes = np.stack([part.codes for part in parts], axis=1)
    cells, cell_of = np.unique(codes, axis=0, return_inverse=True)
    labels = [[part.names[code] for part, code in zip(parts, cell, strict=True)] for cell in cells]
    together = [None if MISSING in names else AND.join(names) for names in labels]
    found = make_groups(attribute, pl.Series(together, dtype=pl.String))
    return Groups(attribute, found.names, found.codes[cell_of.ravel()])
