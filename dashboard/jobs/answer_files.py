"""The answer to why, on disk: plain data under the names of the few classes that it may hold."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dashboard.commands.output import write_text
from engine.explanations.counterfactual import Counterfactual
from engine.explanations.explanation import Explanation
from engine.explanations.fidelity_curve import Removal
from engine.explanations.groups import Group
from engine.explanations.surrogate import Surrogate

__all__ = ["has_answer", "read_answer", "write_answer"]

_FILE = "answer.json"
_CLASSES: Mapping[str, type] = {
    known.__name__: known for known in (Counterfactual, Explanation, Group, Removal, Surrogate)
}


def write_answer(answer: object, folder: Path) -> None:
    """Write an answer into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    write_text(json.dumps(_plain(answer)), folder / _FILE)


def has_answer(folder: Path) -> bool:
    """Whether an answer was written into a folder; it is whole if it is there."""
    return (folder / _FILE).is_file()


def read_answer(folder: Path) -> Any:
    """Return the answer that was written into a folder, bit for bit."""
    return _made(json.loads((folder / _FILE).read_text(encoding="utf-8")))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and _CLASSES.get(type(value).__name__) is type(value):
        own = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"class": type(value).__name__, "fields": own}
    if isinstance(value, pl.DataFrame):
        packed = BytesIO()
        value.write_ipc(packed)
        return {"table": b64encode(packed.getvalue()).decode("ascii")}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": value.dtype.str, "shape": value.shape}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return {"tuple": [_plain(one) for one in value]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"an answer holds no {type(value).__name__}")


def _made(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    if "class" in kept:
        own = {name: _made(value) for name, value in kept["fields"].items()}
        return _CLASSES[kept["class"]](**own)
    if "table" in kept:
        return pl.read_ipc(BytesIO(b64decode(kept["table"])))
    if "array" in kept:
        return np.array(kept["array"], dtype=kept["dtype"]).reshape(kept["shape"])
    return tuple(_made(one) for one in kept["tuple"])
