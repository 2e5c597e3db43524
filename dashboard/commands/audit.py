"""Audit a model under a policy, or anyone's recommendation log."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from audits.gate import exit_code, to_junit, to_markdown
from audits.item_groups import item_attributes
from audits.log_blocks import LogBlocks
from audits.log_repair import FIXES
from audits.report import AuditReport, OptionCheck, audit
from audits.settings import MERITS, Settings
from audits.threshold_files import PRESETS, read_preset, read_thresholds
from audits.thresholds import Threshold
from dashboard.commands.audit_logs import read_logs
from dashboard.commands.audit_text import render
from dashboard.commands.options import (
    DATA_FILES,
    add_data_options,
    add_run_options,
    read_files,
    run_config,
)
from dashboard.commands.output import write_text
from dashboard.commands.rendering import (
    add_rendering_options,
    read_statements,
    write_renderings,
)
from dashboard.commands.trail import trail_facts, write_entry
from dashboard.commands.training import split_for_audit
from dashboard.commands.watching import add_fit_options, watch_fit
from dashboard.option_checks import check_options
from dashboard.reports.about import about_report
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.exploration import recommend_and_measure, usual_draws
from engine.policies.achieved import Achieved
from engine.sources.own_files import join_tables, read_tables
from engine.splits import SPLITS
from engine.tables import HELD_OUT, USERS, Origin, conform

__all__ = ["HELP", "add_arguments", "make_report", "run"]

HELP = "measure lists: quality, exposure, popularity, variety, by group, with intervals"
MOST_GROUPS = 30
NOT_ASKED = {
    "run",
    "command",
    "json",
    "out",
    "junit",
    "markdown",
    "html",
    "pdf",
    "mode",
    "language",
    "statements",
    "trail",
    "key",
    "thresholds",
    "preset",
    "checkpoint_dir",
}


@dataclass(frozen=True)
class _Inputs:
    train: Dataset
    held_out: pl.DataFrame
    recommendations: pl.DataFrame | LogBlocks
    config: dict[str, str | float | int]
    achieved: Achieved | None = None
    before: pl.DataFrame | LogBlocks | None = None
    notes: tuple[str, ...] = ()
    checks: tuple[OptionCheck, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only an audit takes to the options of data and run."""
    add_data_options(parser)
    add_run_options(parser)
    add_fit_options(parser)
    lists = parser.add_argument_group("audit")
    _add_logs(lists)
    lists.add_argument("--held-out", metavar="FILE", help="what people chose afterwards")
    lists.add_argument(
        "--split",
        choices=sorted(SPLITS),
        help="of --dataset (default: its own held-out items where it has some, else random)",
    )
    lists.add_argument("--test-share", type=float, default=0.25, help="default: %(default)s")
    lists.add_argument("--k", type=int, help="places of each list to look at (default: n)")
    lists.add_argument(
        "--by",
        metavar="A,B",
        help="groups of users: gender, age[18|25|50], age[q4], activity, gender*age_band "
        "(default: attributes with few groups, others in 4 bands if numbers)",
    )
    lists.add_argument(
        "--together",
        metavar="A,B",
        help="further groups the same reader may see elsewhere, beside which what is withheld must "
        "hold too",
    )
    lists.add_argument(
        "--by-items",
        metavar="A,B",
        help="groups of items: provider, categories, popularity (default: all with few groups)",
    )
    lists.add_argument(
        "--groups", metavar="FILE", help="your own groups: user_id and a column for each"
    )
    lists.add_argument(
        "--merit",
        choices=MERITS,
        default="relevance",
        help="what the attention of groups of items is held against (default: %(default)s)",
    )
    _add_statistics(lists)
    _add_outcome(parser.add_argument_group("outcome"))


def _add_logs(lists: argparse._ArgumentGroup) -> None:
    lists.add_argument(
        "--recommendations", metavar="FILE", help="lists of another system; no model is run"
    )
    lists.add_argument(
        "--memory",
        metavar="2GB",
        help="read --recommendations and --before by blocks of users, within so much (above "
        "500 MB: 2GB)",
    )
    lists.add_argument(
        "--before", metavar="FILE", help="other lists for the same users, to compare with"
    )
    lists.add_argument(
        "--draws",
        type=int,
        metavar="N",
        help="how often to draw each list of a policy that leaves places to chance, for its "
        "expected exposure (default: 2; a log has its draws in a column draw)",
    )
    lists.add_argument(
        "--fix",
        action="append",
        default=[],
        choices=sorted(FIXES),
        help="mend this in --recommendations and --before; may be repeated",
    )


