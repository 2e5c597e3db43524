"""A data set that was read and checked once, on disk as columns that the system maps into memory.

What is read back is what was made: nothing is parsed, checked or sorted again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.commands.output import write_bytes, write_text
from engine.dataset import Dataset
from engine.errors import TableError

__all__ = [
    "has_dataset",
    "has_held_out",
    "read_dataset",
    "read_held_out",
    "write_dataset",
    "write_held_out",
]

# Written last: the tables are whole if it is there.
_ABOUT = "dataset.json"
_TABLES = ("interactions", "users", "items")


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Write a data set into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    tables: dict[str, pl.DataFrame] = {name: getattr(dataset, name) for name in _TABLES}
    if dataset.edges is not None:
        tables["edges"] = dataset.edges
    for name, table in tables.items():
        packed = BytesIO()
        table.rechunk().write_ipc(packed)
        write_bytes(packed.getvalue(), folder / f"{name}.arrow")
    about = {"name": dataset.name, "fingerprint": dataset.fingerprint, "tables": list(tables)}
    write_text(json.dumps(about), folder / _ABOUT)


def has_dataset(folder: Path) -> bool:
    """Whether a data set was written into a folder."""
    return (folder / _ABOUT).is_file()


def read_dataset(folder: Path) -> Dataset:
    """Return the data set that was written into a folder.

    Raises
    ------
    TableError
        A file of it is damaged or gone.
    """
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        tables: Mapping[str, pl.DataFrame] = {
            name: pl.read_ipc(folder / f"{name}.arrow") for name in about["tables"]
        }
        dataset = Dataset(about["name"], **tables)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, error) from error
    # Of the same content, so that no row of it is looked at for this.
    dataset.__dict__["fingerprint"] = about["fingerprint"]
    return dataset


def write_held_out(mask: NDArray[np.bool_], folder: Path, *, seed: int) -> None:
    """Write which interactions a seed holds out, row by row."""
    packed = BytesIO()
    np.save(packed, mask, allow_pickle=False)
    write_bytes(packed.getvalue(), _split(folder, seed))


def has_held_out(folder: Path, *, seed: int) -> bool:
    """Whether it is known which interactions a seed holds out."""
    return _split(folder, seed).is_file()


def read_held_out(folder: Path, *, seed: int) -> NDArray[np.bool_]:
    """Return which interactions a seed holds out.

    Raises
    ------
    TableError
        The file is damaged or gone.
    """
    try:
        mask: NDArray[np.bool_] = np.load(_split(folder, seed), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(folder, error) from error
    return mask


def _split(folder: Path, seed: int) -> Path:
    return folder / f"held-out-{seed}.npy"


def _damaged(folder: Path, error: Exception) -> TableError:
    return TableError(
        "what was read of the data in {folder} is damaged: {reason}; it is read again",
        folder=folder.name,
        reason=" ".join(str(error).split())[:200],
    )
