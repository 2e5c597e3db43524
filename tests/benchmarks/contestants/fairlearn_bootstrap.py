"""fairlearn: mean NDCG by gender with 1000 bootstrap resamples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame

from tests.benchmarks.worker import serve


def prepare(folder: Path) -> Callable[[], dict[str, object]]:
    """Read one value a user; the work is one `MetricFrame` with intervals."""
    users = pd.read_csv(folder / "values.csv")
    values, gender = users["ndcg"].to_numpy(), users["gender"].to_numpy()

    def work() -> dict[str, object]:
        frame = MetricFrame(
            metrics=lambda y_true, y_pred: float(np.mean(y_pred)),
            y_true=values,
            y_pred=values,
            sensitive_features=gender,
            n_boot=1000,
            ci_quantiles=[0.025, 0.975],
            random_state=7,
        )
        low, high = frame.by_group_ci
        gap_low, gap_high = frame.difference_ci()
        return {
            **{f"{group} value": float(value) for group, value in frame.by_group.items()},
            **{f"{group} low": float(value) for group, value in low.items()},
            **{f"{group} high": float(value) for group, value in high.items()},
            "gap value": float(frame.difference()),
            "gap low": float(gap_low),
            "gap high": float(gap_high),
        }

    return work


if __name__ == "__main__":
    serve(prepare)
