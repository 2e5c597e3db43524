"""The command line: one file a command, one way to fail.

Data goes to stdout, progress to stderr. The exit code is 0 when all is well, 1 when a threshold
failed, 2 for bad input (one line, no traceback), 3 when nothing failed but evidence is missing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from engine.errors import RecscopeError

__all__ = ["main"]

COMMANDS = (
    "fetch",
    "datasets",
    "app",
    "recommend",
    "explain",
    "explain-global",
    "what-if",
    "explain-eval",
    "justify",
    "justify-eval",
    "audit",
    "mitigate",
    "compare",
    "explore",
    "simulate",
    "jobs",
    "off-policy",
    "report",
    "verify",
    "sign",
    "trail",
    "bench",
)
# The model's name comes out of a file that may be somebody else's, and so may the folder.
READS_OTHERS = frozenset({"report", "verify", "sign", "trail"})
BAD_INPUT = 2
STOPPED = 130


class _Parser(argparse.ArgumentParser):
    """A parser that ends with one line instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        print("recscope: stopped", file=sys.stderr)
        return STOPPED


def _run(arguments: Sequence[str]) -> int:
    args = _parser(arguments[:1]).parse_args(arguments)
    if args.command not in READS_OTHERS:
        _find_modules_here()
    try:
        return int(args.run(args))
    except RecscopeError as error:
        print(f"recscope {args.command}: {_told(error, args)}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _told(error: RecscopeError, args: argparse.Namespace) -> str:
    """Say what is wrong in the language that was asked for with --language, else in English."""
    from dashboard.i18n import translator  # only now: most commands end without an error

    return translator(getattr(args, "language", "en")).error(error)


def _find_modules_here() -> None:
    """Let models of one's own, package.module:callable, be found in the folder one is in.

    After everything installed, so that no file of that folder stands in for a library.
    """
    here = os.getcwd()
    if here not in sys.path:
        sys.path.append(here)


def _parser(first: Sequence[str]) -> _Parser:
    """Build the parser of the named command alone, so that others cost no import time."""
    parser = _Parser(prog="recscope", description="What a recommender does to the people it serves")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = [name for name in COMMANDS if name in first] or COMMANDS
    for name in wanted:
        module = import_module(f"dashboard.commands.{name.replace('-', '_')}")
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.add_argument("--json", action="store_true", help="print JSON instead of text")
        command.set_defaults(run=module.run)
    return parser
