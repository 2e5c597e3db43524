"""`recscope explore`: policies at rates side by side, and the setting a rule suggests."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from audits.data import prepare
from audits.measured import Setting
from audits.pareto import front
from audits.results import EXPOSURE, GAP, Result
from audits.rules import Rule, Suggestion, parse_rule, suggest
from audits.settings import Settings
from dashboard.commands.options import add_data_options
from dashboard.commands.training import split_for_audit
from dashboard.exploration import RATES, measure_rates
from engine.config import RunConfig
from engine.errors import OptionError
from engine.policies.context import PolicyContext
from engine.policies.registry import POLICIES, find_policy
from engine.recommend import fit_model
from engine.splits import SPLITS, Split

__all__ = ["HELP", "add_arguments", "run"]

HELP = "hold policies and rates against each other, and suggest a setting by a written rule"
AGAINST = {"intra_list_diversity": 1, GAP: -1}
SHOWN = ("ndcg", GAP, "arp", "intra_list_diversity", EXPOSURE)
HEADS = ("accuracy", "gap", "popularity", "variety", "least exposed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    run = parser.add_argument_group("settings")
    run.add_argument("--model", default="ease", help="default: %(default)s")
    known = ", ".join(name for name, policy in POLICIES.items() if policy.takes_rate)
    run.add_argument(
        "--policies",
        metavar="A,B,…",
        default="epsilon-greedy,plackett-luce,mmr",
        help=f"of {known}",
    )
    rates = ",".join(f"{rate:g}" for rate in RATES)
    run.add_argument("--rates", metavar="R,…", default=rates, help="default: %(default)s")
    run.add_argument("--by", metavar="ATTRIBUTE", help="user attribute of the gap between groups")
    run.add_argument(
        "--rule",
        default=None,
        help="least|most MEASURE within P%% of best MEASURE; MEASURE is gap (with --by), "
        "exposure_merit, or one of the catalogue (default: “least gap within 2%% of best ndcg”, or "
        "most intra_list_diversity without --by)",
    )
    run.add_argument(
        "--protocol", choices=tuple(SPLITS), help="what is held out (default: as in compare)"
    )
    run.add_argument("--test-share", type=float, default=0.25, help="default: %(default)s")
    run.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    run.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    run.add_argument("--resamples", type=int, default=1000, help="default: %(default)s")


def run(args: argparse.Namespace) -> int:
    """Print the settings with their intervals, the fronts, and the suggestion."""
    rates, names = _rates(args.rates), _policies(args.policies)
    usual = GAP if args.by else "intra_list_diversity"
    rule = parse_rule(args.rule) if args.rule else Rule(objective=usual, most=usual != GAP)
    config = RunConfig(
        args.dataset or args.interactions or "", args.model, rate=0, n=args.n, seed=args.seed
    )
    settings = Settings(seed=args.seed, resamples=args.resamples)
    split, how = split_for_audit(args, args.protocol)
    found = _measured(config, names, rates, split=split, by=args.by, settings=settings)
    suggestion = suggest(found, rule)
    if args.json:
        plan = {**config.to_dict(), **how, "policies": names, "rates": rates, "by": args.by}
        del plan["policy"], plan["rate"]
        plan |= {"rule": str(rule), "resamples": args.resamples}
        print(json.dumps(_result(found, suggestion, plan), ensure_ascii=False, allow_nan=False))
    else:
        print(_render(found, suggestion, rule))
    return 0


def _rates(text: str) -> list[float]:
    try:
        rates = [float(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise OptionError(
            "--rates is {rates}; give numbers from 0 to 1, as in 0,0.1,0.2", rates=repr(text)
        ) from error
    if not rates or not all(0 <= rate <= 1 for rate in rates):
        raise OptionError(
            "--rates is {rates}; give numbers from 0 to 1, as in 0,0.1,0.2", rates=repr(text)
        )
    return sorted({0.0, *rates})


def _policies(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or len(set(names)) < len(names):
        raise OptionError(
            "--policies is {policies}; give one policy or more, each once, as in mmr,linucb",
            policies=repr(text),
        )
    for name in names:
        find_policy(name).check_rate(1.0)
    return names


def _measured(
    config: RunConfig,
    policies: Sequence[str],
    rates: Sequence[float],
    *,
    split: Split,
    by: str | None,
    settings: Settings,
) -> list[Setting]:
    """Return the model's own list once, as the policy greedy, then each policy above rate 0."""
    train = split.train
    data = prepare(
        interactions=train.interactions,
        held_out=split.held_out,
        users=train.users,
        items=train.items,
    )
    attributes = () if by is None else (by,)
    for attribute in attributes:
        data.groups(attribute)
    print(f"{config.model} …", file=sys.stderr, flush=True)
    context = PolicyContext(train, fit_model(config, train), train.histories)
    found: list[Setting] = []
    for policy in policies:
        print(f"{policy} …", file=sys.stderr, flush=True)
        own, *others = measure_rates(
            replace(config, policy=policy),
            rates,
            context=context,
            data=data,
            by=attributes,
            settings=settings,
        )
        found += others if found else [replace(own, policy="greedy"), *others]
    return found


