"""Render a report that was written before, as HTML, PDF or a sheet of its numbers."""

from __future__ import annotations

import argparse
import json

from audits.report_file import read_unedited
from audits.results import Result, to_frame
from dashboard.commands.output import write_bytes, write_text
from dashboard.commands.rendering import add_rendering_options, write_renderings
from dashboard.exports import to_csv, to_xlsx
from engine.errors import OptionError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "render a report as HTML, PDF, CSV or XLSX, plain or for a rule book, in English or Chinese"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the report and what to make of it."""
    parser.add_argument("report", help="the JSON that `recscope audit --out` wrote")
    group = parser.add_argument_group("rendering")
    add_rendering_options(group)
    group.add_argument("--csv", metavar="FILE", help="write the numbers as CSV")
    group.add_argument("--xlsx", metavar="FILE", help="write the numbers as XLSX")


def run(args: argparse.Namespace) -> int:
    """Write what was asked for; a report that was edited is refused."""
    if not (args.html or args.pdf or args.csv or args.xlsx):
        raise OptionError("nothing to write; give --html, --pdf, --csv or --xlsx FILE")
    report = read_unedited(args.report)
    write_renderings(report, args)
    rows = to_frame([Result(**row) for row in report["results"]])
    if args.csv:
        write_text(to_csv(rows), args.csv)
    if args.xlsx:
        write_bytes(to_xlsx(rows), args.xlsx)
    written = {"html": args.html, "pdf": args.pdf, "mode": args.mode, "hash": report["hash"]}
    print(json.dumps(written) if args.json else f"content hash {report['hash']}")
    return 0
