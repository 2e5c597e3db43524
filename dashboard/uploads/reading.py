"""The process that unpacks and reads one file that somebody sent, and nothing else.

``python -m dashboard.uploads.reading FOLDER KIND ENDING PACKED`` reads ``FOLDER/sent`` and leaves
``table.arrow`` and ``told.json`` beside it. A file that was made to hurt hurts this process alone.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from dashboard.jobs.record import error_to_dict
from dashboard.uploads.limits import LIMITS, UploadLimits
from dashboard.uploads.receive import receive
from dashboard.uploads.tables import read_received
from engine.errors import RecscopeError, TableError

__all__ = ["LIMITS_OF", "SENT", "TABLE", "TOLD", "main"]

SENT = "sent"
TABLE = "table.arrow"
TOLD = "told.json"
# Names the limits for this process, as JSON; `dashboard.uploads.apart` sets it.
LIMITS_OF = "RECSCOPE_UPLOAD_LIMITS"
# Libraries reserve more addresses than they fill; what is filled is watched from outside.
_RESERVED = 4_000_000_000
_NICENESS = 5


def main() -> None:
    """Read, and tell in a file what came of it."""
    folder, kind, ending, packed = sys.argv[1:]
    given = os.environ.get(LIMITS_OF)
    limits = UploadLimits(**json.loads(given)) if given else LIMITS
    _bound(limits)
    _tell(Path(folder), _read(Path(folder), kind, ending, packed or None, limits))


def _read(
    folder: Path, kind: str, ending: str, packed: str | None, limits: UploadLimits
) -> dict[str, object]:
    target = folder / f"{kind}.{ending}"
    try:
        with (folder / SENT).open("rb") as stream:
            receive(stream, target, packed=packed, limits=limits)
        brought = read_received(target, kind, limits)
        brought.frame.write_ipc(folder / TABLE)
        return {"name": brought.origin.name, "first_line": brought.origin.first_line}
    except RecscopeError as error:
        return error_to_dict(error)
    except (MemoryError, OSError):
        refusal = TableError(
            "{file} could not be read within the memory and disk that a file may take; send fewer "
            "rows or columns",
            file=target.name,
        )
        return error_to_dict(refusal)


def _tell(folder: Path, told: dict[str, object]) -> None:
    (folder / TOLD).write_text(json.dumps(told), encoding="utf-8")


def _bound(limits: UploadLimits) -> None:
    """Bound what this process may take; where the system knows no such bound, the watch is all."""
    with suppress(OSError):
        os.nice(_NICENESS)
    with suppress(ImportError):
        import resource

        bounds = {
            "RLIMIT_AS": limits.memory_bytes + _RESERVED,
            "RLIMIT_CPU": limits.seconds + 5,
            "RLIMIT_FSIZE": 2 * limits.unpacked_bytes,
            "RLIMIT_CORE": 0,
        }
        for name, most in bounds.items():
            with suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (most, most))


if __name__ == "__main__":
    main()
