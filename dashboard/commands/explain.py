"""`recscope explain`: why one item has its score for one person."""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from dashboard.access.person import LOCAL
from dashboard.commands.explanation_text import (
    counterfactual_json,
    counterfactual_text,
    explanation_json,
    explanation_text,
    slate_json,
    slate_text,
)
from dashboard.commands.options import add_data_options, add_person_options
from dashboard.commands.training import add_split_options, load_training
from dashboard.services.explain import COUNTERFACTUAL, Why, explain
from dashboard.services.explain_list import WhyList, explain_list
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.counterfactual import Counterfactual
from engine.explanations.explanation import Explanation
from engine.explanations.methods import METHODS
from engine.explanations.question import Effort
from engine.justifications.facts import collect_facts
from engine.justifications.justify import justify
from engine.justifications.template import LANGUAGES
from engine.models.base import Recommender
from engine.recommend import fit_model

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say why one item has its score for one person"
GAMES = ("history", "attributes", "margin", "slate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_split_options(parser)
    add_person_options(parser)
    parser.add_argument("--item", metavar="I", help="an item id the user lacks")
    parser.add_argument(
        "--method",
        choices=("auto", *METHODS, COUNTERFACTUAL),
        default="auto",
        help="auto: exact where the model allows it, else leave-one-out, or for groups all subsets",
    )
    parser.add_argument(
        "--game",
        choices=GAMES,
        default="history",
        help="players are history items, for the score, for its lead over others (margin) or for "
        "that of the whole list, without --item (slate); or groups of items and attributes "
        "(attributes; default: %(default)s)",
    )
    parser.add_argument(
        "--against", metavar="I", help="of the margin: one other item, in place of ten runner-ups"
    )
    parser.add_argument("--budget", type=int, help="model evaluations of a sampled method, at most")
    parser.add_argument("--error", type=float, help="stop sampling at this share of the largest")
    parser.add_argument(
        "--n", type=int, default=10, help="list length of a counterfactual or slate"
    )
    parser.add_argument(
        "--language", choices=tuple(LANGUAGES), default="en", help="of text and errors"
    )


def run(args: argparse.Namespace) -> int:
    """Print the explanation."""
    config = RunConfig(args.dataset or args.interactions, args.model, n=args.n, seed=args.seed)
    if (args.item is None) != (args.game == "slate"):
        raise OptionError("name the item by --item, or ask about the whole list by --game slate")
    if args.game == "slate":
        return _slate(args, config)
    why = Why(
        args.user,
        args.item,
        method=args.method,
        game=args.game,
        against=args.against,
        n=args.n,
        effort=Effort(args.budget, args.error),
        seed=args.seed,
    )
    train = load_training(args)
    fitted: list[Recommender] = []

    def fit() -> Recommender:
        fitted.append(fit_model(config, train))
        return fitted[-1]

    found = explain(LOCAL, why, train, fit=fit)
    if isinstance(found, Counterfactual):
        _print(args, counterfactual_json(found, train), counterfactual_text(found, train))
        return 0
    sentence = _sentence(found, train, fitted[-1], language=args.language)
    _print(args, explanation_json(found, train), explanation_text(found, train, sentence=sentence))
    return 0


def _slate(args: argparse.Namespace, config: RunConfig) -> int:
    """Print why the model's own list stands above the best items it leaves out."""
    if args.against is not None:
        raise OptionError("--against names whom a margin is held against; add --game margin")
    effort = Effort(args.budget, args.error)
    why = WhyList(args.user, args.method, n=args.n, effort=effort, seed=args.seed)
    train = load_training(args)
    found = explain_list(LOCAL, why, train, fit=lambda: fit_model(config, train))
    _print(args, slate_json(found, train), slate_text(found, train))
    return 0


def _print(args: argparse.Namespace, record: dict[str, Any], text: str) -> None:
    if args.json:
        whole = {"user_id": args.user, "item_id": args.item, **record}
        print(json.dumps(whole, ensure_ascii=False, allow_nan=False))
    else:
        print(text)


def _sentence(
    explanation: Explanation, train: Dataset, model: Recommender, *, language: str
) -> str | None:
    """Return the reason in words; sentences speak of history items and of the score alone."""
    if explanation.game != "history" or not np.isfinite(explanation.contributions).all():
        return None
    personalised = model.capabilities.personalised
    return justify(
        collect_facts(explanation, train, personalised=personalised), language=language
    ).text
