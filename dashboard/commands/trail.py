"""Check a trail, show it, and sign a checkpoint of it to be kept elsewhere."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from audits.ledger import (
    Action,
    Checkpoint,
    Ledger,
    check_ledger,
    pseudonym,
    sign_checkpoint,
)
from audits.report_file import Mismatch
from dashboard.commands.output import write_text
from dashboard.trail_keys import load_key, pseudonym_key
from engine.errors import TableError

__all__ = [
    "HELP",
    "TAMPERED",
    "add_arguments",
    "add_checkpoint_option",
    "read_checkpoints",
    "run",
    "trail_facts",
    "trail_mismatches",
    "write_entry",
]

HELP = "check the trail of reports; sign a checkpoint to be kept elsewhere"
TAMPERED = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the trail, its checkpoints and its key."""
    parser.add_argument("trail", help="the trail's file")
    add_checkpoint_option(parser)
    parser.add_argument("--sign", metavar="FILE", help="write a signed checkpoint there")
    parser.add_argument("--key", metavar="FILE", help="the key (default: in your settings)")


def add_checkpoint_option(parser: argparse.ArgumentParser) -> None:
    """Add --checkpoint, for `read_checkpoints`."""
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        action="append",
        default=[],
        help="a checkpoint that was kept elsewhere; may be repeated",
    )


def run(args: argparse.Namespace) -> int:
    """Print the entries and what is wrong; exit 16 if anything is."""
    ledger = _existing(args.trail)
    faults = check_ledger(ledger, read_checkpoints(args.checkpoint))
    entries = () if faults else ledger.entries()
    if args.sign and not faults:
        write_text(sign_checkpoint(ledger, load_key(args.key)).to_json() + "\n", args.sign)
    if args.json:
        answer = {"entries": [asdict(e) for e in entries], "faults": [asdict(f) for f in faults]}
        print(json.dumps(answer, ensure_ascii=False))
    else:
        for entry in entries:
            about = f"{entry.report_hash[:12]}  {entry.actor}  {entry.note}"
            print(f"{entry.at}  {entry.action:<9}{about}")
        print("\n".join(f"{fault.where}: {fault.what}" for fault in faults) or "no fault found")
    return TAMPERED if faults else 0


def write_entry(
    args: argparse.Namespace,
    action: Action,
    report_hash: str,
    *,
    name: str | None = None,
    note: str = "",
    inputs: Mapping[str, str] | None = None,
) -> None:
    """Write an act into the trail the options name, under the person's pseudonym."""
    key = load_key(args.key)
    actor = pseudonym(name or getpass.getuser(), key=pseudonym_key(key))
    Ledger(args.trail).append(action, report_hash, actor=actor, note=note, inputs=inputs)


def trail_facts(args: argparse.Namespace, report_hash: str) -> dict[str, Any]:
    """Say where a report stands in its trail, and what people decided about it."""
    ledger = Ledger(args.trail)
    entries, leaves = ledger.entries(), [leaf for _, _, leaf in ledger.rows()]
    own = [place for place, entry in enumerate(entries) if entry.report_hash == report_hash]
    earlier = [entry.report_hash for entry in entries[: own[0]] if entry.action == "made"]
    return {
        "reviewer_actions": [
            {
                "actor": entries[place].actor,
                "decision": entries[place].action,
                "note": entries[place].note,
                "at": entries[place].at,
                "entry_hash": leaves[place],
            }
            for place in own
        ],
        "trail": {
            "content_hash": report_hash,
            "previous_report_hash": earlier[-1] if earlier else None,
            "entry_hash": leaves[own[-1]],
            "checkpoint": asdict(sign_checkpoint(ledger, load_key(args.key))),
        },
    }


def read_checkpoints(paths: Sequence[str]) -> list[Checkpoint]:
    """Read checkpoints from their files."""
    found = []
    for path in paths:
        try:
            found.append(Checkpoint.from_json(Path(path).read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise TableError(
                "the checkpoint cannot be read: {reason}", reason=f"{path}: {error}"
            ) from error
    return found


def trail_mismatches(
    trail: str, checkpoints: Sequence[str], report_hash: str
) -> tuple[Mismatch, ...]:
    """Say what is wrong with the trail of a report: its faults, or that it has no entry there."""
    ledger = _existing(trail)
    faults = check_ledger(ledger, read_checkpoints(checkpoints))
    found = [Mismatch("trail", fault.where, "as it was signed", fault.what) for fault in faults]
    if not faults and all(entry.report_hash != report_hash for entry in ledger.entries()):
        found.append(Mismatch("trail", trail, report_hash, "no entry of this report"))
    return tuple(found)


def _existing(trail: str) -> Ledger:
    if not Path(trail).exists():
        raise TableError("there is no trail {file}; an audit with --trail makes one", file=trail)
    return Ledger(trail)
