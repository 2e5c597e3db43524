"""Check a report: its form, its hash, and whether it comes out the same when made again."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from audits.report_file import Mismatch, check_hash, compare_reports, read_report
from audits.thresholds import Threshold
from dashboard.commands import audit
from dashboard.commands.trail import add_checkpoint_option, trail_mismatches
from engine.errors import OptionError

__all__ = ["CODES", "HELP", "add_arguments", "run"]

HELP = "check a report: hash it again, make it again, say what differs"
# By how deep a difference goes: the first that is found decides.
CODES = {
    "edited": 10,
    "inputs": 11,
    "config": 12,
    "results": 13,
    "verdicts": 14,
    "withheld": 15,
    "trail": 16,
}
FILES = ("interactions", "held_out", "recommendations", "before", "users", "items", "groups")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the report, and where its files are now."""
    parser.add_argument("report", help="the JSON that `recscope audit --out` wrote")
    parser.add_argument(
        "--hash-only", action="store_true", help="do not make it again; look at its hash alone"
    )
    parser.add_argument("--trail", metavar="FILE", help="the trail it must stand in")
    add_checkpoint_option(parser)
    for name in FILES:
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, metavar="FILE", help="where this file is now")


def run(args: argparse.Namespace) -> int:
    """Print what differs; the code says which kind, 0 if nothing does."""
    report = read_report(args.report)
    found = check_hash(report)
    if not args.hash_only:
        found += compare_reports(report, _again(report, args))
    if args.trail:
        found += trail_mismatches(args.trail, args.checkpoint, str(report["hash"]))
    print(json.dumps(_answer(report, found)) if args.json else _text(report, found, args))
    return min((CODES[mismatch.kind] for mismatch in found), default=0)


def _again(report: Mapping[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Make the report again as it says it was made, from the files as they are now."""
    options = dict(report.get("rerun", {}))
    options |= {name: getattr(args, name) for name in FILES if getattr(args, name) is not None}
    if not options:
        raise OptionError(
            "the report does not say how it was made; look at its hash alone with --hash-only"
        )
    parser = argparse.ArgumentParser()
    audit.add_arguments(parser)
    asked = parser.parse_args([])
    unknown = sorted(options.keys() - vars(asked).keys())
    if unknown:
        raise OptionError(
            "the report was made with options nobody knows here: {unknown}",
            unknown=", ".join(unknown),
        )
    vars(asked).update(options)
    thresholds = tuple(Threshold(**row) for row in report["thresholds"])
    again = audit.make_report(asked, thresholds, report["statements"])
    return dict(json.loads(again.to_json()))


def _answer(report: Mapping[str, Any], found: Sequence[Mismatch]) -> dict[str, Any]:
    return {
        "hash": report["hash"],
        "verified": not found,
        "differences": [asdict(mismatch) for mismatch in found],
    }


def _text(report: Mapping[str, Any], found: Sequence[Mismatch], args: argparse.Namespace) -> str:
    if not found:
        how = "its hash fits" if args.hash_only else "made again, it is the same"
        return f"verified: {how}\ncontent hash {report['hash']}"
    lines = [f"{m.kind}: {m.where} was {m.was}, is {m.now}" for m in found]
    return "\n".join([f"not verified: {len(found)} differences", *lines])
