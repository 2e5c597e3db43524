"""What `recscope simulate` prints for people: the last round, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dashboard.findings import Findings

__all__ = ["loop_lines"]

# What is told of every group; all else is in --json.
BY_GROUP = ("profile_drift", "intra_user_diversity", "utility", "regret")


def loop_lines(found: Findings, validity: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines: everyone, then groups, then the simulated people beside the logged ones."""
    # The lowest rate is nearest to what made the log; warnings name the other arms too.
    arm = str(found.effects.item(0, "reference"))
    last = found.effects.filter(
        pl.col("round") == pl.col("round").max(), pl.col("reference") == arm
    )
    for row in last.filter(pl.col("group").is_null()).iter_rows(named=True):
        yield _difference(row, f"{row['measure']:<24}")
    grouped = last.filter(pl.col("group").is_not_null() & pl.col("measure").is_in(BY_GROUP))
    for row in grouped.iter_rows(named=True):
        yield _difference(row, f"{row['measure']:<24} {row['by']} {row['group']:<8}")
    yield f"simulated people ({arm}) beside {validity['compared_with']}:"
    for row in validity["choices"]:
        if row["arm"] == arm and row["value"] is not None:
            yield f"  {row['measure']:<26} {row['value']:+.3f}  {_fit(row['fits'])}"
    for row in validity["held_out_bits_over_uniform"] or ():
        yield f"  held-out choices foretold by {row['name']:<11} {row['value']:.2f} bits an item"


def _fit(fits: bool) -> str:
    return "fits" if fits else "does not fit"


def _difference(row: Mapping[str, Any], what: str) -> str:
    interval = row["note"] or "95% interval {low:+.4f} to {high:+.4f}".format(**row)
    value = "missing" if row["value"] is None else f"{row['value']:+.4f}"
    clear = ""
    if row["low"] is not None:
        clear = ", leaves out 0" if row["low"] > 0 or row["high"] < 0 else ", holds 0"
    return (
        f"round {row['round']}  {what} {row['arm']:<10} against {row['reference']}: {value}  "
        f"({interval}{clear}, n = {row['n']})"
    )
