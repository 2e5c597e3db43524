"""Sign or reject a report, with a note, in the trail."""

from __future__ import annotations

import argparse
import json

from audits.report_file import read_unedited
from dashboard.commands.output import write_text
from dashboard.commands.trail import trail_facts, write_entry

__all__ = ["HELP", "add_arguments", "run"]

HELP = "sign or reject a report, with a note, in the trail"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the report, the trail and the decision."""
    parser.add_argument("report", help="the JSON that `recscope audit --out` wrote")
    parser.add_argument("--trail", metavar="FILE", required=True, help="the trail's file")
    parser.add_argument("--reject", action="store_true", help="reject it instead of signing")
    parser.add_argument("--note", default="", help="why")
    parser.add_argument("--name", help="who (default: the account); kept as a pseudonym")
    parser.add_argument(
        "--out", metavar="FILE", help="write the report with the decision and its place there"
    )
    parser.add_argument("--key", metavar="FILE", help="the key (default: in your settings)")


def run(args: argparse.Namespace) -> int:
    """Write the decision down; a report that was edited is refused."""
    report = read_unedited(args.report)
    action = "rejected" if args.reject else "signed"
    write_entry(
        args,
        "rejected" if args.reject else "signed",
        report["hash"],
        name=args.name,
        note=args.note,
        inputs=report["fingerprints"],
    )
    if args.out:
        signed = {**report, **trail_facts(args, report["hash"])}
        write_text(json.dumps(signed, indent=1, ensure_ascii=False), args.out)
    answer = {"action": action, "hash": report["hash"]}
    print(json.dumps(answer) if args.json else f"{action}: {report['hash']}")
    return 0
