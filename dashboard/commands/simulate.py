"""`recscope simulate`: what twenty rounds of feedback do at several exploration rates."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import polars as pl

from audits.meter import BUBBLE_SETTINGS
from audits.validity import NOT_CHECKED
from dashboard.commands.loop_text import loop_lines
from dashboard.commands.options import add_data_options, load_data
from dashboard.commands.output import check_writable, sink_table
from dashboard.commands.simulate_options import (
    FROM_LOG,
    LogDrift,
    add_behaviour_options,
    add_loop_options,
    arms_of,
    seeds_of,
    settings_of,
    split_name,
    split_of,
    tastes_of,
)
from dashboard.experiment import Experiment, measures_in, scan_feedback
from dashboard.findings import Findings, compare_choices, find, foretold
from dashboard.logged_drift import kept_drift, logged_drift
from dashboard.workers import run_experiment
from engine.dataset import Dataset
from engine.models.registry import make_model
from engine.simulation.drift import DriftFit

__all__ = ["HELP", "add_arguments", "experiment_of", "result_json", "run"]

HELP = "simulate rounds of feedback at several exploration rates"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    add_loop_options(parser)
    add_behaviour_options(parser)
    work = parser.add_argument_group("work")
    work.add_argument(
        "--workers", type=int, default=1, help="worlds that run at once (default: %(default)s)"
    )
    work.add_argument(
        "--keep",
        metavar="FOLDER",
        help="keep what is done here; the same command with the same folder goes on from there, "
        "and finds more worlds or arms beside those that are there",
    )
    work.add_argument(
        "--out",
        metavar="FILE",
        help="write the feedback table here; ends in .csv, .parquet or .jsonl",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate, write the feedback table, print the effects."""
    if args.out is not None:
        check_writable(args.out)
    with _folder(args.keep) as folder:
        drift = partial(logged_drift, seed=args.seed, folder=folder, progress=_report_drift)
        experiment = experiment_of(args, drift=drift)
        if args.drift == FROM_LOG:
            _say_drift(kept_drift(folder))
        begin = perf_counter()
        run_experiment(experiment, folder, workers=args.workers, progress=_report)
        _say_speed(experiment, perf_counter() - begin)
        feedback = scan_feedback(experiment, folder)
        if args.out is not None:
            sink_table(feedback, args.out)
        found = find(measures_in(experiment, folder), experiment.arms)
        if args.json:
            print(result_json(args, experiment, found, feedback))
        else:
            validity = _validity(experiment, feedback, seed=args.seed)
            for line in loop_lines(found, validity):
                print(line)
            for warning in validity["warnings"]:
                print(f"warning: {warning}", file=sys.stderr)
    return 0


def experiment_of(
    args: argparse.Namespace, *, drift: LogDrift, log: Dataset | None = None
) -> Experiment:
    """Return what the options ask for; a wrong one is told before any data is read.

    With ``log`` nothing is read: it is the data set that the options name. ``drift`` is asked for
    the drift of the log where the options say so.
    """
    arms, seeds = arms_of(args), tuple(seeds_of(args))
    make_model(args.model)
    dataset = load_data(args) if log is None else log
    return Experiment(
        log=dataset,
        split=split_of(dataset, args),
        model=args.model,
        arms=arms,
        seeds=seeds,
        settings=settings_of(args, dataset, drift=drift),
        tastes=tastes_of(args, dataset),
        by=tuple(name for name in args.by.split(",") if name),
    )


@contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep is not None:
        yield Path(keep)
        return
    with TemporaryDirectory(prefix="recscope-simulation-") as name:
        yield Path(name)


def _report(done: int, total: int) -> None:
    _count(f"round {done} of {total}", last=done == total)


def _report_drift(done: int, total: int) -> None:
    """Count as rounds are; it takes so long that a log file hears of the start and every tenth."""
    tenth = 10 * done // total > 10 * (done - 1) // total and not sys.stderr.isatty()
    last = done in (0, total) or tenth
    _count(f"drift of the log: {done} of {total} logs measured", last=last)


def _say_drift(fit: DriftFit | None) -> None:
    if fit is not None:
        beyond = "; the log is more ordered than any made-up one" if fit.is_beyond else ""
        print(f"drift that the order of the log allows for: {fit.best:g}{beyond}", file=sys.stderr)


def _count(said: str, *, last: bool) -> None:
    """Count on one line of a terminal; into a log file say what should stay alone."""
    if last or sys.stderr.isatty():
        print(said, end="\n" if last else "\r", file=sys.stderr, flush=True)


def _say_speed(experiment: Experiment, seconds: float) -> None:
    user_rounds = experiment.total_rounds * experiment.split.train.n_users
    print(
        f"{user_rounds:,} user-rounds in {seconds:.1f} s, measuring included: "
        f"{user_rounds / seconds:,.0f} a second",
        file=sys.stderr,
    )


def result_json(
    args: argparse.Namespace, experiment: Experiment, found: Findings, feedback: pl.LazyFrame
) -> str:
    """Return what ``--json`` prints."""
    result = {
        "effects": found.effects.to_dicts(),
        "validity": _validity(experiment, feedback, seed=args.seed),
        "config": _config(args, experiment),
        "trends": found.trends.to_dicts(),
        "slopes": found.slopes.to_dicts(),
        "gaps": found.gaps.to_dicts(),
    }
    return json.dumps(result, allow_nan=False, ensure_ascii=False)


def _validity(experiment: Experiment, feedback: pl.LazyFrame, *, seed: int) -> dict[str, Any]:
    """How the simulated people compare with the logged ones, and what nobody compared."""
    split = experiment.split
    card = compare_choices(feedback, experiment.log, split)
    bits = foretold(split, tastes=experiment.tastes, seed=seed)
    warnings = [
        f"{row['measure']} of arm {row['arm']} is {row['value']:.3f}: a bad fit to the log"
        for row in card.filter(~pl.col("fits")).iter_rows(named=True)
    ]
    return {
        "compared_with": "held-out interactions" if bits else "the starting histories",
        "choices": card.to_dicts(),
        "held_out_bits_over_uniform": bits or None,
        "warnings": warnings,
        "not_checked": list(NOT_CHECKED),
    }


def _config(args: argparse.Namespace, experiment: Experiment) -> dict[str, Any]:
    return {
        "dataset": args.dataset or args.interactions,
        "fingerprints": {"dataset": experiment.log.fingerprint},
        "split": split_name(args),
        "test_share": args.test_share,
        "model": args.model,
        "policy": args.policy,
        "rates": sorted(
            arm.rate for arm in experiment.arms if arm.policy is not None and not arm.single
        ),
        "arms": [arm.name for arm in experiment.arms],
        "seeds": list(experiment.seeds),
        "by": list(experiment.by),
        **asdict(experiment.settings),
        "tastes": asdict(experiment.tastes),
        "measures": dict(BUBBLE_SETTINGS),
    }
