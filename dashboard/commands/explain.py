"""`recscope explain`: why one item has its score for one person."""

from __future__ import annotations

import argparse
import json
from typing import Any, Literal, cast

import numpy as np

from dashboard.commands.options import add_data_options
from dashboard.commands.training import add_split_options, load_training
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import CapabilityError, OptionError
from engine.explanations.attribution import explain
from engine.explanations.explanation import Explanation, Method
from engine.justifications.facts import FactRecord, collect_facts
from engine.justifications.justify import justify
from engine.justifications.template import LANGUAGES
from engine.recommend import fit_model

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say why one item has its score for one person"
METHODS = ("auto", "exact", "leave-one-out")
LATER = ("shap", "lime", "counterfactual")
MOST_LINES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_split_options(parser)
    parser.add_argument("--model", default="ease", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--user", required=True, metavar="U", help="a user id")
    parser.add_argument("--item", required=True, metavar="I", help="an item id the user lacks")
    parser.add_argument(
        "--method",
        choices=(*METHODS, *LATER),
        default="auto",
        help="auto: exact where the model allows it, else leave-one-out",
    )
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="en", help="of the text")


def run(args: argparse.Namespace) -> int:
    """Print the explanation."""
    method = _check_method(args.method)
    config = RunConfig(args.dataset or args.interactions, args.model, seed=args.seed)
    train = load_training(args)
    user, item = train.user_row(args.user), train.item_row(args.item)
    history = train.histories.take([user])
    if item in history.items:
        raise OptionError(
            "user {user} already has item {item}, so it is never recommended; "
            "name an item that is not in the history",
            user=args.user,
            item=args.item,
        )
    model = fit_model(config, train)
    explanation = explain(model, history, item, method=method)
    facts = collect_facts(explanation, train, personalised=model.capabilities.personalised)
    if args.json:
        print(json.dumps(_to_json(args, explanation, facts, train), ensure_ascii=False))
    else:
        print(_to_text(explanation, facts, train, language=args.language))
    return 0


def _check_method(name: str) -> Method | Literal["auto"]:
    if name in LATER:
        raise CapabilityError(
            "the method {method} comes with a later version; use one of {methods}",
            method=name,
            methods=", ".join(METHODS),
        )
    return cast('Method | Literal["auto"]', name)


def _to_json(
    args: argparse.Namespace, explanation: Explanation, facts: FactRecord, train: Dataset
) -> dict[str, object]:
    return {
        "user_id": args.user,
        "item_id": args.item,
        "label": facts.title,
        "method": explanation.method,
        "game": explanation.game,
        "base_value": explanation.base_value,
        "score": explanation.score,
        "contributions": _by_size(explanation, train),
        "residual": explanation.residual,
        "evaluations": explanation.evaluations,
        "fidelity": {"residual_share": facts.residual_share},
    }


def _to_text(explanation: Explanation, facts: FactRecord, train: Dataset, *, language: str) -> str:
    players = _by_size(explanation, train)
    rest = sum(player["value"] for player in players[MOST_LINES:])
    lines = [
        facts.title,
        justify(facts, language=language).text,
        "",
        f"{explanation.score:+z12.6f}  score ({explanation.method}, unit: the model's own score)",
        f"{explanation.base_value:+z12.6f}  base value (empty history)",
        *(f"{player['value']:+z12.6f}  {player['label']}" for player in players[:MOST_LINES]),
        f"{rest:+z12.6f}  {max(len(players) - MOST_LINES, 0)} further history items",
        f"{explanation.residual:+z12.6f}  residual (what belongs to no single item)",
        f"{explanation.evaluations:>12}  model evaluations",
    ]
    return "\n".join(lines)


def _by_size(explanation: Explanation, train: Dataset) -> list[dict[str, Any]]:
    """Return one row a history item, the largest absolute contribution first."""
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    titles = train.items["title"]
    errors = explanation.standard_errors
    return [
        {
            "player": train.item_ids[explanation.players[place]],
            "label": titles[int(explanation.players[place])],
            "value": float(explanation.contributions[place]),
            "standard_error": None if errors is None else float(errors[place]),
        }
        for place in order
    ]
