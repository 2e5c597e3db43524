"""fairlearn: one mean by three groupings, each with 1000 bootstrap resamples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame

from tests.benchmarks.worker import serve


def prepare(folder: Path, *by: str) -> Callable[[], dict[str, object]]:
    """Read the groups, and make one value a user: what it is does not matter to the time."""
    users = pd.read_csv(folder / "users.csv")
    values = np.random.default_rng(7).random(len(users))

    def work() -> dict[str, object]:
        gaps = {}
        for attribute in by:
            frame = MetricFrame(
                metrics=lambda y_true, y_pred: float(np.mean(y_pred)),
                y_true=values,
                y_pred=values,
                sensitive_features=users[attribute],
                n_boot=1000,
                ci_quantiles=[0.025, 0.975],
                random_state=7,
            )
            gaps[attribute] = float(frame.difference_ci()[0])
        return gaps

    return work


if __name__ == "__main__":
    serve(prepare)
