"""Render a report that was written before, as HTML or PDF."""

from __future__ import annotations

import argparse
import json

from audits.report_file import check_hash, read_report
from dashboard.commands.rendering import add_rendering_options, write_renderings
from engine.errors import OptionError, TableError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "render a report as HTML or PDF, plain or for a rule book, in English or Chinese"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the report and what to make of it."""
    parser.add_argument("report", help="the JSON that `recscope audit --out` wrote")
    add_rendering_options(parser.add_argument_group("rendering"))


def run(args: argparse.Namespace) -> int:
    """Write what was asked for; a report that was edited is refused."""
    if not args.html and not args.pdf:
        raise OptionError("nothing to write; give --html FILE or --pdf FILE")
    report = read_report(args.report)
    if check_hash(report):
        raise TableError(
            "{file} was changed after it was made: its content hash does not fit. Run “recscope "
            "verify {file}” to see where",
            file=args.report,
        )
    write_renderings(report, args)
    written = {"html": args.html, "pdf": args.pdf, "mode": args.mode, "hash": report["hash"]}
    print(json.dumps(written) if args.json else f"content hash {report['hash']}")
    return 0
