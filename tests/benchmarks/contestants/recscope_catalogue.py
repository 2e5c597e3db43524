"""recscope: a whole report of given lists, by three groupings, with 1000 resamples."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from audits.report import audit
from audits.settings import Settings
from engine.sources.own_files import load_files, read_table
from tests.benchmarks.worker import serve


def prepare(folder: Path, *by: str) -> Callable[[], dict[str, object]]:
    """Read the tables; the work is the report, from checking the tables to the verdicts."""
    train = load_files(
        folder / "interactions.csv", users=folder / "users.csv", items=folder / "items.csv"
    )
    held_out, lists = read_table(folder / "held_out.csv"), read_table(folder / "lists.csv")
    # Draws of one seed are made once and kept; each round draws its own.
    seeds = count(7)

    def work() -> dict[str, object]:
        report = audit(
            interactions=train.interactions,
            held_out=held_out,
            recommendations=lists,
            users=train.users,
            items=train.items,
            by=by,
            by_items=("categories", "popularity"),
            settings=Settings(seed=next(seeds)),
        )
        return {"rows": len(report.results)}

    return work


if __name__ == "__main__":
    serve(prepare)
