"""RecTools' side of the sequential cross-check: SASRec's lists on the data it is given.

Run by the interpreter of an environment that has RecTools and torch, with a folder: reads
settings.json and, each with user_id, item_id and place (from 0, within the history), search.csv,
search_held_out.csv and train.csv; writes lists.csv and course.json. The number of epochs is the one
whose lists from search.csv hit search_held_out.csv most often; the lists come from a second
model, trained on train.csv for so many epochs.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import torch
from pytorch_lightning import seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.metrics import HitRate
from rectools.models import SASRecModel

K, STEP, SEED = 10, 5, 7


def main(folder: Path) -> None:
    """Search, train and write."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    longest = settings.pop("epochs")
    held_out = _read(folder / "search_held_out.csv")
    hits = {
        epochs: float(HitRate(k=K).calc(lists, held_out))
        for epochs, lists in _course(folder / "search.csv", settings, longest)
    }
    best = max(hits, key=lambda epochs: hits[epochs])
    (folder / "course.json").write_text(json.dumps({"hits": hits, "best": best}), encoding="utf-8")
    *_, (_, lists) = _course(folder / "train.csv", settings, best)
    lists.to_csv(folder / "lists.csv", index=False)


def _course(
    log: Path, settings: dict[str, object], longest: int
) -> Iterator[tuple[int, pd.DataFrame]]:
    """Train, and yield the epochs done and everyone's list after each `STEP` of them."""
    seed_everything(SEED)
    dataset = Dataset.construct(_read(log))
    users = dataset.user_id_map.external_ids
    model = SASRecModel(**settings)
    for epochs in range(STEP, longest + 1, STEP):
        model.fit_partial(dataset, min_epochs=STEP, max_epochs=STEP)
        lists = model.recommend(users, dataset, k=K, filter_viewed=True)
        print(f"{log.stem}: {epochs} epochs", file=sys.stderr, flush=True)
        yield epochs, lists


def _read(file: Path) -> pd.DataFrame:
    log = pd.read_csv(file)
    return log.assign(
        **{Columns.Weight: 1.0, Columns.Datetime: pd.to_datetime(log["place"], unit="s")}
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
