"""The user's cache folder: what stands in it is whole, whatever happened while it was written."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import platformdirs

from engine.errors import AssetError

__all__ = ["cache_folder", "filling", "keep_file"]


def cache_folder() -> Path:
    """Return where fetched files are kept: RECSCOPE_CACHE, else the system's cache folder."""
    chosen = os.environ.get("RECSCOPE_CACHE")
    return Path(chosen).absolute() if chosen else platformdirs.user_cache_path("recscope")


def keep_file(file: Path, *, name: str) -> Path:
    """Copy a file of the user's into the cache, whole or not at all, and return the copy.

    Raises
    ------
    AssetError
        The cache cannot be written, or the file cannot be read.
    """
    target = cache_folder() / "given" / name
    with filling(target) as staging:
        copy = staging / name
        shutil.copyfile(file, copy)
        copy.replace(target)
    return target


@contextmanager
def filling(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to build it in; the caller renames the result into place.

    One process at a time fills a target; others wait, and look again. Whatever a killed process
    left half-built is removed by the next one.

    Raises
    ------
    AssetError
        The disk is full, or the cache cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _turn(target), _staging(target) as staging:
            yield staging
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise AssetError(
                "the disk that holds {folder} is full; free some space, or set RECSCOPE_CACHE to a "
                "folder on another disk",
                folder=target.parent,
            ) from error
        raise AssetError(
            "{folder} cannot be filled: {reason}; set RECSCOPE_CACHE to a folder you may write to",
            folder=target.parent,
            reason=error.strerror or error,
        ) from error


@contextmanager
def _turn(target: Path) -> Iterator[None]:
    """Hold the only right to fill the target.

    SQLite's lock is the one in the standard library that works on every system and that the
    system itself takes back when its holder is killed. It is tried in short waits, because a
    long one could not be interrupted.
    """
    lock = target.parent / f".{target.name}.lock"
    # Opened here first, so that a folder nobody may write to is the system's error, not SQLite's.
    lock.touch()
    with closing(sqlite3.connect(lock, timeout=0.2, isolation_level=None)) as connection:
        while not connection.in_transaction:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise OSError(errno.EIO, str(error)) from error
        yield


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """Make the folder to build in; it goes, with whatever an earlier holder of the turn left.

    The sweep comes twice, because a child of a killed holder may write on for a moment.
    """
    prefix = f".{target.name}.staging-"
    _sweep(target.parent, prefix)
    try:
        yield Path(tempfile.mkdtemp(dir=target.parent, prefix=prefix))
    finally:
        _sweep(target.parent, prefix)


def _sweep(folder: Path, prefix: str) -> None:
    for stale in folder.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
