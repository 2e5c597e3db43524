"""How much anybody may bring."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "UploadLimits"]

MEGA = 1_000_000


@dataclass(frozen=True)
class UploadLimits:
    """Caps on one file, and on all that one person keeps.

    Attributes
    ----------
    file_bytes
        Of one file as it is sent.
    unpacked_bytes
        Of the same file once unpacked.
    ratio
        Unpacked over sent; more is a bomb.
    rows, columns, cells
        Of one table.
    cell_bytes, line_bytes
        Of one cell, and of one line of a text file.
    memory_bytes, seconds
        Of the process that reads one file.
    kept_sets, kept_bytes
        Data sets one person may keep, and their size on disk.
    """

    file_bytes: int = 50 * MEGA
    unpacked_bytes: int = 400 * MEGA
    ratio: int = 100
    rows: int = 5_000_000
    columns: int = 200
    cells: int = 50_000_000
    cell_bytes: int = 10_000
    line_bytes: int = MEGA
    memory_bytes: int = 2_500 * MEGA
    seconds: int = 60
    kept_sets: int = 10
    kept_bytes: int = 500 * MEGA


LIMITS = UploadLimits()