def _add_statistics(lists: argparse._ArgumentGroup) -> None:
    lists.add_argument("--resamples", type=int, default=1000, help="default: %(default)s")
    lists.add_argument(
        "--permutations", type=int, default=1999, help="of group labels (default: %(default)s)"
    )
    lists.add_argument("--min-group", type=int, default=10, help="smaller groups are withheld")
    lists.add_argument(
        "--exact-up-to",
        type=int,
        default=Settings.exact_up_to,
        metavar="USERS",
        help="beyond so many audited users draw them by buckets (default: %(default)s)",
    )


def _add_outcome(lists: argparse._ArgumentGroup) -> None:
    lists.add_argument("--thresholds", metavar="FILE", help="YAML; decides the exit code")
    lists.add_argument(
        "--preset",
        action="append",
        default=[],
        metavar="NAME",
        help=f"ready thresholds, may be repeated: {', '.join(PRESETS)}",
    )
    lists.add_argument("--junit", metavar="FILE", help="write the verdicts as JUnit XML")
    lists.add_argument(
        "--markdown", metavar="FILE", help="write a short summary for a pull request"
    )
    lists.add_argument("--out", metavar="FILE", help="write the JSON report here")
    lists.add_argument(
        "--option-checks",
        action="store_true",
        help="test that attributes change nothing, that an empty history gives everybody the same "
        "list, and that deleting a category changes the list",
    )
    lists.add_argument("--trail", metavar="FILE", help="write down there that it was made")
    lists.add_argument("--key", metavar="FILE", help="of the trail (default: in your settings)")
    lists.add_argument("--statements", metavar="FILE", help="YAML: what only people can say")
    add_rendering_options(lists)


def run(args: argparse.Namespace) -> int:
    """Print the report and return the exit code its verdicts ask for."""
    report = make_report(args, _thresholds(args), read_statements(args.statements))
    about = _about(args, report)
    if args.trail:
        write_entry(args, "made", report.hash, inputs=report.fingerprints)
        about |= trail_facts(args, report.hash)
    document = report.to_json(about)
    _write(report, document, args)
    print(document if args.json else render(report))
    return exit_code(report.verdicts)


def make_report(
    args: argparse.Namespace, thresholds: Sequence[Threshold], statements: Mapping[str, str]
) -> AuditReport:
    """Audit what the options name."""
    settings = Settings(
        seed=args.seed,
        resamples=args.resamples,
        permutations=args.permutations,
        min_group=args.min_group,
        merit=args.merit,
        exact_up_to=args.exact_up_to,
    )
    if args.option_checks and args.recommendations:
        raise OptionError(
            "--option-checks needs a model of ours; a log alone cannot be asked again"
        )
    if args.draws is not None and args.recommendations:
        raise OptionError(
            "--draws goes with a model of ours; a log has its further draws in a column draw"
        )
    if args.before and not args.recommendations:
        raise OptionError("--before goes with --recommendations FILE, the lists it came before")
    inputs = _foreign(args) if args.recommendations else _own(args)
    users = _with_groups(inputs.train.users, args.groups)
    report = audit(
        interactions=inputs.train.interactions,
        held_out=inputs.held_out,
        recommendations=inputs.recommendations,
        users=users,
        items=inputs.train.items,
        k=args.n if args.k is None else args.k,
        by=_attributes(args.by, users),
        by_items=_item_attributes(args.by_items, inputs.train.items),
        together=_attributes(args.together or "", users),
        settings=settings,
        thresholds=thresholds,
        config=inputs.config,
        before=inputs.before,
        exploration=None if inputs.achieved is None else asdict(inputs.achieved),
    )
    return replace(
        report,
        warnings=report.warnings + inputs.notes,
        checks=inputs.checks,
        statements=dict(statements),
    )


