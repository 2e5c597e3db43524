"""A measured curve on disk: its numbers as JSON, its resamples beside them, both plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from audits.measured import Setting
from audits.results import Result
from dashboard.commands.output import write_bytes, write_text
from dashboard.jobs.damage import from_folder

__all__ = ["read_curve", "write_curve"]

_ROWS, _DRAWS = "curve.json", "draws.npz"


def write_curve(settings: Sequence[Setting], folder: Path) -> None:
    """Write a curve into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    draws = {
        f"{place}/{name}": values
        for place, setting in enumerate(settings)
        for name, values in setting.draws.items()
    }
    packed = BytesIO()
    np.savez(packed, **draws)  # type: ignore[arg-type]
    write_bytes(packed.getvalue(), folder / _DRAWS)
    write_text(json.dumps([_plain(setting) for setting in settings]), folder / _ROWS)


@from_folder
def read_curve(folder: Path) -> tuple[Setting, ...]:
    """Return the curve that was written into a folder."""
    rows = json.loads((folder / _ROWS).read_text(encoding="utf-8"))
    with np.load(folder / _DRAWS, allow_pickle=False) as kept:
        draws: list[dict[str, Any]] = [{} for _ in rows]
        for key in kept.files:
            place, name = key.split("/", 1)
            draws[int(place)][name] = kept[key]
    return tuple(
        Setting(
            row["policy"],
            row["rate"],
            rows=_results(row["rows"]),
            changes=_results(row["changes"]),
            draws=own,
        )
        for row, own in zip(rows, draws, strict=True)
    )


def _plain(setting: Setting) -> dict[str, Any]:
    return {
        "policy": setting.policy,
        "rate": setting.rate,
        "rows": {name: asdict(row) for name, row in setting.rows.items()},
        "changes": {name: asdict(row) for name, row in setting.changes.items()},
    }


def _results(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Result]:
    return {name: Result(**row) for name, row in rows.items()}
