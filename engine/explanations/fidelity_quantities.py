"""Quantities of fidelity: pure functions of where the target stands after cuts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BETTER",
    "cf_quantities",
    "cut_quantities",
    "gini",
    "listed_gains",
    "share_quantities",
]

_POS, _NEG, _CF = (1, 5, 10, 20), (5, 10, 20), (3, 5)

# +1 where more is better, -1 where less is.
BETTER: Mapping[str, int] = {
    "del": -1,
    "ins": 1,
    "del_share": -1,
    "ins_share": 1,
    "cdcg": -1,
    **{f"pos@{k}": -1 for k in _POS},
    **{f"neg@{k}": 1 for k in _NEG},
    "comprehensiveness": 1,
    "sufficiency": -1,
    "gini": 1,
    **{f"pos-p@{k}": -1 for k in _CF},
    **{f"neg-p@{k}": 1 for k in _CF},
    **{f"pn-s@{k}": 1 for k in _CF},
    **{f"pn-s-list@{k}": 1 for k in _CF},
    **{f"pn-r@{k}": 1 for k in _CF},
    **{f"perturbed@{k}": -1 for k in _CF},
    "additivity_error": -1,
    "evaluations": -1,
    "seconds": -1,
}


def cut_quantities(
    ranks: NDArray[np.integer], outputs: NDArray[np.float64], *, whole: float, is_chance: bool
) -> dict[str, float]:
    """Return what LXR measures, each a mean over the cuts.

    del = mean f(without the first); ins = mean f(with the first alone); cdcg = mean
    1/log2(1 + rank without the first); pos@K, neg@K = share of cuts where the target is still
    among the first K without the first, without the last. del_share and ins_share are divided by
    f(whole), and are NaN where f is not a chance. How low del can be at all hangs on the model:
    see `engine.explanations.fidelity_bounds.least_del`.

    Parameters
    ----------
    ranks, outputs
        (3, C) without the first, without the last, with the first alone; see `cut_masks`.
    whole
        f of the whole history.

    Examples
    --------
    >>> ranks = np.array([[1, 3], [1, 1], [9, 1]])
    >>> found = cut_quantities(ranks, np.array([[0.8, 0.2], [0.8, 0.8], [0.1, 0.8]]), whole=0.8,
    ...     is_chance=True)
    >>> found["del"], found["cdcg"], found["pos@1"], found["neg@5"], found["del_share"]
    (0.5, 0.75, 0.5, 1.0, 0.625)
    """
    removed, kept = float(outputs[0].mean()), float(outputs[2].mean())
    share = 1 / whole if is_chance and whole > 0 else float("nan")
    return {
        "del": removed,
        "ins": kept,
        "del_share": removed * share,
        "ins_share": kept * share,
        "cdcg": float((1 / np.log2(1 + ranks[0])).mean()),
        **{f"pos@{k}": float((ranks[0] <= k).mean()) for k in _POS},
        **{f"neg@{k}": float((ranks[1] <= k).mean()) for k in _NEG},
    }


def share_quantities(outputs: NDArray[np.float64], *, whole: float) -> dict[str, float]:
    """Return comprehensiveness f(whole) - f(without the first k%) and sufficiency, means over k.

    Sufficiency is f(whole) - f(with the first k% alone). Both are in the unit of the output.
    """
    return {
        "comprehensiveness": whole - float(outputs[0].mean()),
        "sufficiency": whole - float(outputs[2].mean()),
    }


def cf_quantities(
    ranks: NDArray[np.integer],
    prefixes: NDArray[np.integer],
    gains: Mapping[int, tuple[float, float]],
) -> dict[str, float]:
    """Return what CFExpRec measures, for K of 3 and 5.

    pos-p@K, neg-p@K: share of the ten steps at which the target is among the first K without the
    first, without the last chunks. pn-s@K: 1 where some prefix of the ordering takes the target
    off the first K; perturbed@K: the length of the shortest, NaN where there is none;
    pn-s-list@K, pn-r@K: what that set brings into the list, see `listed_gains`, 0 without one.

    Parameters
    ----------
    ranks
        (3, 10) as in `cut_quantities`.
    prefixes
        (P,) ranks without the first 1, 2, ... P items.
    gains
        Of each K what `listed_gains` says of the shortest set.
    """
    found: dict[str, float] = {}
    for k in _CF:
        off = np.flatnonzero(prefixes > k)
        found |= {
            f"pos-p@{k}": float((ranks[0] <= k).mean()),
            f"neg-p@{k}": float((ranks[1] <= k).mean()),
            f"pn-s@{k}": float(len(off) > 0),
            f"perturbed@{k}": float(off[0] + 1) if len(off) else float("nan"),
            f"pn-s-list@{k}": gains[k][0],
            f"pn-r@{k}": gains[k][1],
        }
    return found


def listed_gains(before: NDArray[np.integer], after: NDArray[np.integer]) -> tuple[float, float]:
    """Return the share of a list that is new, and the same with each place discounted.

    |new| / K, and Σ over new items of 1/log2(1 + rank) / Σ over all K places of the same.

    Examples
    --------
    >>> share, discounted = listed_gains(np.array([4, 5, 6]), np.array([7, 4, 5]))
    >>> round(share, 3), round(discounted, 3)
    (0.333, 0.469)
    """
    new = ~np.isin(after, before)
    discounts = 1 / np.log2(np.arange(len(after)) + 2)
    return float(new.mean()), float(discounts @ new / discounts.sum())


def gini(values: NDArray[np.float64]) -> float:
    """Gini index of the sizes of contributions: 0 where all are alike, near 1 where few count.

    NaN where there is nothing, or nothing counts.

    Examples
    --------
    >>> gini(np.array([1.0, -1.0])), gini(np.array([0.0, 0.0, 0.0, 5.0]))
    (0.0, 0.75)
    """
    sizes = np.sort(np.abs(values))
    total = sizes.sum()
    if not total > 0:
        return float("nan")
    n = len(sizes)
    return float((2 * np.arange(1, n + 1) - n - 1) @ sizes / (n * total))
