"""What a log told, on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.commands.output import write_text
from dashboard.jobs.damage import from_folder
from dashboard.off_policy import Told
from engine.off_policy.cautions import Caution
from engine.off_policy.estimate import Estimate
from engine.off_policy.evaluation import Evaluation
from engine.off_policy.support import Support

__all__ = ["has_told", "read_told", "write_told"]

_FILE = "told.json"


def write_told(told: Told, folder: Path) -> None:
    """Write what a log told into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    write_text(json.dumps(asdict(told)), folder / _FILE)


def has_told(folder: Path) -> bool:
    """Whether what a log told was written into a folder; it is whole if it is there."""
    return (folder / _FILE).is_file()


@from_folder
def read_told(folder: Path) -> Told:
    """Return what was written into a folder."""
    kept: Mapping[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    parts = kept["evaluation"]
    evaluation = Evaluation(
        **{
            **parts,
            "estimates": tuple(Estimate(**one) for one in parts["estimates"]),
            "support": Support(**parts["support"]),
            "cautions": tuple(Caution(**one) for one in parts["cautions"]),
            "logged": Estimate(**parts["logged"]),
        }
    )
    own = kept["on_policy"]
    return Told(evaluation, None if own is None else Estimate(**own))
