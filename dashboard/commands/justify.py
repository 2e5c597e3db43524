"""`recscope justify`: the reason in words, every claim of it checked."""

from __future__ import annotations

import argparse
import json
import sys

from dashboard.access.person import LOCAL
from dashboard.commands.fetch import show_progress
from dashboard.commands.json_forms import justification_json
from dashboard.commands.options import add_data_options, add_person_options
from dashboard.commands.training import add_split_options, load_training
from dashboard.services.explain import Why
from dashboard.services.facts import facts_about
from engine.config import RunConfig
from engine.justifications.justification import Justification
from engine.justifications.justify import justify
from engine.justifications.sources import GENERATORS, make_generator
from engine.justifications.template import LANGUAGES
from engine.recommend import fit_model

__all__ = ["HELP", "add_arguments", "add_writing_options", "run"]

HELP = "say in words why one item is recommended, every claim checked"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_split_options(parser)
    add_person_options(parser)
    parser.add_argument("--item", required=True, metavar="I", help="an item id the user lacks")
    parser.add_argument(
        "--n",
        type=int,
        default=10,
        help="length of the list that the item may leave (default: %(default)s)",
    )
    parser.add_argument(
        "--language", choices=tuple(LANGUAGES), default="en", help="of text and errors"
    )
    parser.add_argument(
        "--audience",
        choices=("user", "reviewer"),
        default="user",
        help="user: one short sentence; reviewer: for and against, in numbers",
    )
    add_writing_options(parser)


def add_writing_options(parser: argparse.ArgumentParser) -> None:
    """Add who chooses the words."""
    words = parser.add_argument_group("words")
    words.add_argument(
        "--generator",
        choices=GENERATORS,
        default="template",
        help="local: a language model on this machine; endpoint: the server in RECSCOPE_LLM_URL",
    )
    words.add_argument(
        "--llm", metavar="FOLDER|ID", help="the local model (default: SmolLM2-135M-Instruct)"
    )


def run(args: argparse.Namespace) -> int:
    """Print the text."""
    config = RunConfig(args.dataset or args.interactions, args.model, seed=args.seed)
    why = Why(args.user, args.item, n=args.n, seed=args.seed)
    train = load_training(args)
    why.history(train)
    generator = make_generator(
        args.generator, model=args.llm, progress=show_progress("language model")
    )
    facts = facts_about(LOCAL, why, train, fit=lambda: fit_model(config, train))
    found = justify(facts, language=args.language, audience=args.audience, generator=generator)
    if args.json:
        print(json.dumps(justification_json(found), ensure_ascii=False))
    else:
        print(found.text)
        print(f"({_made_by(found)})", file=sys.stderr)
    return 0


def _made_by(found: Justification) -> str:
    if found.trouble is not None:
        return str(found.trouble)
    if found.generated:
        return f"AI-generated, {len(found.verdict.checks)} checks hold"
    return {
        "template": "fixed words around facts",
        "refused": f"no reason can be named: {found.facts.refusal}",
    }[found.produced_by]