def _fronts(found: Sequence[Setting]) -> dict[str, list[bool]]:
    def values(name: str) -> list[float]:
        rows = [setting.rows.get(name) for setting in found]
        return [np.nan if row is None or row.value is None else row.value for row in rows]

    return {
        name: front(np.array(values("ndcg")), np.array(values(name)), wanted=(1, side)).tolist()
        for name, side in AGAINST.items()
    }


def _result(
    found: Sequence[Setting], suggestion: Suggestion, plan: dict[str, Any]
) -> dict[str, Any]:
    fronts = _fronts(found)
    rows = [
        {
            "policy": setting.policy,
            "rate": setting.rate,
            "measures": {name: _numbers(row) for name, row in setting.rows.items()},
            "changes": {name: _numbers(row) for name, row in setting.changes.items()},
            "front": {name: on[place] for name, on in fronts.items()},
        }
        for place, setting in enumerate(found)
    ]
    chosen = suggestion.setting
    return {
        "config": plan,
        "settings": rows,
        "suggestion": {
            "policy": chosen.policy,
            "rate": chosen.rate,
            "near": suggestion.near,
            "known": suggestion.known,
            "share": suggestion.share,
        },
    }


def _numbers(row: Result) -> dict[str, Any]:
    kept = asdict(row)
    return {name: kept[name] for name in ("n", "value", "low", "high", "interval")}


def _render(found: Sequence[Setting], suggestion: Suggestion, rule: Rule) -> str:
    fronts = _fronts(found)
    wide = max(len(setting.policy) for setting in found)
    head = f"{'policy':<{wide}} {'rate':>5}" + "".join(f"{name:>29}" for name in HEADS) + "  front"
    lines = [head]
    for place, setting in enumerate(found):
        cells = "".join(f"{_cell(setting.rows.get(name)):>29}" for name in SHOWN)
        on = [name for name, flags in fronts.items() if flags[place]]
        lines.append(f"{setting.policy:<{wide}} {setting.rate:>5.2f}{cells}  {', '.join(on)}")
    return "\n".join([*lines, "", *_sentences(suggestion, rule)])


def _cell(row: Result | None) -> str:
    if row is None or row.value is None:
        return "–"
    if row.low is None or row.high is None:
        return f"{row.value:.4g}"
    return f"{row.value:.4g} [{row.low:.4g}, {row.high:.4g}]"


def _sentences(suggestion: Suggestion, rule: Rule) -> list[str]:
    chosen = suggestion.setting
    reached, met = chosen.rows[rule.objective], chosen.rows[rule.metric]
    change = chosen.changes.get(rule.objective)
    lines = [
        f"rule: {rule}",
        f"suggested: {chosen.policy} at {chosen.rate:g}: {rule.objective} {_cell(reached)}, "
        f"{rule.metric} {_cell(met)}, n = {reached.n:,}",
        f"near enough to the best {rule.metric}: {suggestion.near} of {suggestion.known} settings",
    ]
    if chosen.rate and change is not None:
        lines.append(f"change of {rule.objective} from rate 0: {_cell(change)}")
    if suggestion.share is not None:
        lines.append(f"the same is suggested in {suggestion.share:.0%} of resamples of people")
    return lines
