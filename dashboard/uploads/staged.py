"""Tables that somebody brought for one piece of work: kept apart by person until it is done."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from dashboard.access.person import Person
from dashboard.commands.output import write_table
from dashboard.uploads.store import store_of
from dashboard.uploads.whole import whole_folder
from engine.errors import UnknownNameError
from engine.tables import fingerprint

__all__ = ["digest_of", "is_staged", "stage", "staged", "staging_name", "unstage"]

_STAGED = re.compile(r"brought-[0-9a-f]{32}")
# What no job came to fetch is gone after a day.
_KEPT_SECONDS = 86_400.0


def staging_name(tables: Mapping[str, pl.DataFrame]) -> str:
    """Return the name under which tables wait: a digest of what they hold."""
    return f"brought-{digest_of(tables)[:32]}"


def digest_of(tables: Mapping[str, pl.DataFrame]) -> str:
    """Return what stands for the content of several tables, in whatever order they come."""
    return fingerprint(tables[table] for table in sorted(tables))


def is_staged(name: str) -> bool:
    """Whether a name is that of tables that wait.

    Examples
    --------
    >>> is_staged("brought-" + "0" * 32), is_staged("brought-../x")
    (True, False)
    """
    return _STAGED.fullmatch(name) is not None


def stage(tables: Mapping[str, pl.DataFrame], *, person: Person) -> str:
    """Put tables down for a job of the same person, whole or not at all; return their name.

    Raises
    ------
    AccessError
        The person would keep more than they may.
    OutputError
        The disk cannot be written.
    """
    store = store_of(person)
    _tidy(store.folder)
    name = staging_name(tables)
    target = store.folder / name
    if target.is_dir():
        return name
    with whole_folder(target) as folder:
        for table, frame in tables.items():
            write_table(frame, folder / f"{table}.parquet")
        store.check_room()
    return name


def staged(name: str, *, person: Person) -> dict[str, pl.DataFrame]:
    """Return tables that wait.

    Raises
    ------
    UnknownNameError
        None of that name wait for this person.
    """
    folder = store_of(person).folder / name
    if not is_staged(name) or not folder.is_dir():
        raise UnknownNameError("the tables you brought are here no longer; bring them again")
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def unstage(name: str, *, person: Person) -> None:
    """Remove tables that waited."""
    if is_staged(name):
        shutil.rmtree(store_of(person).folder / name, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Remove what nobody came to fetch."""
    for path in folder.glob("*brought-*"):
        if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
