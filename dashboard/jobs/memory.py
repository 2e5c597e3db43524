"""How much memory a job may take, and how much it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["memory_limit", "memory_of"]

_USUAL = 4_000_000_000
# What a container may take, as the system tells it inside; the machine's own is more.
_BOUND = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def memory_limit() -> int:
    """Return bytes a job may take: RECSCOPE_JOB_MEMORY_MB, else a third of what there is.

    With two workers a third leaves room for the pages.
    """
    chosen = os.environ.get("RECSCOPE_JOB_MEMORY_MB")
    if chosen:
        return int(chosen) * 1_000_000
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _USUAL
    return min([there, *_bounds()]) // 3


def _bounds() -> Iterator[int]:
    """Yield what the container says, if there is one and it is bounded."""
    for path in _BOUND:
        with suppress(OSError, ValueError):
            yield int(path.read_text(encoding="ascii"))


def memory_of(process: int | None) -> int | None:
    """Return the bytes a process has in memory; None where the system does not tell.

    It is asked of the system and not set as a limit of addresses: libraries reserve many more
    addresses than they ever fill.
    """
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None
