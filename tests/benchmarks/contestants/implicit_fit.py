"""implicit: one fit of ALS, with the settings that are ours by default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from engine.config import stream
from engine.models.als import ALS
from engine.sources.own_files import load_files
from tests.benchmarks.worker import serve

SEED = 7
OURS = ALS()


def prepare(folder: Path) -> Callable[[], dict[str, object]]:
    """Read the log into a matrix of confidences; the work is `AlternatingLeastSquares.fit`."""
    train = load_files(folder / "interactions.csv", items=folder / "items.csv")
    has = (train.histories.matrix() != 0).astype(np.float32) * np.float32(1 + OURS.alpha)
    confidences = sparse.csr_matrix(has)

    def work() -> dict[str, object]:
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=OURS.factors,
                regularization=OURS.regularization,
                iterations=OURS.iterations,
                random_state=stream(SEED, "fit"),
            )
            model.fit(confidences, show_progress=False)
        return {"learned": float(np.abs(model.item_factors.astype(np.float64)).mean())}

    return work


if __name__ == "__main__":
    serve(prepare)
