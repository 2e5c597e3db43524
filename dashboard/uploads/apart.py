"""Reading what somebody sent apart from the server: in a watched process with bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import polars as pl

from dashboard.jobs.memory import memory_limit, memory_of
from dashboard.jobs.record import error_from_dict
from dashboard.uploads.limits import LIMITS, UploadLimits
from dashboard.uploads.reading import LIMITS_OF, SENT, TABLE, TOLD
from dashboard.uploads.receive import CHUNK, PACKED, ending_of
from dashboard.uploads.tables import Brought
from engine.errors import OutputError, TableError
from engine.tables import Origin

__all__ = ["read_apart"]

_LOOK_SECONDS = 0.02


def read_apart(stream: BinaryIO, name: str, kind: str, *, limits: UploadLimits = LIMITS) -> Brought:
    """Return the table that a stream holds; nothing of it is left on disk.

    Parameters
    ----------
    stream, name
        What is sent, and how its sender calls it: of the name the ending alone is used.
    kind
        One of `dashboard.uploads.tables.TABLES`.

    Raises
    ------
    TableError
        It is no table that recscope reads, breaks a cap, or takes too much memory or time.
    OutputError
        There is no room to receive it.
    """
    ending, packed = ending_of(name)
    file = f"{kind}.{ending}"
    with tempfile.TemporaryDirectory(prefix="recscope-") as made:
        folder = Path(made)
        _take_in(stream, folder / SENT, file, limits)
        command = [sys.executable, "-m", "dashboard.uploads.reading", made, kind, ending]
        environment = {
            **os.environ,
            LIMITS_OF: json.dumps(asdict(limits)),
            "POLARS_MAX_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        process = subprocess.Popen(
            [*command, packed or ""], env=environment, stdin=subprocess.DEVNULL
        )
        try:
            _watch(process, file, limits)
        finally:
            process.kill()
            process.wait()
        return _found(folder, kind, file)


def _take_in(stream: BinaryIO, target: Path, file: str, limits: UploadLimits) -> None:
    """Write what is sent as it is, no further than the cap."""
    taken = 0
    try:
        with target.open("xb") as kept:
            while chunk := stream.read(CHUNK):
                taken += len(chunk)
                if taken > limits.file_bytes:
                    raise TableError(
                        "{file} has more than {most} MB; send fewer rows, or pack it as {packed}",
                        file=file,
                        most=limits.file_bytes // 1_000_000,
                        packed=", ".join(PACKED),
                    )
                kept.write(chunk)
    except OSError as error:
        raise OutputError(
            "there is no room to receive the file: {reason}; nothing was kept, try again later",
            reason=error.strerror or error,
        ) from error


def _watch(process: subprocess.Popen[bytes], file: str, limits: UploadLimits) -> None:
    """Wait for the end; whoever takes too much has none of its own."""
    memory = min(limits.memory_bytes, memory_limit())
    until = time.monotonic() + limits.seconds
    while process.poll() is None:
        if (memory_of(process.pid) or 0) > memory:
            raise TableError(
                "{file} took more than {most} MB of memory to read; send fewer rows or columns",
                file=file,
                most=memory // 1_000_000,
            )
        if time.monotonic() > until:
            raise TableError(
                "{file} took more than {seconds} seconds to read; send fewer rows or columns",
                file=file,
                seconds=limits.seconds,
            )
        time.sleep(_LOOK_SECONDS)


def _found(folder: Path, kind: str, file: str) -> Brought:
    try:
        told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(
            "{file} ended the process that read it; it is damaged, or too large. Save it again, "
            "as CSV if it is not",
            file=file,
        ) from error
    if "error" in told:
        raise error_from_dict(told)
    frame = pl.read_ipc((folder / TABLE).read_bytes())
    return Brought(kind, frame, Origin(told["name"], told["first_line"]))
