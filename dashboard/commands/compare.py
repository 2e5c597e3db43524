"""`recscope compare`: models side by side on one split, in one table."""

from __future__ import annotations

import argparse
import json
import sys

import polars as pl

from audits.data import prepare
from audits.settings import Settings
from dashboard.commands.options import EXACT, add_data_options, add_serving_option
from dashboard.commands.output import check_writable, write_table
from dashboard.commands.training import split_for_audit
from dashboard.commands.watching import add_fit_options, watch_fit
from dashboard.comparison import Compared, compare_model, to_table
from engine.config import RunConfig
from engine.errors import OptionError
from engine.models.registry import MODELS, make_model
from engine.protocols import PROTOCOLS
from engine.splits import Split

__all__ = ["HELP", "add_arguments", "run"]

HELP = "put models side by side: accuracy, coverage, variety, seconds, size"
COLUMNS = ("ndcg", "95% interval", "coverage", "gini", "novelty", "variety", "fit s", "score s")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_options(parser)
    run = parser.add_argument_group("comparison")
    run.add_argument(
        "--models",
        metavar="A,B,…",
        default="popularity,item-knn,ease,als",
        help=f"of {', '.join(MODELS)}; hybrid:ease+2*als; package.module:callable",
    )
    run.add_argument(
        "--protocol",
        choices=tuple(PROTOCOLS),
        help="what is held out (default: the data set's own items where it has some, else random)",
    )
    run.add_argument("--test-share", type=float, default=0.25, help="default: %(default)s")
    add_serving_option(run, "put each model beside itself, served from an index or in int8")
    run.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    run.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    run.add_argument("--resamples", type=int, default=1000, help="default: %(default)s")
    add_fit_options(parser)
    run.add_argument("--out", metavar="FILE", help="ends in .csv, .parquet or .jsonl")


def run(args: argparse.Namespace) -> int:
    """Print the table, and write it where it was asked for."""
    configs = [_config(args, name) for name in _names(args.models, serving=args.serving)]
    if args.out is not None:
        check_writable(args.out)
    settings = Settings(seed=args.seed, resamples=args.resamples)
    split, how = split_for_audit(args, args.protocol)
    train = split.train
    sizes = _sizes(split)
    print(f"{how['split']}: {_told(sizes)}", file=sys.stderr)
    data = prepare(
        interactions=train.interactions,
        held_out=split.held_out,
        users=train.users,
        items=train.items,
    )
    compared = []
    for config in configs:
        print(f"{config.model} …", file=sys.stderr, flush=True)
        compared.append(
            compare_model(
                config,
                train,
                data,
                settings=settings,
                validation=split.validation,
                watch=watch_fit(args, config.model),
            )
        )
    table = to_table(compared)
    costs = _costs(compared, serving=args.serving)
    if args.out is not None:
        write_table(table, args.out)
    if args.json:
        plan = {"dataset": args.dataset, **how, **sizes}
        plan |= {"k": args.n, "seed": args.seed, "resamples": args.resamples}
        answer = {"config": plan, "models": table.to_dicts()}
        if costs:
            answer["serving"] = costs
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(_render(compared, table))
        for cost in costs:
            print(_tell(cost))
    return 0


def _sizes(split: Split) -> dict[str, int]:
    """Return what is left of the data, all parts together."""
    parts = (split.train.interactions, split.held_out, split.validation)
    total = sum(part.height for part in parts if part is not None)
    return {"users": split.train.n_users, "items": split.train.n_items, "interactions": total}


def _told(sizes: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sizes.items())


def _names(text: str, *, serving: str) -> list[str]:
    """Return the models asked for, each with its served twin behind it where one is asked for."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or len(set(names)) < len(names):
        raise OptionError(
            "--models is {models}; give one model or more, each once, as in ease,als",
            models=repr(text),
        )
    if serving == EXACT:
        return names
    return [twin for name in names for twin in (name, f"{serving}:{name}")]


def _costs(compared: list[Compared], *, serving: str) -> list[dict[str, float | str]]:
    """Return what serving each model that way costs: items of its lists, and accuracy."""
    if serving == EXACT:
        return []
    return [
        {
            "model": served.model,
            "share_of_exact_lists": served.share_of(exact),
            "ndcg_change": (served.results[0].value or 0) - (exact.results[0].value or 0),
        }
        for exact, served in zip(compared[::2], compared[1::2], strict=True)
    ]


def _tell(cost: dict[str, float | str]) -> str:
    return (
        f"{cost['model']} lists {cost['share_of_exact_lists']:.2%} of what the model lists; "
        f"nDCG changes by {cost['ndcg_change']:+.4f}"
    )


def _config(args: argparse.Namespace, name: str) -> RunConfig:
    """Return the settings of one model; a name nobody knows is told before anything is read."""
    make_model(name)
    return RunConfig(
        args.dataset or args.interactions or "", name, rate=0, n=args.n, seed=args.seed
    )


def _render(compared: list[Compared], table: pl.DataFrame) -> str:
    wide = max(len("model"), *(len(one.model) for one in compared))
    head = (
        f"{'model':<{wide}}"
        + "".join(f"{name:>18}" for name in COLUMNS)
        + f"{'size':>12}{'new items':>11}"
    )
    return "\n".join([head, *(_line(row, wide) for row in table.to_dicts())])


def _line(row: dict[str, float | int | str | None], wide: int) -> str:
    interval = f"[{_number(row['ndcg_low'])}, {_number(row['ndcg_high'])}]"
    rest = ("coverage", "gini", "novelty", "intra_list_diversity", "fit_seconds", "score_seconds")
    cells = [_number(row["ndcg"]), interval, *(_number(row[name]) for name in rest)]
    size = int(row["size_bytes"] or 0)
    end = f"{size / 1e6:>9.2f} MB{'yes' if row['new_items'] else 'no':>11}"
    return f"{row['model']:<{wide}}" + "".join(f"{c:>18}" for c in cells) + end


def _number(value: float | int | str | None) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "–"
