"""What one partition of users contributes to an audit, and how contributions merge.

A partition gives one row of values a user, and how often each item was shown by block of users.
Values are put side by side, counts add up; so any partition of the users, in any order, gives
the same audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.data import AuditData
from audits.user_kernels import USER_KERNELS, Lists

__all__ = ["USER_METRICS", "Partial", "measure", "measure_lists", "merge"]

USER_METRICS = tuple(USER_KERNELS)


@dataclass(frozen=True, eq=False)
class Partial:
    """What one partition of the audited users contributes.

    Attributes
    ----------
    user_rows
        (u,) which users these are.
    values
        (u, M) columns in the order of `USER_METRICS`; NaN = missing.
    counts
        (BLOCKS, I) how often each item was shown to the users of a block.
    """

    user_rows: NDArray[np.int64]
    values: NDArray[np.float64]
    counts: NDArray[np.int64]


def measure(
    data: AuditData,
    user_rows: NDArray[np.int64],
    items: NDArray[np.int64],
    draws: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Run every per-user kernel on the (u, k) item rows of the named users.

    ``draws`` are further draws of the same lists, as in `audits.user_kernels.Lists`.
    """
    return measure_lists(Lists(data, user_rows, items, draws=draws))


def measure_lists(lists: Lists) -> NDArray[np.float64]:
    """(u, M) run every per-user kernel on some lists."""
    return np.stack([kernel(lists) for kernel in USER_KERNELS.values()], axis=1)


def merge(partials: Iterable[Partial]) -> Partial:
    """Join the contributions of disjoint partitions, users in row order."""
    parts = tuple(partials)
    user_rows = np.concatenate([part.user_rows for part in parts])
    order = np.argsort(user_rows)
    return Partial(
        user_rows[order],
        np.concatenate([part.values for part in parts])[order],
        np.sum([part.counts for part in parts], axis=0),
    )
