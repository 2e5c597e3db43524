"""`recscope explain-global`: what counts for how much in a model's lists, over many people."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

import polars as pl

from audits.settings import Settings
from dashboard.access.person import LOCAL
from dashboard.commands.json_forms import finite
from dashboard.commands.options import add_data_options, add_run_options, run_config
from dashboard.commands.training import add_split_options, load_training
from dashboard.components.attributes import attributes_of
from dashboard.components.surrogate_tree import imitation_sentence, rules_of
from dashboard.i18n import LANGUAGES, Translator, translator
from dashboard.labels import attribute_label, value_label
from dashboard.parameter_table import PEOPLE
from dashboard.parameter_words import (
    article_27_text,
    exploration_sentence,
    parameter_name,
    parameters_sentence,
    share_of,
)
from dashboard.services.explain_global import GlobalReasons, WhyAll, explain_global
from engine.config import RunConfig
from engine.errors import OptionError
from engine.explanations.main_parameters import EXPLORATION
from engine.recommend import fit_model

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say what counts for how much in a model's lists: main parameters, and an imitation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_split_options(parser)
    add_run_options(parser)
    parser.add_argument(
        "--by",
        metavar="A,B,…",
        help="user attributes to compare by (default: all that make 2 to 30 groups)",
    )
    parser.add_argument(
        "--people",
        type=int,
        metavar="N",
        default=PEOPLE,
        help="ask about so many, drawn at random (default: %(default)s)",
    )
    parser.add_argument(
        "--language", choices=tuple(LANGUAGES), default="en", help="of text and errors"
    )


def run(args: argparse.Namespace) -> int:
    """Print shares with intervals, for everyone and by group; the draft; the imitation."""
    config = run_config(args)
    given = None if args.by is None else [name.strip() for name in args.by.split(",")]
    if given is not None and (not all(given) or len(set(given)) < len(given)):
        raise OptionError(
            "--by is {by}; give user attributes, each once, as in gender,occupation",
            by=repr(args.by),
        )
    train = load_training(args)
    names = tuple(attributes_of(train) if given is None else given)
    print(f"{config.model} …", file=sys.stderr, flush=True)
    found = explain_global(
        LOCAL,
        WhyAll(config, names, people=args.people),
        train,
        fit=lambda: fit_model(config, train),
    )
    _ = translator(args.language)
    if args.json:
        record = _record(found, config, args, _)
        print(json.dumps(record, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(_lines(found, config.rate, _)))
    return 0


def _record(
    found: GlobalReasons, config: RunConfig, args: argparse.Namespace, _: Translator
) -> dict[str, Any]:
    tree = found.surrogate
    return {
        "config": {**config.to_dict(), "split": args.split, "people": args.people},
        "parameters": found.table.to_dicts(),
        "least_group": Settings().min_group,
        "uses_attributes": found.uses_attributes,
        "language": args.language,
        "text": article_27_text(found.table, config.rate, _),
        "surrogate": {
            "r2": finite(tree.r2),
            "rank_agreement": finite(tree.rank_agreement),
            "people": tree.people,
            "depth": tree.depth,
            "evaluations": tree.evaluations,
            "nodes": tree.nodes.to_dicts(),
            "importance": tree.importance.to_dicts(),
            "rules": rules_of(tree, _).to_dicts(),
        },
    }


def _lines(found: GlobalReasons, rate: float, _: Translator) -> Iterator[str]:
    table = found.table
    yield parameters_sentence(table, _)
    yield ""
    everyone = table.filter(pl.col("by").is_null())
    yield from _shares(everyone.filter(pl.col("parameter") != EXPLORATION), _)
    yield exploration_sentence(table, _)
    if not found.uses_attributes:
        yield _("This model does not look at what is known of the person.")
    for name in table["by"].drop_nulls().unique(maintain_order=True):
        own = table.filter(pl.col("by") == name)
        yield f"\n{attribute_label(_, name)}"
        for group in own["group"].unique(maintain_order=True):
            yield f"  {value_label(_, group)}"
            yield from _shares(own.filter(pl.col("group") == group), _, indent="    ")
    if table["by"].is_not_null().any():
        yield _(
            "Groups of fewer than {n} people are withheld, and so is whatever would give them "
            "away.",
            n=Settings().min_group,
        )
    yield f"\n{_('In words, for the terms of a service')}"
    yield article_27_text(table, rate, _)
    yield f"\n{_('An imitation in three questions')}"
    yield imitation_sentence(found.surrogate, _)
    for where, score, share in rules_of(found.surrogate, _).iter_rows():
        yield f"  {score:>9}  {share:>4}  {where}"


def _shares(rows: pl.DataFrame, _: Translator, *, indent: str = "  ") -> Iterator[str]:
    for row in rows.iter_rows(named=True):
        yield f"{indent}{parameter_name(row['parameter'], _)}: {share_of(row, _)}"
