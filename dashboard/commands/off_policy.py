"""`recscope off-policy`: what another policy would have earned on a log."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.commands.fetch import show_progress, show_terms
from dashboard.commands.off_policy_text import render
from dashboard.commands.options import read_files
from engine.assets import find_asset, install
from engine.errors import OptionError, UnknownNameError
from engine.off_policy.cautions import ASSUMPTIONS, Caution
from engine.off_policy.estimate import Estimate
from engine.off_policy.evaluation import Evaluation, Settings, evaluate, logged_value
from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.list_evaluation import evaluate_lists
from engine.off_policy.log_table import chances, feedback_from, lists_from, read_log, spread
from engine.off_policy.propensities import estimate_propensities
from engine.off_policy.support import Limits
from engine.off_policy.target import (
    column_target,
    list_target,
    place_target,
    uniform_odds,
)
from engine.sources.open_bandit import CAMPAIGNS, LOGGED_BY, load_open_bandit, thompson_policy
from engine.tables import Origin, fingerprint

__all__ = ["HELP", "add_arguments", "run"]

HELP = "estimate from a log what another policy would have earned"
OPEN_BANDIT = "open-bandit"
UNIFORM, THOMPSON = "uniform", "thompson"
MISSING_EVIDENCE = 3


@dataclass(frozen=True)
class _Found:
    evaluation: Evaluation
    config: dict[str, Any]
    on_policy: Estimate | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    log = parser.add_argument_group("log")
    log.add_argument(
        "--log",
        metavar="FILE",
        help="rows of item_id, reward, propensity, and optionally user_id, rank, list_id; rows of "
        "one list_id are one list",
    )
    log.add_argument("--dataset", metavar="D", help=f"{OPEN_BANDIT}, in place of --log")
    log.add_argument(
        "--map",
        metavar="NAME=COLUMN,…",
        default="",
        help="which of your columns holds what, e.g. item_id=sku,reward=click",
    )
    log.add_argument("--context", metavar="A,B", default="", help="columns known before the choice")
    log.add_argument(
        "--estimate-propensities",
        action="store_true",
        help="where the log has none: by how often each item stood in each place",
    )
    log.add_argument(
        "--independent-places",
        action="store_true",
        help="the places of a list were filled without regard to each other",
    )
    log.add_argument("--campaign", choices=CAMPAIGNS, default="all", help=f"of {OPEN_BANDIT}")
    log.add_argument(
        "--logged-by", choices=LOGGED_BY, default=UNIFORM, help=f"which log of {OPEN_BANDIT}"
    )
    _add_declared(parser)


def _add_declared(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group("evaluation")
    asked.add_argument(
        "--target",
        metavar="T",
        required=True,
        help=f"{UNIFORM}, {THOMPSON} (of {OPEN_BANDIT}), or the column that holds the target's "
        "chance of what each row shows",
    )
    declared = Settings()
    limits = declared.limits
    for option, default, words in (
        ("--resamples", declared.resamples, "of the 95%% intervals"),
        ("--folds", declared.folds, "of the reward model's cross-fitting"),
        ("--seed", declared.seed, "of resampling and folds"),
        ("--switch-at", declared.switch_at, "Switch-DR leaves rows above this weight to the model"),
        ("--least-ess", limits.least_ess, "smallest effective sample size that is evidence"),
        ("--most-unseen", limits.most_unseen, "largest share of the target the log may lack"),
    ):
        kind = type(default)
        asked.add_argument(
            option, type=kind, default=default, help=f"{words} (default: %(default)s)"
        )


def run(args: argparse.Namespace) -> int:
    """Print the estimates, and end with 3 where the log does not hold the evidence."""
    settings = Settings(
        limits=Limits(most_unseen=args.most_unseen, least_ess=args.least_ess),
        resamples=args.resamples,
        folds=args.folds,
        switch_at=args.switch_at,
        seed=args.seed,
    )
    if (args.log is None) == (args.dataset is None):
        raise OptionError("give either --log or --dataset, one of the two")
    found = _own_log(args, settings) if args.log else _open_bandit(args, settings)
    evaluation = found.evaluation
    if args.json:
        config = {**found.config, "target": args.target, **asdict(settings)}
        print(json.dumps({**_result(found), "config": config}, allow_nan=False))
    else:
        print(render(evaluation, target=args.target, on_policy=found.on_policy))
    return 0 if evaluation.suffices else MISSING_EVIDENCE


def _own_log(args: argparse.Namespace, settings: Settings) -> _Found:
    frame, origin = read_files(args, ("log",))["log"]
    log = read_log(frame, source=origin)
    config = {"log": Path(args.log).name, "fingerprints": {"log": fingerprint([log])}}
    if args.target == THOMPSON:
        raise OptionError("the target thompson is known for --dataset open-bandit alone")
    evaluated = _lists if "list_id" in log.columns else _single
    return _Found(evaluated(args, log, origin, settings), config)


def _single(
    args: argparse.Namespace, log: pl.DataFrame, origin: Origin, settings: Settings
) -> Evaluation:
    context = tuple(filter(None, args.context.split(",")))
    feedback = feedback_from(log, context=context, source=origin)
    if args.estimate_propensities:
        feedback = _estimated(feedback)
    if args.target == UNIFORM:
        odds = uniform_odds(len(feedback.action_ids))
        target = place_target(UNIFORM, odds[None], feedback)
    else:
        target = column_target(args.target, chances(log, args.target, source=origin))
    return evaluate(feedback, target, settings=settings)


def _estimated(feedback: LoggedFeedback) -> LoggedFeedback:
    if feedback.propensities is not None:
        raise OptionError(
            "the log has propensities; leave out --estimate-propensities, for they are better"
        )
    return estimate_propensities(feedback)


def _lists(
    args: argparse.Namespace, log: pl.DataFrame, origin: Origin, settings: Settings
) -> Evaluation:
    if args.context:
        raise OptionError("--context is for logs of single choices; leave it out for lists")
    lists = lists_from(log, independent=args.independent_places, source=origin)
    if args.target == UNIFORM:
        target = list_target(UNIFORM, lists, odds=uniform_odds(len(lists.action_ids)))
    else:
        chosen = spread(lists, log, chances(log, args.target, source=origin))
        target = list_target(args.target, lists, chosen=chosen)
    return evaluate_lists(lists, target, settings=settings)


def _open_bandit(args: argparse.Namespace, settings: Settings) -> _Found:
    """Evaluate on one policy's log; the target's own log says what it really earned."""
    if args.dataset != OPEN_BANDIT:
        raise UnknownNameError(
            "no log is called {name}; there is {known}, or give your own with --log",
            name=args.dataset,
            known=OPEN_BANDIT,
        )
    if args.target not in LOGGED_BY:
        raise OptionError(
            "the target {target} is not known for open-bandit; choose one of {names}",
            target=args.target,
            names=", ".join(LOGGED_BY),
        )
    if args.map or args.context or args.estimate_propensities or args.independent_places:
        raise OptionError("--map, --context and the like are for --log; open-bandit needs none")
    read = partial(load_open_bandit, _fetched(OPEN_BANDIT), campaign=args.campaign)
    feedback, own = read(logged_by=args.logged_by), read(logged_by=args.target)
    if args.target == THOMPSON:
        table = thompson_policy(_fetched("open-bandit-prior"), campaign=args.campaign)
    else:
        table = uniform_odds(len(feedback.action_ids))[None]
    target = place_target(args.target, table, feedback)
    config = {"dataset": OPEN_BANDIT, "campaign": args.campaign, "logged_by": args.logged_by}
    evaluation = evaluate(feedback, target, settings=settings)
    if args.target == THOMPSON:
        cautions = (*evaluation.cautions, Caution("learned_on", {}))
        evaluation = replace(evaluation, cautions=cautions)
    return _Found(
        evaluation,
        config,
        on_policy=logged_value(own, settings=settings),
    )


def _fetched(name: str) -> Path:
    return install(find_asset(name), progress=show_progress(name), show_terms=show_terms)


def _result(found: _Found) -> dict[str, Any]:
    evaluation = found.evaluation
    result: dict[str, Any] = {
        "estimates": [
            {**asdict(estimate), "assumes": ASSUMPTIONS[estimate.estimator]}
            for estimate in evaluation.estimates
        ],
        "support": asdict(evaluation.support),
        "warnings": [str(caution) for caution in evaluation.cautions],
        "logged": asdict(evaluation.logged),
        "suffices": evaluation.suffices,
    }
    if found.on_policy is not None:
        result["on_policy"] = asdict(found.on_policy)
    return result
