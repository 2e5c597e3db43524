"""The drift that a log allows for: worked out once for a folder of simulations, and kept there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.commands.output import write_text
from engine.config import stream
from engine.dataset import Dataset
from engine.simulation.drift import DriftFit, fit_drift
from engine.simulation.tastes import TasteSettings

__all__ = ["kept_drift", "logged_drift"]

_Kept = dict[str, dict[str, Any]]
_FILE = "drift.json"


def logged_drift(
    log: Dataset,
    tastes: TasteSettings,
    *,
    seed: int,
    folder: Path,
    progress: Callable[[int, int], None],
) -> float:
    """Return the drift of `engine.simulation.drift.fit_drift`; read where it is kept already.

    Parameters
    ----------
    log, tastes, seed
        They decide it.
    folder
        Where it is kept; made if need be.
    progress
        Told after each log that was measured, and not at all where the drift was kept; what it
        raises stops the work.
    """
    asked = {"log": log.fingerprint, "seed": seed, "tastes": asdict(tastes)}
    kept = _read(folder)
    if kept is not None and kept["asked"] == asked:
        return _fit_of(kept).best
    fit = fit_drift(log, rng=stream(seed, "users"), settings=tastes, progress=progress)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(json.dumps({"asked": asked, "fit": asdict(fit)}, indent=2), folder / _FILE)
    return fit.best


def kept_drift(folder: Path) -> DriftFit | None:
    """Return what was worked out in a folder; None before that."""
    kept = _read(folder)
    return None if kept is None else _fit_of(kept)


def _read(folder: Path) -> _Kept | None:
    try:
        text = (folder / _FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    kept: _Kept = json.loads(text)
    return kept


def _fit_of(kept: _Kept) -> DriftFit:
    fit = kept["fit"]
    return DriftFit(tuple(fit["drifts"]), tuple(fit["gains"]), fit["logged"])
