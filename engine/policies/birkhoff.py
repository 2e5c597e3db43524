"""Birkhoff-von Neumann: a table of chances as a mixture of assignments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["decompose"]

_NOTHING = 1e-12


def decompose(
    chances: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Split an (m, n) table with column sums 1 and row sums at most 1 into assignments.

    Returns
    -------
    (T, n) the row that each column is given in each of T assignments, no row twice in one, and
    (T,) their weights, in sum 1: entry (i, r) of the table is the weight of those that give
    row i to column r.

    Notes
    -----
    What a row lacks to 1 is spread over m - n further columns, which makes the table doubly
    stochastic, so that an assignment over positive entries exists (Birkhoff 1946). Each round takes
    one of the largest sum and subtracts its smallest entry, which leaves one entry fewer.

    Examples
    --------
    >>> assignments, weights = decompose(np.array([[0.75, 0.25], [0.25, 0.75]]))
    >>> assignments.tolist(), weights.tolist()
    ([[0, 1], [1, 0]], [0.75, 0.25])
    """
    # Loaded here: it is large, and few policies come to this.
    from scipy.optimize import linear_sum_assignment

    m, n = chances.shape
    left = np.zeros((m, m))
    left[:, :n] = chances
    left[:, n:] = (1 - chances.sum(axis=1, keepdims=True)) / max(m - n, 1)
    assignments, weights = [], []
    while (total := left.sum() / m) > m * _NOTHING:
        # An entry of 0 costs more than any assignment over positive entries could gain.
        cost = np.where(left > _NOTHING, -left, 2.0 * m)
        rows, columns = linear_sum_assignment(cost)
        weight = min(float(left[rows, columns].min()), total)
        if weight <= _NOTHING:
            break
        left[rows, columns] -= weight
        given = np.empty(m, dtype=np.intp)
        given[columns] = rows
        assignments.append(given[:n])
        weights.append(weight)
    found = np.array(weights)
    return np.array(assignments, dtype=np.intp).reshape(-1, n), found / found.sum()
