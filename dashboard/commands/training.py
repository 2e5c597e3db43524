"""Which part of the data a command lets the model learn from."""

from __future__ import annotations

import argparse
from dataclasses import replace

from dashboard.commands.options import load_data, with_own_edges
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.protocols import PROTOCOLS
from engine.sources.registry import own_split
from engine.splits import SPLITS, Split

__all__ = ["add_split_options", "load_training", "split_for_audit"]

WHOLE = "none"
Scalar = str | float | int


def add_split_options(parser: argparse.ArgumentParser) -> None:
    """Add --split and --test-share; by default nothing is held out."""
    parts = parser.add_argument_group("split")
    parts.add_argument(
        "--split",
        choices=(WHOLE, *SPLITS),
        default=WHOLE,
        help="learn from the training part only (default: from everything)",
    )
    parts.add_argument(
        "--test-share", type=float, default=0.25, help="held out by a split (default: %(default)s)"
    )


def load_training(args: argparse.Namespace) -> Dataset:
    """Return the data set the options name, or its training part."""
    dataset = load_data(args)
    if args.split == WHOLE:
        return dataset
    rng = stream(args.seed, "split")
    return SPLITS[args.split](dataset, test_share=args.test_share, rng=rng).train


def split_for_audit(args: argparse.Namespace, name: str | None) -> tuple[Split, dict[str, Scalar]]:
    """Return the named split of the data the options name, and how it was made.

    Without a name it is the data set's own held-out items where it brings some, else random.

    Raises
    ------
    OptionError
        Nothing is held out, so that there is nothing to measure by.
    """
    own = own_split(args.dataset) if name is None and args.dataset else None
    if own is not None:
        return replace(own, train=with_own_edges(args, own.train)), {"split": "own"}
    chosen = name or "random"
    rng = stream(args.seed, "split")
    dataset = load_data(args)
    split = PROTOCOLS[chosen](dataset, test_share=args.test_share, rng=rng)
    if split.held_out.is_empty():
        raise OptionError(
            "the split {split} holds nothing out of {dataset}, whose histories are too short; give "
            "a larger --test-share, or a log in which people have two items or more",
            split=chosen,
            dataset=dataset.name,
        )
    return split, {"split": chosen, "test_share": args.test_share}
