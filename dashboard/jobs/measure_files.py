"""What a job measured of a run, on disk: read back into what pages draw, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from audits.results import Result
from dashboard.commands.output import write_bytes, write_text
from dashboard.comparison import Compared
from dashboard.jobs.damage import from_folder
from dashboard.measured_run import MeasuredRun, results_from
from engine.policies.slates import Slates

__all__ = [
    "WHAT",
    "What",
    "read_lists",
    "read_model",
    "read_rows",
    "read_run",
    "write_lists",
    "write_model",
    "write_rows",
    "write_run",
]

What = Literal["people", "items", "lists", "model"]
WHAT: tuple[What, ...] = get_args(What)
_RUN, _ROWS, _LISTS = "run.json", "rows.json", "lists.npz"
_MODEL, _ITEMS = "model.json", "items.npy"


def write_run(run: MeasuredRun, folder: Path) -> None:
    """Write a measured run into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written, as for all of these.
    """
    write_text(run.to_json(), folder / _RUN)


@from_folder
def read_run(folder: Path) -> MeasuredRun:
    """Return the measured run of a folder."""
    return MeasuredRun.from_json((folder / _RUN).read_text(encoding="utf-8"))


def write_rows(rows: Sequence[Result], folder: Path) -> None:
    """Write rows about groups of items into a folder."""
    write_text(json.dumps([asdict(row) for row in rows]), folder / _ROWS)


@from_folder
def read_rows(folder: Path) -> tuple[Result, ...]:
    """Return the rows of a folder."""
    return results_from(json.loads((folder / _ROWS).read_text(encoding="utf-8")))


def write_lists(lists: Slates, folder: Path) -> None:
    """Write everyone's list into a folder."""
    packed = BytesIO()
    np.savez(
        packed,
        items=lists.items,
        scores=lists.scores,
        propensities=lists.propensities,
        explored=lists.explored,
    )
    write_bytes(packed.getvalue(), folder / _LISTS)


@from_folder
def read_lists(folder: Path) -> Slates:
    """Return the lists of a folder."""
    with np.load(folder / _LISTS, allow_pickle=False) as kept:
        return Slates(kept["items"], kept["scores"], kept["propensities"], kept["explored"])


def write_model(found: Compared, folder: Path) -> None:
    """Write one model's own lists, measured, into a folder."""
    packed = BytesIO()
    np.save(packed, found.items)
    write_bytes(packed.getvalue(), folder / _ITEMS)
    plain = {name: value for name, value in asdict(found).items() if name != "items"}
    write_text(json.dumps(plain), folder / _MODEL)


@from_folder
def read_model(folder: Path) -> Compared:
    """Return the measured model of a folder."""
    kept = json.loads((folder / _MODEL).read_text(encoding="utf-8"))
    items = np.load(folder / _ITEMS, allow_pickle=False)
    return Compared(**{**kept, "results": results_from(kept["results"]), "items": items})
