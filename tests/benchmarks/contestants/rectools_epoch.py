"""RecTools: one epoch of SASRec, at the size it is given as name=number."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

from tests.benchmarks.worker import serve


def prepare(folder: Path, threads: str, *given: str) -> Callable[[], dict[str, object]]:
    """Read the log; the work is a fit of one epoch."""
    torch.set_num_threads(int(threads))
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    log = pd.read_csv(folder / "interactions.csv")
    times = pd.to_datetime(log["timestamp"], unit="s")
    dataset = Dataset.construct(log.assign(**{Columns.Weight: 1.0, Columns.Datetime: times}))
    settings = {name: float(value) for name, value in (one.split("=") for one in given)}
    whole = {name: int(value) for name, value in settings.items() if value.is_integer()}

    def work() -> dict[str, object]:
        SASRecModel(**(settings | whole), loss="softmax", epochs=1).fit(dataset)
        return {"threads": torch.get_num_threads()}

    return work


if __name__ == "__main__":
    serve(prepare)
