"""What jobs made, on disk: whole or not there, and never more than may be kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from dashboard.commands.output import write_text

__all__ = ["MOST_BYTES", "Results"]

MOST_BYTES = 5_000_000_000


class Results:
    """One folder a work; a mark in it says for which jobs it is whole.

    Parameters
    ----------
    folder
        Where the folders are.
    most_bytes
        What they may take together; those unused for longest are removed.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most_bytes = most_bytes

    def path(self, work: str) -> Path:
        """Return where a work is, made or not."""
        return self.folder / work

    def finished(self, work: str, hash: str) -> Path | None:
        """Return the folder if the job of that hash was done there; it then counts as used."""
        if not self._mark(work, hash).exists():
            return None
        os.utime(self.path(work))
        return self.path(work)

    def finish(self, work: str, hash: str) -> None:
        """Mark a job as done; everything it wrote is there.

        Raises
        ------
        OutputError
            The mark cannot be written.
        """
        write_text("", self._mark(work, hash))

    def tidy(self, *, needed: Collection[str]) -> tuple[str, ...]:
        """Remove what was unused for longest, until the rest may stay; return what went."""
        if not self.folder.is_dir():
            return ()
        works = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime)
        sizes = {path: _size(path) for path in works}
        total, gone = sum(sizes.values()), []
        for path in works:
            if total <= self.most_bytes:
                break
            if path.name not in needed:
                self.remove(path.name)
                total -= sizes[path]
                gone.append(path.name)
        return tuple(gone)

    def remove(self, work: str) -> None:
        """Remove a work; its marks go first, for a folder that is half removed is not done."""
        for mark in self.path(work).glob("done-*"):
            mark.unlink(missing_ok=True)
        shutil.rmtree(self.path(work), ignore_errors=True)

    def _mark(self, work: str, hash: str) -> Path:
        return self.path(work) / f"done-{hash}"


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
