"""recscope: mean NDCG by gender with 1000 bootstrap resamples."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl

from audits.groups import make_groups
from audits.intervals import bootstrap_means, percentile_interval
from tests.benchmarks.worker import serve


def prepare(folder: Path) -> Callable[[], dict[str, object]]:
    """Read one value a user; the work is group means and their gap, with intervals."""
    users = pl.read_csv(folder / "values.csv")
    values = users.select("ndcg").to_numpy()
    # Draws of one seed are made once and kept; each round draws its own.
    seeds = count(7)

    def work() -> dict[str, object]:
        groups = make_groups("gender", users["gender"])
        members = [groups.members(group) for group in range(len(groups.names))]
        means = np.array([values[rows].mean() for rows in members])
        rng = np.random.default_rng(next(seeds))
        samples = bootstrap_means(values, members, resamples=1000, rng=rng)[:, :, 0]
        low, high = percentile_interval(samples)
        gap_low, gap_high = percentile_interval(np.ptp(samples, axis=1))
        answer: dict[str, object] = {
            f"{name} {part}": float(figures[group])
            for part, figures in (("value", means), ("low", low), ("high", high))
            for group, name in enumerate(groups.names)
        }
        gap = {"gap value": np.ptp(means), "gap low": gap_low, "gap high": gap_high}
        return answer | {name: float(figure) for name, figure in gap.items()}

    return work


if __name__ == "__main__":
    serve(prepare)
