"""Files on the server that people may name: only those under the folder its keeper has opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from engine.errors import AccessError

__all__ = ["open_on_server", "shared_folder"]


def shared_folder() -> Path | None:
    """Return the folder people may read from: RECSCOPE_SHARED, else none."""
    named = os.environ.get("RECSCOPE_SHARED")
    return Path(named).resolve() if named else None


def open_on_server(said: str) -> BinaryIO:
    """Open a file that somebody named, by its path within the shared folder.

    Every step of the path is opened from the one before it, and none may be a link, so that what
    was looked at is what is read.

    Raises
    ------
    AccessError
        The server shares no folder, or the path leads out of it, over a link, or to no file.
    """
    folder = shared_folder()
    if folder is None:
        raise AccessError(
            "this server opens no folder to read from; upload the file, or ask whoever runs "
            "recscope to set RECSCOPE_SHARED"
        )
    steps = said.strip().split("/")
    if not _is_plain(said, steps):
        raise AccessError(
            "{path} is no path within the folder that this server opens; name a file below it, "
            "without .., links or a leading /",
            path=said[:200],
        )
    try:
        return _open(folder, steps)
    except (OSError, ValueError) as error:
        raise AccessError(
            "{path} cannot be read within the folder that this server opens; name a file below "
            "it, without .., links or a leading /",
            path=said[:200],
        ) from error


def _is_plain(said: str, steps: list[str]) -> bool:
    hidden = any(not step or step in (".", "..") or step.startswith(".") for step in steps)
    odd = any(not sign.isprintable() for sign in said) or "\\" in said or ":" in said
    return not hidden and not odd


def _open(folder: Path, steps: list[str]) -> BinaryIO:
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for step in steps[:-1]:
            below = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        found = os.open(steps[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise OSError("no file")
    return os.fdopen(found, "rb")
