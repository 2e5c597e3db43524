"""What a disk that takes no more is told as, whoever met it."""

from __future__ import annotations

import errno
from pathlib import Path

from engine.errors import OutputError

__all__ = ["is_full", "unwritable"]


def is_full(error: BaseException) -> bool:
    """Whether the disk had no room; Polars tells it as an error of Parquet.

    Examples
    --------
    >>> is_full(OSError(errno.ENOSPC, "No space left on device")), is_full(OSError("broken"))
    (True, False)
    """
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return "No space left" in str(error) or "os error 28" in str(error)


def unwritable(path: str | Path, error: Exception) -> OutputError:
    """Return why something cannot be written, and what mends it."""
    if is_full(error):
        return OutputError(
            "cannot write {path}: the disk is full; free some space, then try again", path=path
        )
    return OutputError(
        "cannot write {path}: {reason}; choose a place you may write to",
        path=path,
        reason=getattr(error, "strerror", None) or error,
    )
