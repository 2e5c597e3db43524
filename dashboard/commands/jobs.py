"""`recscope jobs`: the long work of the pages, seen from the command line."""

from __future__ import annotations

import argparse
import json

from dashboard.access.person import LOCAL
from dashboard.jobs import queue
from dashboard.jobs.record import JobRecord, State
from engine.errors import OptionError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "list, show, cancel or resume the long work that pages have started"
ACTIONS = ("list", "show", "cancel", "resume")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and with which job."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="list")
    parser.add_argument("id", nargs="?", help="of the job, for all but list")


def run(args: argparse.Namespace) -> int:
    """Print jobs of the person at this machine; that one failed is no error of the command."""
    if args.action == "list":
        found = list(queue.listed(LOCAL))
        if args.json:
            print(json.dumps([record.to_dict() for record in found]))
        else:
            print("\n".join(map(_line, found)) or "no jobs")
        return 0
    if args.id is None:
        raise OptionError("say which job: recscope jobs {action} ID", action=args.action)
    record = _done(args.action, args.id)
    print(json.dumps(record.to_dict()) if args.json else _line(record))
    return 0


def _done(action: str, id: str) -> JobRecord:
    if action == "cancel":
        return queue.cancel(id, LOCAL)
    return queue.resume(id, LOCAL) if action == "resume" else queue.get(id, person=LOCAL)


def _line(record: JobRecord) -> str:
    about = " ".join(f"{name}={value}" for name, value in record.config.items())
    line = f"{record.id}  {_state(record):<24} {record.kind:<10} {about}"
    return line if record.error is None else f"{line}\n{'':18}{record.error}"


def _state(record: JobRecord) -> str:
    if record.stopping:
        return "stopping"
    if record.state is not State.RUNNING or not record.total:
        return str(record.state)
    left = queue.seconds_left(record)
    time = "" if left is None else f", {left:.0f} s left"
    return f"{record.done} of {record.total}{time}"
