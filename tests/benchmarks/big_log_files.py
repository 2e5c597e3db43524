"""A made log of any size, with the tables it is audited against, written a piece at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

__all__ = ["ITEMS", "N", "write_log"]

N = 10
ITEMS = 5_000
PIECE = 500_000
CATEGORIES = np.array(["action", "comedy", "drama", "crime", "romance", "war", "horror", "sport"])


def write_log(folder: Path, *, users: int, seed: int = 7) -> None:
    """Write recommendations, interactions, held_out, users and items as Parquet.

    Each user has ten items, two before and one after; small item numbers are more popular.
    """
    _items(seed).write_parquet(folder / "items.parquet")
    writers: dict[str, pq.ParquetWriter] = {}
    for start in range(0, users, PIECE):
        rng = np.random.default_rng([seed, start])
        for name, table in _piece(start, min(start + PIECE, users), rng).items():
            arrow = table.to_arrow()
            if name not in writers:
                writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", arrow.schema)
            writers[name].write_table(arrow, row_group_size=1 << 20)
    for writer in writers.values():
        writer.close()


def _piece(start: int, stop: int, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    names = pl.Series("user_id", np.arange(start, stop)).cast(pl.String).str.zfill(8)
    users = pl.select(user_id=pl.lit("u") + names)["user_id"]
    n = stop - start
    # One item of each tenth of the catalogue, so that no list names one twice.
    shown = _draw(rng, (n, N))
    before = _draw(rng, (n, 2))
    chance = rng.random(n)
    later = np.where(chance < 0.3, shown[:, 4], _draw(rng, (n, N))[:, 7])
    return {
        "recommendations": _table(users, shown).with_columns(
            pl.Series("rank", np.tile(np.arange(1, N + 1), n)),
            pl.Series("score", rng.random(n * N).astype(np.float32)),
        ),
        "interactions": _table(users, before),
        "held_out": _table(users, later[:, None]),
        "users": pl.DataFrame(
            {
                "user_id": users,
                "gender": np.array(["F", "M"])[rng.integers(0, 2, n)],
                "age": np.array(["<18", "18-24", "25-49", "50-64", "65+"])[rng.integers(0, 5, n)],
                "region": np.array([f"r{i}" for i in range(10)])[rng.integers(0, 10, n)],
            }
        ),
    }


def _draw(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.int64]:
    """Item numbers, one of each tenth of the catalogue in turn, small ones more often."""
    tenth = ITEMS // N
    offsets = (np.arange(shape[1]) + rng.integers(0, N, (shape[0], 1))) % N
    return offsets + N * (tenth * rng.random(shape) ** 3).astype(np.int64)


def _table(users: pl.Series, items: NDArray[np.int64]) -> pl.DataFrame:
    owners = np.repeat(np.arange(len(users)), items.shape[1])
    names = pl.Series("item_id", items.ravel()).cast(pl.String)
    return pl.DataFrame({"user_id": users[owners], "item_id": names})


def _items(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng([seed, 1])
    return pl.DataFrame(
        {
            "item_id": [str(item) for item in range(ITEMS)],
            "provider": [f"p{item % 7}" for item in range(ITEMS)],
            "categories": [CATEGORIES[rng.permutation(8)[:2]].tolist() for _ in range(ITEMS)],
        }
    )
