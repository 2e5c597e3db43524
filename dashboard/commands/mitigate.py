"""`recscope mitigate`: lists re-ranked and audited before and after, in one table with costs."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

import polars as pl

from audits.data import prepare
from audits.log_repair import FIXES, repair_log
from audits.measured import Setting
from audits.results import GAP, Result
from audits.settings import Settings
from dashboard.commands.options import DATA_FILES, add_data_options, read_files, run_config
from dashboard.commands.output import check_writable, write_table
from dashboard.commands.training import split_for_audit
from dashboard.mitigation import Candidates, Mitigated, log_candidates, measure_mitigations
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.policies.registry import find_policy
from engine.recommend import recommend_everyone
from engine.sources.own_files import join_tables
from engine.tables import HELD_OUT, RECOMMENDATIONS, conform

__all__ = ["HELP", "add_arguments", "run"]

HELP = "re-rank lists of a model or of a log, and audit before and after with the costs"
# How many candidates of a model compete for each place of a list.
POOL = 5
ENDS = ("value", "low", "high")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    run = parser.add_argument_group("mitigation")
    run.add_argument(
        "--recommendations",
        metavar="FILE",
        help="lists of another system, longer than --n; by score, else by rank",
    )
    run.add_argument("--held-out", metavar="FILE", help="what people chose afterwards")
    run.add_argument("--model", default="ease", help="of --dataset (default: %(default)s)")
    run.add_argument(
        "--rerankers",
        metavar="POLICY:RATE,…",
        default="mmr:0.3,calibration:0.5,popularity-xquad:0.5",
        help="default: %(default)s",
    )
    run.add_argument("--by", metavar="A,B", default="", help="groups of users; the gap is of A")
    run.add_argument(
        "--fix", action="append", default=[], choices=sorted(FIXES), help="as in audit"
    )
    run.add_argument("--test-share", type=float, default=0.25, help="default: %(default)s")
    run.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    run.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    run.add_argument("--resamples", type=int, default=1000, help="default: %(default)s")
    run.add_argument("--out", metavar="FILE", help="ends in .csv, .parquet or .jsonl")
    parser.set_defaults(serving="exact", policy="greedy", rate=0.0)


def run(args: argparse.Namespace) -> int:
    """Print before, after, change and costs of each mitigation."""
    plan = _plan(args.rerankers)
    if args.out:
        check_writable(args.out)
    train, held_out, lists = _log(args) if args.recommendations else _model(args)
    candidates = log_candidates(lists, train)
    if candidates.table.is_empty():
        raise OptionError("nobody in --recommendations is in --interactions; check the user ids")
    before = lists.filter(pl.col("rank") <= args.n)
    if before.height == lists.height:
        print(f"no list is longer than {args.n}: only the order can change", file=sys.stderr)
    data = prepare(
        interactions=train.interactions, held_out=held_out, users=train.users, items=train.items
    )
    own, found = measure_mitigations(
        candidates,
        before,
        data,
        plan=plan,
        n=args.n,
        by=tuple(filter(None, args.by.split(","))),
        settings=Settings(seed=args.seed, resamples=args.resamples),
    )
    table = _table(own, found)
    if args.out:
        write_table(table, args.out)
    if args.json:
        costs = [_cost(one, candidates) for one in found]
        print(json.dumps({"rows": table.to_dicts(), "costs": costs}, ensure_ascii=False))
    else:
        print(_render(own, found, candidates))
    return 0


def _plan(text: str) -> list[tuple[str, float]]:
    plan = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, rate = part.partition(":")
        try:
            plan.append((name, float(rate)))
        except ValueError as error:
            raise OptionError(
                "--rerankers holds {part}, which is not POLICY:RATE; write mmr:0.3", part=part
            ) from error
        find_policy(name).check_rate(plan[-1][1])
    if not plan:
        raise OptionError("--rerankers is empty; write for instance mmr:0.3,calibration:0.5")
    return plan


def _log(args: argparse.Namespace) -> tuple[Dataset, pl.DataFrame, pl.DataFrame]:
    if args.dataset or not args.interactions or not args.held_out:
        raise OptionError(
            "--recommendations needs --interactions FILE (what the system learned from) and "
            "--held-out FILE (what people chose afterwards)"
        )
    tables = read_files(args, (*DATA_FILES, "held_out", "recommendations"))
    frame, origin = tables["recommendations"]
    mended, notes = repair_log(frame, args.fix, source=origin.name)
    for note in notes:
        print(note, file=sys.stderr)
    held_out, source = tables["held_out"]
    return (
        join_tables(tables, duplicates=args.duplicates),
        conform(held_out, HELD_OUT, source=source, duplicates=args.duplicates),
        conform(mended, RECOMMENDATIONS, source=origin),
    )


def _model(args: argparse.Namespace) -> tuple[Dataset, pl.DataFrame, pl.DataFrame]:
    split, _how = split_for_audit(args, None)
    wanted = min(POOL * args.n, split.train.n_items)
    args.n, length = wanted, args.n
    lists = recommend_everyone(run_config(args), split.train)
    args.n = length
    return split.train, split.held_out, lists


def _table(own: Setting, found: list[Mitigated]) -> pl.DataFrame:
    """One row a measure and mitigation: before, after and change, each with its interval."""
    rows: list[dict[str, Any]] = []
    for one in found:
        for name, after in one.setting.rows.items():
            change = one.setting.changes.get(name)
            rows.append(
                {
                    "reranker": one.setting.policy,
                    "rate": one.setting.rate,
                    "measure": name,
                    "n": after.n,
                    **_ends("before", own.rows.get(name)),
                    **_ends("after", after),
                    **_ends("change", change),
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _ends(what: str, row: Result | None) -> dict[str, float | None]:
    found = {} if row is None else asdict(row)
    return {f"{what}_{end}" if end != "value" else what: found.get(end) for end in ENDS}


def _cost(one: Mitigated, candidates: Candidates) -> dict[str, Any]:
    people = len(candidates.context.histories)
    accuracy = one.setting.changes.get("ndcg")
    return {
        "reranker": one.setting.policy,
        "rate": one.setting.rate,
        "ndcg_change": None if accuracy is None else accuracy.value,
        "places_changed": one.moved,
        "seconds": one.seconds,
        "seconds_per_1000_people": 1000 * one.seconds / people,
    }


def _render(own: Setting, found: list[Mitigated], candidates: Candidates) -> str:
    heads = [f"{one.setting.policy}:{one.setting.rate:g}" for one in found]
    lines = ["measure".ljust(24) + "before".rjust(12) + "".join(head.rjust(34) for head in heads)]
    for name, row in own.rows.items():
        cells = [_cell(one.setting.rows.get(name), one.setting.changes.get(name)) for one in found]
        label = "gap in ndcg" if name == GAP else name
        lines.append(label.ljust(24) + _number(row.value).rjust(12) + "".join(map(_wide, cells)))
    costs = [_cost(one, candidates) for one in found]
    for label, key, unit in (
        ("places changed", "places_changed", "{:.1%}"),
        ("seconds / 1000 people", "seconds_per_1000_people", "{:.3g}"),
    ):
        cells = [unit.format(cost[key]) for cost in costs]
        lines.append(label.ljust(24) + "".rjust(12) + "".join(map(_wide, cells)))
    lines.append("after, and in brackets the 95% interval of the change, the same users paired")
    return "\n".join(lines)


def _wide(text: str) -> str:
    return text.rjust(34)


def _cell(row: Result | None, change: Result | None) -> str:
    if row is None:
        return "–"
    if change is None or change.low is None:
        return _number(row.value)
    return f"{_number(row.value)} [{_number(change.low)}, {_number(change.high)}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
