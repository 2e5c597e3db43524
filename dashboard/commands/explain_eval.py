"""`recscope explain-eval`: how far explanations can be trusted, method beside method."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from dashboard.commands.fidelity_text import fidelity_text
from dashboard.commands.options import add_data_options, load_data
from engine.config import RunConfig, stream
from engine.errors import CapabilityError, OptionError
from engine.explanations.baselines import Background
from engine.explanations.fidelity import find_tasks, measure_fidelity
from engine.explanations.fidelity_bounds import has_least_del, least_del
from engine.explanations.fidelity_comparison import differences, summary
from engine.explanations.fidelity_cuts import PROTOCOLS
from engine.explanations.fidelity_sanity import check_sanity
from engine.explanations.orderings import ORDERINGS, check_orderings, order_history
from engine.explanations.question import Effort
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.protocols import Strangers, strangers
from engine.recommend import fit_model

__all__ = ["HELP", "add_arguments", "run"]

HELP = "measure how far explanations can be trusted, method beside method"
METHODS = "auto,margin:auto,leave-one-out,random,jaccard,cosine,lime-lxr,shap-clusters,accent"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    parser.add_argument("--model", default="ease", help="default: %(default)s")
    parser.add_argument(
        "--methods",
        metavar="A,B,…",
        default=METHODS,
        help=f"of {', '.join(ORDERINGS)}; margin:METHOD for the lead over ten runner-ups; "
        "METHOD@K for K evaluations a player; random is always there as the floor "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--protocol",
        choices=tuple(PROTOCOLS),
        default="lxr",
        help="lxr: 11 cuts from nothing to all; refined: 1 to 5 items; cfexprec: ten chunks and "
        "the smallest removal (default: %(default)s)",
    )
    parser.add_argument(
        "--reference", metavar="M", help="whom others are held against (default: the first method)"
    )
    parser.add_argument(
        "--people",
        type=int,
        metavar="N",
        default=200,
        help="explain at most so many whom the model has not learned from; --users N says the "
        "same (default: %(default)s)",
    )
    parser.add_argument(
        "--checked",
        type=int,
        default=20,
        help="so many of them are asked again: other seeds, an item less, weights shuffled; "
        "0 for none (default: %(default)s)",
    )
    parser.add_argument("--budget", type=int, help="model evaluations of a sampled method, at most")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--resamples", type=int, default=1000, help="default: %(default)s")


def run(args: argparse.Namespace) -> int:
    """Print means, differences and checks, each with its n and its 95% interval."""
    if args.users is not None and args.users.isdecimal():
        # The other data options have a file of that name; a number can only be this.
        args.people, args.users = int(args.users), None
    names = _names(args)
    effort = Effort(args.budget)
    config = RunConfig(args.dataset or args.interactions or "", args.model, seed=args.seed)
    make_model(args.model)
    parts = strangers(load_data(args))
    histories = _drawn(parts, args)
    print(
        f"{args.model} learns from {parts.train.n_users:,} people; {len(histories):,} others "
        "are explained",
        file=sys.stderr,
        flush=True,
    )
    model, background = fit_model(config, parts.train), Background.of(parts.train)
    _check_answers(model, histories, background, names=names, effort=effort, seed=args.seed)
    found = measure_fidelity(
        model,
        histories,
        background=background,
        methods=names,
        protocol=args.protocol,
        rng=stream(args.seed, "explain"),
        effort=effort,
        progress=_show("explained"),
    )
    means = summary(found, rng=stream(args.seed, "bootstrap"), resamples=args.resamples)
    apart = differences(
        found,
        args.reference or names[0],
        rng=stream(args.seed, "bootstrap"),
        resamples=args.resamples,
    )
    checks = _checks(args, model, histories, background, names=names, effort=effort)
    record = _record(args, model, parts, len(histories), tables=(means, apart, checks))
    record["least_del"] = _least_del(args, model, histories, background)
    if args.json:
        print(json.dumps(record, ensure_ascii=False, allow_nan=False))
    else:
        unit, least = record["config"]["unit"], record["least_del"]
        print(fidelity_text(means, apart, checks, unit=unit, least_del=least))
    return 0


def _names(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the methods asked for; what cannot be is told before anything is read."""
    names = [name.strip() for name in args.methods.split(",") if name.strip()]
    if not names or len(set(names)) < len(names):
        raise OptionError(
            "--methods is {methods}; give one method or more, each once, as in auto,cosine",
            methods=repr(args.methods),
        )
    if "random" not in names:
        names.append("random")
    check_orderings(tuple(names))
    if args.reference is not None and args.reference not in names:
        raise OptionError(
            "--reference is {reference}, which is not among the methods {names}; add it to them",
            reference=args.reference,
            names=", ".join(names),
        )
    if args.people < 2 or args.checked < 0 or args.resamples < 1:
        raise OptionError(
            "--people is {people}, --checked {checked} and --resamples {resamples}; give numbers "
            "from 2, 0 and 1",
            people=args.people,
            checked=args.checked,
            resamples=args.resamples,
        )
    return tuple(names)


def _drawn(parts: Strangers, args: argparse.Namespace) -> Histories:
    """Return so many of the people, drawn, in the order of their rows."""
    rows = stream(args.seed, "users").permutation(len(parts.histories))[: args.people]
    return parts.histories.take(np.sort(rows))


def _check_answers(
    model: Recommender,
    histories: Histories,
    background: Background,
    *,
    names: tuple[str, ...],
    effort: Effort,
    seed: int,
) -> None:
    """Ask every method about one person, so that one that cannot answer is told at once."""
    longest = histories.take([int(histories.lengths.argmax())])
    (task,) = find_tasks(model, longest, background, effort=effort)
    for name in names:
        try:
            order_history(name, task, rng=stream(seed, "explain"))
        except CapabilityError as error:
            raise CapabilityError(
                "the method {method} cannot explain {model} ({reason}); leave it out",
                method=name,
                model=model.name,
                reason=error,
            ) from error


def _least_del(
    args: argparse.Namespace, model: Recommender, histories: Histories, background: Background
) -> float | None:
    """Return the mean of the least DEL of all orders, where it is measured and known."""
    if args.protocol not in ("lxr", "refined") or not has_least_del(model):
        return None
    return float(least_del(find_tasks(model, histories, background), args.protocol).mean())


def _checks(
    args: argparse.Namespace,
    model: Recommender,
    histories: Histories,
    background: Background,
    *,
    names: tuple[str, ...],
    effort: Effort,
) -> pl.DataFrame | None:
    if not args.checked:
        return None
    found = check_sanity(
        model,
        histories.take(np.arange(min(args.checked, len(histories)))),
        background=background,
        methods=names,
        rng=stream(args.seed, "explain"),
        effort=effort,
        progress=_show("checked"),
    )
    return summary(found, rng=stream(args.seed, "bootstrap"), resamples=args.resamples)


def _record(
    args: argparse.Namespace,
    model: Recommender,
    parts: Strangers,
    people: int,
    *,
    tables: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None],
) -> dict[str, Any]:
    chance = model.capabilities.chance
    means, apart, checks = tables
    return {
        "config": {
            "dataset": args.dataset,
            "model": args.model,
            "protocol": args.protocol,
            "seed": args.seed,
            "resamples": args.resamples,
            "learned_from": parts.train.n_users,
            "items": parts.train.n_items,
            "explained": people,
            "unit": "the model's own score" if chance == "none" else f"chance ({chance})",
        },
        "methods": means.to_dicts(),
        "differences": apart.to_dicts(),
        "checks": [] if checks is None else checks.to_dicts(),
    }


def _show(words: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r{words} {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show