def _about(args: argparse.Namespace, report: AuditReport) -> dict[str, object]:
    """Say when and with what the report was made, and how to make it again."""
    options = {name: value for name, value in vars(args).items() if name not in NOT_ASKED}
    return {
        **about_report(report, mode=args.mode, language=args.language),
        "rerun": {
            name: value for name, value in options.items() if value not in (None, [], "", False)
        },
    }


def _write(report: AuditReport, document: str, args: argparse.Namespace) -> None:
    for file, text in ((args.out, document), (args.junit, to_junit(report))):
        if file:
            write_text(text, file)
    if args.markdown:
        write_text(to_markdown(report), args.markdown)
    write_renderings(json.loads(document), args)


def _thresholds(args: argparse.Namespace) -> tuple[Threshold, ...]:
    own = read_thresholds(args.thresholds) if args.thresholds else ()
    return own + tuple(limit for name in args.preset for limit in read_preset(name))


def _own(args: argparse.Namespace) -> _Inputs:
    """Run a model: on a split of a data set, or on the user's own log and held-out file."""
    config = run_config(args)
    plan = config.to_dict()
    if args.held_out:
        train, held_out = _own_files(args)
    elif args.interactions:
        raise OptionError("--interactions needs --held-out FILE: what people chose afterwards")
    else:
        split, how = split_for_audit(args, args.split)
        train, held_out = split.train, split.held_out
        plan |= how
    draws = usual_draws(config) if args.draws is None else args.draws
    lists, achieved = recommend_and_measure(
        config, train, watch=watch_fit(args, config.model), draws=draws
    )
    checks = check_options(config, train) if args.option_checks else ()
    return _Inputs(train, held_out, lists, plan, achieved, checks=checks)


def _own_files(args: argparse.Namespace) -> tuple[Dataset, pl.DataFrame]:
    if args.dataset or not args.interactions:
        raise OptionError("--held-out goes with --interactions FILE, what the model learns from")
    tables = read_files(args, (*DATA_FILES, "held_out"))
    return join_tables(tables, duplicates=args.duplicates), _held_out(args, tables)


def _foreign(args: argparse.Namespace) -> _Inputs:
    """Take lists as they are; the log is only what they are held against."""
    if args.dataset or not args.interactions or not args.held_out:
        raise OptionError(
            "--recommendations needs --interactions FILE (what the system learned from) and "
            "--held-out FILE (what people chose afterwards)"
        )
    tables, found = read_logs(args)
    lists, notes = found["recommendations"]
    before, more = found.get("before", (None, ()))
    return _Inputs(
        join_tables(tables, duplicates=args.duplicates),
        _held_out(args, tables),
        lists,
        {
            "recommendations": Path(args.recommendations).name,
            "seed": args.seed,
            "fixes": ",".join(args.fix),
        },
        before=before,
        notes=(*notes, *more),
    )


def _held_out(
    args: argparse.Namespace, tables: Mapping[str, tuple[pl.DataFrame, Origin]]
) -> pl.DataFrame:
    frame, origin = tables["held_out"]
    return conform(frame, HELD_OUT, source=origin, duplicates=args.duplicates)


def _attributes(asked: str | None, users: pl.DataFrame) -> tuple[str, ...]:
    if asked is not None:
        return tuple(filter(None, asked.split(",")))
    names = [name for name in users.columns if name != "user_id"]
    few = [name for name in names if users[name].n_unique() <= MOST_GROUPS]
    numbers = [name for name in names if name not in few and users[name].dtype.is_numeric()]
    return (*few, *(f"{name}[q4]" for name in numbers))


def _item_attributes(asked: str | None, items: pl.DataFrame) -> tuple[str, ...]:
    if asked is not None:
        return tuple(filter(None, asked.split(",")))
    return item_attributes(items)


def _with_groups(users: pl.DataFrame, file: str | None) -> pl.DataFrame:
    """Join the groups someone made themselves to the users."""
    if file is None:
        return users
    frame, origin = read_tables({"users": Path(file)}, mapping={})["users"]
    own = conform(frame, USERS, source=origin)
    both = [name for name in own.columns if name in users.columns and name != "user_id"]
    if both:
        raise OptionError(
            "{file} and the users table both have {columns}; rename one of them",
            file=origin.name,
            columns=", ".join(both),
        )
    return users.join(own, on="user_id", how="left", maintain_order="left")
