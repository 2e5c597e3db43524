"""`recscope recommend`: everyone's list, with the chance of each place."""

from __future__ import annotations

import argparse
import json
import sys

import polars as pl

from dashboard.access.person import LOCAL
from dashboard.commands.achieved_text import describe
from dashboard.commands.json_forms import recommendations_json
from dashboard.commands.options import add_data_options, add_run_options, run_config
from dashboard.commands.output import write_table
from dashboard.commands.training import add_split_options, load_training
from dashboard.commands.watching import add_fit_options, watch_fit
from dashboard.exports import to_csv
from dashboard.services.recommend import recommend
from engine.dataset import Dataset
from engine.shortfall import find_shortfall

__all__ = ["HELP", "add_arguments", "run"]

_NAMED = 5
HELP = "make everyone's list, with the chance of each place"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_run_options(parser)
    add_split_options(parser)
    add_fit_options(parser)
    parser.add_argument(
        "--out", metavar="FILE", help="ends in .csv, .parquet or .jsonl (default: CSV to stdout)"
    )


def run(args: argparse.Namespace) -> int:
    """Write or print the recommendations table."""
    config = run_config(args)
    train = load_training(args)
    table, achieved = recommend(LOCAL, config, train, watch=watch_fit(args, config.model))
    if args.out is not None:
        write_table(table, args.out)
        print(f"{table.height:,} rows written to {args.out}", file=sys.stderr)
    print(describe(achieved), file=sys.stderr)
    print(_short_lists(train, config.n), end="", file=sys.stderr)
    if args.json:
        summary = recommendations_json(config, train, table, achieved)
        print(json.dumps(summary | _content(args.out, table), ensure_ascii=False))
    elif args.out is None:
        sys.stdout.write(to_csv(table))
    return 0


def _short_lists(train: Dataset, n: int) -> str:
    """Say whose lists are shorter than was asked for, and why; nothing where nobody's is."""
    found = find_shortfall(train, n=n)
    none, some = len(found.nothing_left), found.shorter
    lines = []
    if none:
        named = ", ".join(found.nothing_left[:_NAMED]) + (", …" if none > _NAMED else "")
        lines.append(f"{none:,} of {train.n_users:,} people have had every item: no list ({named})")
    if some:
        lines.append(f"{some:,} people have fewer than {n} items left: shorter lists")
    return "".join(f"{line}\n" for line in lines)


def _content(out: str | None, table: pl.DataFrame) -> dict[str, object]:
    """Return where the rows are, or the rows."""
    return {"recommendations": table.to_dicts()} if out is None else {"out": out}
