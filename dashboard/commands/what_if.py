"""`recscope what-if`: another history or another person, and the list that would come of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from dashboard.access.person import LOCAL
from dashboard.commands.options import add_data_options, add_person_options
from dashboard.commands.training import add_split_options, load_training
from dashboard.services.what_if import Changes, what_if
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.rescoring import places_of
from engine.explanations.what_if import WhatIf
from engine.justifications.titles import plain_title
from engine.models.base import Recommender
from engine.recommend import fit_model

__all__ = ["HELP", "add_arguments", "run"]

HELP = "change a history or a person, and see the list that would come of it"
_WIDE = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_split_options(parser)
    add_person_options(parser)
    parser.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    edit = parser.add_argument_group("what is to be otherwise; each may be given again")
    edit.add_argument("--drop", action="append", metavar="I,…", help="items out of the history")
    edit.add_argument("--add", action="append", metavar="I,…", help="items at its end")
    edit.add_argument("--weight", action="append", metavar="I=W", help="an item rated anew")
    edit.add_argument(
        "--set",
        action="append",
        metavar="NAME=VALUE",
        help="an attribute of the person; NAME= for not known",
    )
    parser.add_argument("--item", metavar="I", help="what becomes of this item, too")


def run(args: argparse.Namespace) -> int:
    """Print both lists beside each other."""
    config = RunConfig(
        args.dataset or args.interactions or "", args.model, n=args.n, seed=args.seed
    )
    changes = Changes(
        args.user,
        _ids(args.drop),
        _ids(args.add),
        tuple((item, _number(item, text)) for item, text in _pairs("--weight", args.weight)),
        tuple(_pairs("--set", args.set)),
        n=args.n,
    )
    train = load_training(args)
    item = None if args.item is None else train.item_row(args.item)
    fitted: list[Recommender] = []

    def fit() -> Recommender:
        fitted.append(fit_model(config, train))
        return fitted[-1]

    found = what_if(LOCAL, changes, train, fit=fit)
    looks = fitted[-1].capabilities.uses_attributes
    if args.json:
        record = {
            "user_id": args.user,
            "edit": {
                "drop": list(changes.drop),
                "add": list(changes.add),
                "weights": dict(changes.weights),
                "attributes": dict(changes.attributes),
            },
            **_record(found, train, item),
            "uses_attributes": looks,
        }
        print(json.dumps(record, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(_lines(found, train, item)))
        if changes.attributes and not looks:
            print("this model does not look at what is known of the person")
        elif np.array_equal(found.scores_before, found.scores_after):
            print("no score changes: the model does not look at this")
    return 0


def _ids(given: list[str] | None) -> tuple[str, ...]:
    parts = [part.strip() for text in given or () for part in text.split(",")]
    return tuple(part for part in parts if part)


def _pairs(option: str, given: list[str] | None) -> list[tuple[str, str]]:
    found = []
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise OptionError(
                "{option} is {text}; write it as NAME=VALUE", option=option, text=repr(text)
            )
        found.append((name.strip(), value.strip()))
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise OptionError("{option} names one thing twice; name it once", option=option)
    return found


def _number(item: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(
            "--weight of item {item} is {text}; give a number", item=item, text=repr(text)
        ) from error


def _record(found: WhatIf, train: Dataset, item: int | None) -> dict[str, Any]:
    ids = train.item_ids
    lists = {
        name: [
            {
                "rank": rank,
                "item_id": ids[row],
                "label": train.items["title"][row],
                "score": float(scores[row]),
            }
            for rank, row in enumerate(rows[rows >= 0].tolist(), start=1)
        ]
        for name, rows, scores in (
            ("before", found.before, found.scores_before),
            ("after", found.after, found.scores_after),
        )
    }
    return {
        **lists,
        "entered": [ids[row] for row in found.entered],
        "left": [ids[row] for row in found.left],
        "moved": found.moved,
        "item": None if item is None else {"item_id": ids[item], **_standing(found, item)},
    }


def _standing(found: WhatIf, item: int) -> dict[str, Any]:
    """Return score and place before and after; no place where the history holds the item."""
    told: dict[str, Any] = {}
    for name, scores, histories in (
        ("before", found.scores_before, found.history),
        ("after", found.scores_after, found.edited),
    ):
        listed = ~histories.seen()
        place = int(places_of(scores[None], listed, item)[0]) if listed[0, item] else None
        told |= {f"score_{name}": float(scores[item]), f"rank_{name}": place}
    return told


def _lines(found: WhatIf, train: Dataset, item: int | None) -> Iterator[str]:
    titles = train.items["title"]
    yield f"{'':>4}{'as it is':<{_WIDE}} as it would be"
    for place, rows in enumerate(zip(found.before, found.after, strict=True), start=1):
        before, after = (plain_title(titles[int(row)]) if row >= 0 else "" for row in rows)
        mark = "new: " if int(rows[1]) in found.entered else ""
        yield f"{place:>3} {_short(before):<{_WIDE}} {mark}{after}"
    yield (
        "the list stays as it is"
        if found.moved == 0
        else f"places that hold another item: {found.moved}; new items: {len(found.entered)}"
    )
    if item is not None:
        told = _standing(found, item)
        ranks = [told[name] or "in the history" for name in ("rank_before", "rank_after")]
        yield (
            f"{plain_title(titles[item])}: score {told['score_before']:.6g} becomes "
            f"{told['score_after']:.6g}, rank {ranks[0]} becomes {ranks[1]}"
        )


def _short(title: str) -> str:
    return title if len(title) <= _WIDE else f"{title[: _WIDE - 1]}…"
