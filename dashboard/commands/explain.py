"""`recscope explain`: why one item has its score for one person."""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from dashboard.commands.explanation_text import (
    counterfactual_json,
    counterfactual_text,
    explanation_json,
    explanation_text,
    slate_json,
    slate_text,
)
from dashboard.commands.options import add_data_options
from dashboard.commands.training import add_split_options, load_training
from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.attribution import explain
from engine.explanations.contrastive import explain_slate
from engine.explanations.counterfactual import Counterfactual, bring_into_list, drop_from_list
from engine.explanations.explanation import Explanation
from engine.explanations.groups import group_players
from engine.explanations.methods import METHODS
from engine.explanations.question import Effort, Question
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
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
    parser.add_argument("--model", default="ease", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--user", required=True, metavar="U", help="a user id")
    parser.add_argument("--item", metavar="I", help="an item id the user lacks")
    parser.add_argument(
        "--method",
        choices=("auto", *METHODS, "counterfactual"),
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
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="en", help="of the text")


def run(args: argparse.Namespace) -> int:
    """Print the explanation."""
    config = RunConfig(args.dataset or args.interactions, args.model, n=args.n, seed=args.seed)
    effort = Effort(args.budget, args.error)
    if args.against is not None and args.game != "margin":
        raise OptionError("--against names whom a margin is held against; add --game margin")
    if (args.item is None) != (args.game == "slate"):
        raise OptionError("name the item by --item, or ask about the whole list by --game slate")
    train = load_training(args)
    history = train.histories.take([train.user_row(args.user)])
    if args.game == "slate":
        return _slate(args, fit_model(config, train), history, train=train, effort=effort)
    item = train.item_row(args.item)
    rivals = None if args.against is None else [train.item_row(args.against)]
    if item in history.items:
        raise OptionError(
            "user {user} already has item {item}, so it is never recommended; "
            "name an item that is not in the history",
            user=args.user,
            item=args.item,
        )
    model = fit_model(config, train)
    if args.method == "counterfactual":
        found = _counterfactual(model, history, item, n=args.n)
        _print(args, counterfactual_json(found, train), counterfactual_text(found, train))
        return 0
    groups = group_players(history, train.items) if args.game == "attributes" else ()
    explanation = explain(
        model,
        history,
        item,
        method=args.method,
        game=args.game,
        competitors=rivals,
        groups=groups,
        rng=stream(args.seed, "explain"),
        effort=effort,
    )
    sentence = _sentence(explanation, train, model, language=args.language)
    _print(
        args,
        explanation_json(explanation, train),
        explanation_text(explanation, train, sentence=sentence),
    )
    return 0


def _slate(
    args: argparse.Namespace,
    model: Recommender,
    history: Histories,
    *,
    train: Dataset,
    effort: Effort,
) -> int:
    """Print why the model's own list stands above the best items it leaves out."""
    if args.method == "counterfactual":
        raise OptionError("a counterfactual is about one item; name it by --item")
    listed = Rescorer(model, history, 0, n=1).first(history, n=args.n)[0]
    found = explain_slate(
        model,
        history,
        listed[listed >= 0].tolist(),
        method=args.method,
        rng=stream(args.seed, "explain"),
        effort=effort,
    )
    _print(args, slate_json(found, train), slate_text(found, train))
    return 0


def _print(args: argparse.Namespace, record: dict[str, Any], text: str) -> None:
    if args.json:
        whole = {"user_id": args.user, "item_id": args.item, **record}
        print(json.dumps(whole, ensure_ascii=False, allow_nan=False))
    else:
        print(text)


def _counterfactual(model: Recommender, history: Histories, item: int, *, n: int) -> Counterfactual:
    """Ask what would take a listed item off the list, or bring another one in."""
    Question(model, history, (item,))
    rank = Rescorer(model, history, item, n=n).standing(history).ranks[0]
    search = drop_from_list if rank <= n else bring_into_list
    return search(model, history, item, n=n)


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
