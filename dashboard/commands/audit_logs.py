"""The logs an audit is asked for: whole where they fit, otherwise by blocks of users."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from audits.log_blocks import ENDINGS, LogBlocks
from audits.log_repair import repair_log
from audits.placed import lists_spec
from dashboard.commands.options import DATA_FILES, read_files
from engine.errors import OptionError, TableError
from engine.tables import Origin, conform

__all__ = ["read_logs"]

Tables = dict[str, tuple[pl.DataFrame, Origin]]
Log = tuple[pl.DataFrame | LogBlocks, tuple[str, ...]]
# A log of more bytes is read by blocks without being asked.
BIG = 500_000_000
MEMORY = "2GB"


def read_logs(args: argparse.Namespace) -> tuple[Tables, dict[str, Log]]:
    """Return the tables that are read whole, and each log with what was mended or left in it."""
    logs = [name for name in ("recommendations", "before") if getattr(args, name)]
    blocks = {name: memory for name in logs if (memory := _memory(args, name))}
    apart = {name: (_blocks(args, name, memory), ()) for name, memory in blocks.items()}
    whole = [name for name in logs if name not in blocks]
    tables = read_files(args, (*DATA_FILES, "held_out", *whole))
    return tables, {**apart, **{name: _lists(args, tables, name) for name in whole}}


def _memory(args: argparse.Namespace, name: str) -> str | None:
    """Say within how much memory a log is read by blocks; None where it fits as it is."""
    if args.memory:
        if args.fix or args.map:
            raise OptionError("--memory goes with neither --fix nor --map; mend the file first")
        return str(args.memory)
    path = Path(getattr(args, name))
    whole = args.fix or args.map or path.suffix.lower() not in ENDINGS
    if whole or not path.is_file() or path.stat().st_size <= BIG:
        return None
    print(f"{path.name} is large: read by blocks of users, within {MEMORY}", file=sys.stderr)
    return MEMORY


def _blocks(args: argparse.Namespace, name: str, memory: str) -> LogBlocks:
    """Return a log that is read by blocks of users and so is never whole in memory."""

    def progress(done: int, blocks: int) -> None:
        end = "" if done < blocks else "\n"
        print(f"\r{name}: {done} of {blocks} blocks", end=end, file=sys.stderr, flush=True)

    path = Path(getattr(args, name))
    if not path.is_file():
        # Before the other log is read, which may take minutes.
        raise TableError(
            "{file} cannot be read: {reason}. Give the path of a file that is there and yours to "
            "read",
            file=path.name,
            reason="No such file",
        )
    return LogBlocks(path, memory, progress=progress)


def _lists(
    args: argparse.Namespace, tables: Mapping[str, tuple[pl.DataFrame, Origin]], name: str
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return a log of lists, mended as asked, with what was mended or left."""
    frame, origin = tables[name]
    mended, notes = repair_log(frame, args.fix, source=origin.name)
    return conform(mended, lists_spec(mended.columns), source=origin), tuple(
        f"{name}: {note}" for note in notes
    )
