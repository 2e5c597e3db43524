"""Options that several commands share, and how they are read."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dashboard.commands.fetch import show_progress, show_terms
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.models.registry import SERVINGS
from engine.sources.own_files import join_tables, read_tables
from engine.sources.registry import load
from engine.tables import Origin

__all__ = [
    "DATA_FILES",
    "EXACT",
    "add_data_options",
    "add_person_options",
    "add_run_options",
    "add_serving_option",
    "load_data",
    "parse_mapping",
    "read_files",
    "run_config",
    "with_own_edges",
]

DATA_FILES = ("interactions", "users", "items", "edges")
EXACT = "exact"


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add --dataset, or the user's own files in its place."""
    data = parser.add_argument_group("data")
    data.add_argument("--dataset", metavar="D", help="a name from `recscope datasets`")
    data.add_argument("--interactions", metavar="FILE", help="your own log, in place of --dataset")
    data.add_argument("--users", metavar="FILE", help="user attributes for --interactions")
    data.add_argument("--items", metavar="FILE", help="the catalogue for --interactions")
    data.add_argument("--edges", metavar="FILE", help="who or what is linked: friends, brands")
    data.add_argument(
        "--map",
        metavar="NAME=COLUMN,…",
        default="",
        help="which of your columns holds what, e.g. user_id=uid,item_id=sku",
    )
    data.add_argument(
        "--duplicates",
        choices=("error", "last", "sum"),
        default="error",
        help="what to do with rows that name the same user and item",
    )


def add_person_options(parser: argparse.ArgumentParser) -> None:
    """Add the model that is asked about one person, and who that is."""
    parser.add_argument("--model", default="ease", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--user", required=True, metavar="U", help="a user id")


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide a list of recommendations."""
    run = parser.add_argument_group("run")
    run.add_argument("--model", default="ease", help="default: %(default)s")
    add_serving_option(run, "list from an index, or from weights in one byte each")
    run.add_argument("--policy", default="epsilon-greedy", help="default: %(default)s")
    run.add_argument("--rate", type=float, default=0.0, help="exploration rate from 0 to 1")
    run.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    run.add_argument("--seed", type=int, default=7, help="default: %(default)s")


def add_serving_option(group: argparse._ArgumentGroup, words: str) -> None:
    """Add --serving."""
    group.add_argument(
        "--serving",
        choices=(EXACT, *SERVINGS),
        default=EXACT,
        help=f"{words} (default: %(default)s)",
    )


def load_data(args: argparse.Namespace) -> Dataset:
    """Return the data set the options name."""
    if (args.dataset is None) == (args.interactions is None):
        raise OptionError("give either --dataset or --interactions, one of the two")
    if args.dataset is not None:
        progress = show_progress(args.dataset)
        return with_own_edges(args, load(args.dataset, progress=progress, show_terms=show_terms))
    return join_tables(read_files(args, DATA_FILES), duplicates=args.duplicates)


def with_own_edges(args: argparse.Namespace, dataset: Dataset) -> Dataset:
    """Return the data set with the edges of --edges in place of its own, where they are given."""
    if args.edges is None:
        return dataset
    edges, origin = read_files(args, ("edges",))["edges"]
    return dataset.with_edges(edges, source=origin)


def read_files(
    args: argparse.Namespace, names: Sequence[str]
) -> dict[str, tuple[pl.DataFrame, Origin]]:
    """Read those of the named options that give a file; one --map serves them all."""
    given = {name: getattr(args, name) for name in names}
    paths = {name: Path(file) for name, file in given.items() if file is not None}
    return read_tables(paths, mapping=parse_mapping(args.map))


def run_config(args: argparse.Namespace) -> RunConfig:
    """Return the checked settings the options name."""
    return RunConfig(
        dataset=args.dataset or args.interactions,
        model=args.model if args.serving == EXACT else f"{args.serving}:{args.model}",
        policy=args.policy,
        rate=args.rate,
        n=args.n,
        seed=args.seed,
    )


def parse_mapping(text: str) -> dict[str, str]:
    """Read ``name=column,name=column``.

    Examples
    --------
    >>> parse_mapping("user_id=uid,item_id=sku")
    {'user_id': 'uid', 'item_id': 'sku'}
    """
    mapping: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        name, _, column = part.partition("=")
        if not name or not column:
            raise OptionError(
                "--map holds {part}, which is not NAME=COLUMN; write user_id=uid,item_id=sku",
                part=part,
            )
        if name.strip() in mapping:
            raise OptionError("--map names {name} twice; name it once", name=name.strip())
        mapping[name.strip()] = column.strip()
    return mapping
