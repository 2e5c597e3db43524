"""A folder that is there whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.disk import unwritable

__all__ = ["whole_folder"]


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to fill; it takes the target's place when all went well.

    Raises
    ------
    OutputError
        The disk cannot be written; a full one is named as that.
    """
    staging = target.parent / f".{target.name}"
    try:
        staging.mkdir(parents=True, mode=0o700, exist_ok=True)
        yield staging
        staging.replace(target)
    except OSError as error:
        raise unwritable(target.parent, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
