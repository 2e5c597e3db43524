"""RecTools: one fit of EASE."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel

from tests.benchmarks.worker import serve


def prepare(folder: Path) -> Callable[[], dict[str, object]]:
    """Read the log; the work is `EASEModel.fit`."""
    log = pd.read_csv(folder / "interactions.csv")
    items = pd.read_csv(folder / "items.csv", keep_default_na=False)
    times = pd.to_datetime(log["timestamp"], unit="s")
    train = log.assign(**{Columns.Weight: 1.0, Columns.Datetime: times})
    dataset = Dataset.construct(train)
    # Ours reckons with the whole catalogue, RecTools with the items somebody has.
    share = (dataset.item_id_map.size / len(items)) ** 2

    def work() -> dict[str, object]:
        model = EASEModel(regularization=500).fit(dataset)
        return {"learned": share * float(np.abs(model.weight).mean())}

    return work


if __name__ == "__main__":
    serve(prepare)
