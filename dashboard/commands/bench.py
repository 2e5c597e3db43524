"""`recscope bench`: speed against peers, as `make bench` measures it; needs the repository."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from engine.errors import CapabilityError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "measure speed against peers on this machine, turn and turn about"
ROOT = Path(__file__).parents[2]
BENCHMARKS = Path("tests", "benchmarks")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the names."""
    parser.add_argument("name", nargs="*", help="which of them (default: all)")


def run(args: argparse.Namespace) -> int:
    """Run them in a process of their own; figures go to results.json beside them, too.

    Peers whose pins clash with ours are installed into ``.bench``, the first time.
    """
    if not (ROOT / BENCHMARKS / "__main__.py").exists():
        raise CapabilityError(
            "the benchmarks are not in an installed package; run recscope bench in a checkout of "
            "the repository"
        )
    # With --json the account of the run is progress, and the figures alone are data.
    done = subprocess.run(
        [sys.executable, "-m", ".".join(BENCHMARKS.parts), *args.name],
        cwd=ROOT,
        stdout=sys.stderr if args.json else None,
        check=False,
    )
    if args.json and done.returncode == 0:
        kept = json.loads((ROOT / BENCHMARKS / "results.json").read_text(encoding="utf-8"))
        print(json.dumps({name: kept[name] for name in args.name or kept}, ensure_ascii=False))
    return done.returncode
