"""`recscope justify-eval`: how true, complete and varied the texts are, over many of them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from typing import Any

import numpy as np

from dashboard.commands.fetch import show_progress
from dashboard.commands.justify import add_writing_options
from dashboard.commands.options import add_data_options
from dashboard.commands.training import add_split_options, load_training
from engine.errors import OptionError
from engine.justifications.ablation import Ablation, write_freely
from engine.justifications.assessment import Assessment, assess
from engine.justifications.justification import Justification
from engine.justifications.justify import justify
from engine.justifications.local import LocalGenerator
from engine.justifications.sampling import sample_facts
from engine.justifications.sources import make_generator
from engine.justifications.template import LANGUAGES

__all__ = ["HELP", "add_arguments", "run"]

HELP = "measure how true, complete and varied the texts are"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_split_options(parser)
    parser.add_argument("--models", default="ease,item-knn", metavar="A,B", help="%(default)s")
    parser.add_argument(
        "--policies", default="greedy,epsilon-greedy", metavar="A,B", help="%(default)s"
    )
    parser.add_argument("--rate", type=float, default=0.2, help="default: %(default)s")
    parser.add_argument("--count", type=int, default=100, help="texts (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument(
        "--language", choices=tuple(LANGUAGES), default="en", help="of texts and errors"
    )
    parser.add_argument(
        "--audience", choices=("user", "reviewer"), default="user", help="default: %(default)s"
    )
    parser.add_argument(
        "--free",
        type=int,
        default=0,
        metavar="N",
        help="let the local model write N texts without the grammar too, judged by the same check",
    )
    add_writing_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    if args.count < 1:
        raise OptionError("--count is {count}; give at least 1", count=args.count)
    if args.free < 0 or (args.free and args.generator != "local"):
        raise OptionError(
            "--free is {count} with --generator {generator}; only the local model can write "
            "freely, and not less than 0 texts",
            count=args.free,
            generator=args.generator,
        )
    train = load_training(args)
    generator = make_generator(
        args.generator, model=args.llm, progress=show_progress("language model")
    )
    found: list[Justification] = []
    seconds: list[float] = []
    records = sample_facts(
        train,
        dataset=args.dataset or args.interactions,
        models=args.models.split(","),
        policies=args.policies.split(","),
        rate=args.rate,
        count=args.count,
        seed=args.seed,
    )
    for facts in records:
        start = time.perf_counter()
        found.append(
            justify(facts, language=args.language, audience=args.audience, generator=generator)
        )
        seconds.append(time.perf_counter() - start)
        if sys.stderr.isatty():
            print(f"\r{len(found)} of {args.count}", end="", file=sys.stderr, flush=True)
    figures = assess(found)
    timing = {"median": float(np.median(seconds)), "p95": float(np.quantile(seconds, 0.95))}
    free = None
    if isinstance(generator, LocalGenerator) and args.free:
        asked = [each.facts for each in found[: args.free]]
        free = write_freely(generator, asked, language=args.language, audience=args.audience)
    if args.json:
        unconstrained = None if free is None else asdict(free)
        record = asdict(figures) | {"seconds": timing, "unconstrained": unconstrained}
        print(json.dumps(record, ensure_ascii=False))
    else:
        print(_to_text(figures, timing, free))
    return 0


def _to_text(figures: Assessment, timing: dict[str, float], free: Ablation | None) -> str:
    rows: list[tuple[str, Any]] = [
        ("texts", figures.texts),
        ("claims", figures.claims),
        ("claims the record bears out", _share(figures.precision)),
        *((f"  {kind}", _share(share)) for kind, share in figures.agreement.items()),
        ("texts that name the strongest", _share(figures.complete)),
        *((f"made by {name}", _share(share)) for name, share in figures.produced_by.items()),
        ("needed another attempt", _share(figures.retried)),
        ("distinct before names are filled in", _share(figures.unique)),
        ("seconds a text, median", f"{timing['median']:.3f}"),
        ("seconds a text, 95th percentile", f"{timing['p95']:.3f}"),
    ]
    if free is not None:
        rows += [
            (f"of {free.texts} free texts, would pass", str(free.shown)),
            ("  claims the record bears out", _share(free.claim_precision)),
        ]
    return "\n".join(f"{name:<38}{value:>10}" for name, value in rows)


def _share(value: float | None) -> str:
    return "no claims" if value is None else f"{100 * value:.1f}%"
