"""What a model in closed form has learned, on disk: arrays and nothing that could run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.disk import unwritable
from engine.errors import CapabilityError, TableError
from engine.models.base import Recommender

__all__ = ["is_kept", "keep_fitted", "restore_fitted"]

_FILE = "fitted.npz"
_PARTS = ("data", "indices", "indptr")
_Arrays = dict[str, NDArray[Any]]


def keep_fitted(model: Recommender, folder: Path) -> None:
    """Write what a model has learned into a folder, whole or not at all; what it spares stays out.

    Raises
    ------
    CapabilityError
        The model has learned something that is no array and no number.
    OutputError
        The folder cannot be written.
    """
    arrays: _Arrays = {}
    for path, part in _parts(model):
        for name, value in vars(part).items():
            if name.endswith("_") and name not in part.spare:
                arrays |= _arrays(f"{path}{name}", value, model.name)
    target = folder / _FILE
    beside = target.with_suffix(".part.npz")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(beside, allow_pickle=False, **arrays)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise unwritable(target, error) from error


def is_kept(folder: Path) -> bool:
    """Whether a model was written into a folder; it is whole if it is there."""
    return (folder / _FILE).is_file()


def restore_fitted(model: Recommender, folder: Path) -> None:
    """Put what was written back into an unfitted model of the same settings.

    It then scores with the same bits, but cannot `update` where that takes what a model spares.

    Raises
    ------
    TableError
        The file is not there, is damaged, or is another model's.
    """
    try:
        # Opened here: of a broken file numpy leaves one open.
        with (folder / _FILE).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays: _Arrays = {name: file[name] for name in file.files}
        for path, part in _parts(model):
            own = {n.removeprefix(path): v for n, v in arrays.items() if n.startswith(path)}
            for name, value in _values({n: v for n, v in own.items() if "/" not in n}).items():
                setattr(part, name, value)
            _ = part.n_items_
    except (OSError, ValueError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise TableError(
            "{file} cannot be read as a fitted model: {reason}; remove it and fit afresh",
            file=_FILE,
            reason=" ".join(str(error).split())[:200],
        ) from error


def _parts(model: Recommender, path: str = "") -> Iterator[tuple[str, Recommender]]:
    """Yield a model and its members, each with what its names begin with."""
    yield path, model
    for number, member in enumerate(getattr(model, "members", ())):
        yield from _parts(member, f"{path}{number}/")


def _arrays(name: str, value: object, model: str) -> _Arrays:
    from scipy import sparse

    if isinstance(value, np.ndarray) and value.dtype != object:
        return {name: value}
    if isinstance(value, sparse.csr_array):
        parts: _Arrays = {f"{name}.{part}": getattr(value, part) for part in _PARTS}
        return {**parts, f"{name}.shape": np.array(value.shape)}
    if isinstance(value, bool | int | float):
        return {f"{name}.number": np.array(value)}
    raise CapabilityError(
        "what the model {model} has learned cannot be kept ({name}); fit it where it is used",
        model=model,
        name=name,
    )


def _values(arrays: _Arrays) -> dict[str, Any]:
    from scipy import sparse

    found: dict[str, Any] = {}
    for full, value in arrays.items():
        name, _, kind = full.partition(".")
        if not kind:
            found[name] = value
        elif kind == "number":
            found[name] = value.item()
        elif kind == "shape":
            data, indices, indptr = (arrays[f"{name}.{part}"] for part in _PARTS)
            found[name] = sparse.csr_array((data, indices, indptr), shape=tuple(value.tolist()))
    return found
