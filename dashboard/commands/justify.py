"""`recscope justify`: the reason in words, every claim of it checked."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from dashboard.commands.fetch import show_progress
from dashboard.commands.options import add_data_options
from dashboard.commands.training import add_split_options, load_training
from engine.config import RunConfig
from engine.errors import OptionError
from engine.explanations.attribution import explain
from engine.justifications.facts import collect_facts
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
    parser.add_argument("--model", default="ease", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--user", required=True, metavar="U", help="a user id")
    parser.add_argument("--item", required=True, metavar="I", help="an item id the user lacks")
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="en", help="of the text")
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
    generator = make_generator(
        args.generator, model=args.llm, progress=show_progress("language model")
    )
    config = RunConfig(args.dataset or args.interactions, args.model, seed=args.seed)
    model = fit_model(config, train)
    explanation = explain(model, history, item)
    facts = collect_facts(explanation, train, personalised=model.capabilities.personalised)
    found = justify(facts, language=args.language, audience=args.audience, generator=generator)
    if args.json:
        print(json.dumps(_to_json(found), ensure_ascii=False))
    else:
        print(found.text)
        print(f"({_made_by(found)})", file=sys.stderr)
    return 0


def _to_json(found: Justification) -> dict[str, object]:
    return {
        "text": found.text,
        "language": found.language,
        "audience": found.audience,
        "produced_by": found.produced_by,
        "ai_generated": found.generated,
        "facts": json.loads(found.facts.to_json()),
        "facts_digest": found.facts.digest,
        "cited": list(found.cited),
        "checks": [asdict(check) for check in found.verdict.checks],
        "refused_attempts": list(found.attempts),
        "refusal": found.facts.refusal,
        "trouble": None if found.trouble is None else str(found.trouble),
        "model_digest": found.model_digest,
        "prompt_digest": found.prompt_digest,
    }


def _made_by(found: Justification) -> str:
    if found.trouble is not None:
        return str(found.trouble)
    if found.generated:
        return f"AI-generated, {len(found.verdict.checks)} checks hold"
    return {
        "template": "fixed words around facts",
        "refused": f"no reason can be named: {found.facts.refusal}",
    }[found.produced_by]
