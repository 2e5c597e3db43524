"""RecTools: everyone's ten best unseen items by EASE, as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel

from tests.benchmarks.worker import serve

N = 10


def prepare(folder: Path) -> Callable[[], dict[str, object]]:
    """Read the log and fit; the work is `recommend`."""
    log = pd.read_csv(folder / "interactions.csv")
    times = pd.to_datetime(log["timestamp"], unit="s")
    dataset = Dataset.construct(log.assign(**{Columns.Weight: 1.0, Columns.Datetime: times}))
    model = EASEModel(regularization=500).fit(dataset)
    # Turned round as for the lists benchmark, which tells why.
    model.weight = np.ascontiguousarray(model.weight.T)
    users = dataset.user_id_map.external_ids

    def work() -> dict[str, object]:
        lists = model.recommend(users, dataset, k=N, filter_viewed=True)
        return {"rows": len(lists), "sum of ids": int(lists[Columns.Item].sum())}

    return work


if __name__ == "__main__":
    serve(prepare)
