"""`recscope simulate`: what twenty rounds of feedback do at several exploration rates."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from audits.data import AuditData, prepare
from audits.feedback import effects, measure_rounds
from audits.validity import NOT_CHECKED, compare_with_log
from dashboard.commands.options import add_data_options, load_data
from dashboard.commands.output import check_writable, write_table
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.models.registry import make_model
from engine.policies.registry import find_policy
from engine.simulation.arms import SEARCH, compare, rate_arms
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import fit_tastes
from engine.splits import SPLITS, Split

__all__ = ["HELP", "add_arguments", "run"]

HELP = "simulate rounds of feedback at several exploration rates"
WHOLE = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    loop = parser.add_argument_group("simulation")
    loop.add_argument("--model", default="ease", help="default: %(default)s")
    loop.add_argument("--policy", default="epsilon-greedy", help="default: %(default)s")
    loop.add_argument(
        "--rates",
        default="0,0.1,0.3,1",
        metavar="R,R,…",
        help="exploration rates from 0 to 1 (default: %(default)s); 0 is always run, for the "
        "others are held against it",
    )
    loop.add_argument("--rounds", type=int, default=20, help="default: %(default)s")
    loop.add_argument(
        "--seeds", type=int, default=10, help="how many worlds, at least 1 (default: %(default)s)"
    )
    loop.add_argument("--seed", type=int, default=7, help="the first seed (default: %(default)s)")
    loop.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    loop.add_argument(
        "--refit-every", type=int, default=1, help="rounds from one fit to the next (default: 1)"
    )
    loop.add_argument(
        "--split",
        choices=(WHOLE, *SPLITS),
        help="start from the training part "
        "(default: random for --dataset, none for --interactions)",
    )
    loop.add_argument(
        "--test-share", type=float, default=0.25, help="held out by a split (default: %(default)s)"
    )
    loop.add_argument(
        "--out",
        metavar="FILE",
        help="write the feedback table here; ends in .csv, .parquet or .jsonl",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate, write the feedback table, print the effects."""
    rates = _parse_rates(args.rates)
    settings = LoopSettings(rounds=args.rounds, n=args.n, refit_every=args.refit_every)
    seeds = _seeds(args.seed, args.seeds)
    model, policy = make_model(args.model), find_policy(args.policy)
    arms = rate_arms(policy, rates)
    if args.out is not None:
        check_writable(args.out)
    dataset = load_data(args)
    split = _split(dataset, args)
    feedback = compare(
        split.train,
        (*arms, SEARCH),
        model=model,
        tastes=partial(fit_tastes, dataset),
        seeds=seeds,
        settings=settings,
        progress=_report,
    )
    if args.out is not None:
        write_table(feedback, args.out)
    later = dataset.interactions if split.held_out.is_empty() else split.held_out
    data = prepare(interactions=split.train.interactions, held_out=later, items=dataset.items)
    found = effects(measure_rounds(feedback, data), reference_arm=arms[0].name)
    if args.json:
        result = {
            "effects": found.to_dicts(),
            "validity": _validity(feedback, data, split, seed=args.seed),
            "config": _config(args, dataset, settings, rates=rates, seeds=seeds),
        }
        print(json.dumps(result, allow_nan=False, ensure_ascii=False))
    else:
        _print_last_round(found)
    return 0


def _parse_rates(text: str) -> tuple[float, ...]:
    """Read exploration rates; they come out in rising order, with 0 in front.

    Raises
    ------
    OptionError
        A part is not a number from 0 to 1.

    Examples
    --------
    >>> _parse_rates("0.3,0.1")
    (0.0, 0.1, 0.3)
    """
    rates = {0.0}
    for part in text.split(","):
        try:
            rate = float(part)
        except ValueError:
            rate = np.nan
        if not 0 <= rate <= 1:
            raise OptionError(
                "--rates holds {part}, which is not a number from 0 to 1; write 0,0.1,0.3",
                part=repr(part),
            )
        rates.add(rate)
    return tuple(sorted(rates))


def _seeds(first: int, count: int) -> range:
    if first < 0 or count < 1:
        raise OptionError(
            "--seed is {first} and --seeds is {count}; give numbers from 0 and from 1",
            first=first,
            count=count,
        )
    return range(first, first + count)


def _report(done: int, total: int) -> None:
    """Count on one line of a terminal; in a log file say only that all is done."""
    if done == total or sys.stderr.isatty():
        ending = "\n" if done == total else "\r"
        print(f"round {done} of {total}", end=ending, file=sys.stderr, flush=True)


def _split_name(args: argparse.Namespace) -> str:
    return args.split or ("random" if args.dataset else WHOLE)


def _split(dataset: Dataset, args: argparse.Namespace) -> Split:
    name = _split_name(args)
    if name == WHOLE:
        return Split(dataset, dataset.interactions.clear())
    return SPLITS[name](dataset, test_share=args.test_share, rng=stream(args.seed, "split"))


def _validity(
    feedback: pl.DataFrame, data: AuditData, split: Split, *, seed: int
) -> dict[str, Any]:
    """How the simulated people compare with the logged ones, and what nobody compared."""
    held_out = not split.held_out.is_empty()
    return {
        "compared_with": "held-out interactions" if held_out else "the starting histories",
        "choices": compare_with_log(feedback, data).to_dicts(),
        "held_out_bits_over_uniform": _foretold(split, seed=seed) if held_out else None,
        "not_checked": list(NOT_CHECKED),
    }


def _foretold(split: Split, *, seed: int) -> list[dict[str, Any]]:
    """How well tastes fitted on the training part foretell the rest; popularity as yardstick."""
    start = split.train.histories
    later = split.train.with_interactions(split.held_out).histories
    fit = partial(fit_tastes, split.train, rng=stream(seed, "users"))
    bits = {
        "tastes": fit().bits_over_uniform(start, later),
        "popularity": fit(profiles=1).bits_over_uniform(start, later),
    }
    return [
        {"name": name, "value": float(np.nanmean(values)), "n": int((~np.isnan(values)).sum())}
        for name, values in bits.items()
    ]


def _config(
    args: argparse.Namespace,
    dataset: Dataset,
    settings: LoopSettings,
    *,
    rates: Sequence[float],
    seeds: Sequence[int],
) -> dict[str, Any]:
    return {
        "dataset": args.dataset or args.interactions,
        "fingerprints": {"dataset": dataset.fingerprint},
        "split": _split_name(args),
        "test_share": args.test_share,
        "model": args.model,
        "policy": args.policy,
        "rates": list(rates),
        "seeds": list(seeds),
        **asdict(settings),
    }


def _print_last_round(found: pl.DataFrame) -> None:
    last = found.filter(pl.col("round") == pl.col("round").max())
    for row in last.iter_rows(named=True):
        interval = row["note"] or "95% interval {low:+.4f} to {high:+.4f}".format(**row)
        value = "missing" if row["value"] is None else f"{row['value']:+.4f}"
        print(
            f"round {row['round']}  {row['measure']:<24} {row['arm']:<10} against "
            f"{row['reference']}: {value}  ({interval}, n = {row['n']})"
        )
