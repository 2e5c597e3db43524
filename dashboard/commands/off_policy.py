"""`recscope off-policy`: what another policy would have earned on a log."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.commands.fetch import show_progress, show_terms
from dashboard.commands.off_policy_text import render
from dashboard.commands.options import read_files
from dashboard.off_policy import (
    OPEN_BANDIT,
    PRIOR,
    THOMPSON,
    UNIFORM,
    Asked,
    Told,
    evaluate_log,
    evaluate_open_bandit,
)
from engine.assets import find_asset, install
from engine.errors import OptionError, UnknownNameError
from engine.off_policy.cautions import ASSUMPTIONS
from engine.off_policy.evaluation import Settings
from engine.off_policy.log_table import read_log
from engine.off_policy.support import Limits
from engine.sources.open_bandit import CAMPAIGNS, LOGGED_BY
from engine.tables import fingerprint

__all__ = ["HELP", "add_arguments", "run"]

HELP = "estimate from a log what another policy would have earned"
MISSING_EVIDENCE = 3


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
    asked.add_argument(
        "--rate",
        type=float,
        default=0.0,
        help="share of the target's choices that is left to chance (default: %(default)s)",
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
    asked = Asked(
        args.target,
        rate=args.rate,
        context=tuple(filter(None, args.context.split(","))),
        estimate_propensities=args.estimate_propensities,
        independent_places=args.independent_places,
        settings=Settings(
            limits=Limits(most_unseen=args.most_unseen, least_ess=args.least_ess),
            resamples=args.resamples,
            folds=args.folds,
            switch_at=args.switch_at,
            seed=args.seed,
        ),
    )
    if (args.log is None) == (args.dataset is None):
        raise OptionError("give either --log or --dataset, one of the two")
    told, config = _own_log(args, asked) if args.log else _open_bandit(args, asked)
    evaluation = told.evaluation
    if args.json:
        config |= {"target": args.target, "rate": args.rate, **asdict(asked.settings)}
        print(json.dumps({**_result(told), "config": config}, allow_nan=False))
    else:
        print(render(evaluation, target=args.target, on_policy=told.on_policy))
    return 0 if evaluation.suffices else MISSING_EVIDENCE


def _own_log(args: argparse.Namespace, asked: Asked) -> tuple[Told, dict[str, Any]]:
    frame, origin = read_files(args, ("log",))["log"]
    log = read_log(frame, source=origin)
    config = {"log": Path(args.log).name, "fingerprints": {"log": fingerprint([log])}}
    return evaluate_log(log, asked, source=origin), config


def _open_bandit(args: argparse.Namespace, asked: Asked) -> tuple[Told, dict[str, Any]]:
    if args.dataset != OPEN_BANDIT:
        raise UnknownNameError(
            "no log is called {name}; there is {known}, or give your own with --log",
            name=args.dataset,
            known=OPEN_BANDIT,
        )
    if args.map or args.context or args.estimate_propensities or args.independent_places:
        raise OptionError("--map, --context and the like are for --log; open-bandit needs none")
    told = evaluate_open_bandit(
        _fetched(OPEN_BANDIT),
        _fetched(PRIOR) if args.target == THOMPSON else None,
        asked,
        campaign=args.campaign,
        logged_by=args.logged_by,
    )
    config = {"dataset": OPEN_BANDIT, "campaign": args.campaign, "logged_by": args.logged_by}
    return told, config


def _fetched(name: str) -> Path:
    return install(find_asset(name), progress=show_progress(name), show_terms=show_terms)


def _result(told: Told) -> dict[str, Any]:
    evaluation = told.evaluation
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
    if told.on_policy is not None:
        result["on_policy"] = asdict(told.on_policy)
    return result
