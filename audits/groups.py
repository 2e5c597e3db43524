"""Groups of users, and which of them may be shown.

A group below the minimum size is suppressed: no value, no exact n. If it were the only one,
total and remaining groups would give it back, so the next smallest is suppressed with it
(complementary suppression). The choice rests on sizes alone, never on values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["MISSING", "Groups", "make_groups", "shown", "visible_cells"]

MISSING = "(missing)"


@dataclass(frozen=True, eq=False)
class Groups:
    """A partition of the users by one attribute.

    Attributes
    ----------
    attribute
        The user attribute.
    names
        G group names in sorted order; users without a value are the last group, `MISSING`.
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
    filled = text.fill_null(MISSING).to_list()
    index = {name: code for code, name in enumerate(names)}
    return Groups(attribute, names, np.array([index[name] for name in filled], dtype=np.int64))


def shown(sizes: NDArray[np.integer], *, minimum: int) -> NDArray[np.bool_]:
    """(G,) true for the groups that may be shown.

    Empty groups are no secret and count as not shown, but never make another group hide.

    Examples
    --------
    >>> shown(np.array([50, 4, 12]), minimum=10).tolist()
    [True, False, False]
    """
    large = sizes >= minimum
    small = ~large & (sizes > 0)
    if small.sum() == 1 and large.any():
        candidates = np.flatnonzero(large)
        large[candidates[np.argmin(sizes[candidates])]] = False
    return large


def visible_cells(
    values: NDArray[np.float64], groups: Groups, *, minimum: int
) -> NDArray[np.bool_]:
    """(G, M) true where the group has enough users with a value of the measure.

    ``values`` is (U, M) with NaN where a user has no value, so each measure counts its own n.
    """
    present = ~np.isnan(values)
    sizes = np.stack([present[groups.members(g)].sum(axis=0) for g in range(len(groups.names))])
    columns = [shown(sizes[:, m], minimum=minimum) for m in range(values.shape[1])]
    return np.stack(columns, axis=1)
