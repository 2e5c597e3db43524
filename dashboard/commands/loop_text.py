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
    """Yield the lines: everyone, rates, groups, and the simulated people beside the logged."""
    # The lowest rate is nearest to what made the log; warnings name the other arms too.
    arm = str(found.effects.item(0, "reference"))
    last = found.effects.filter(
        pl.col("round") == pl.col("round").max(), pl.col("reference") == arm
    )
    for row in last.filter(pl.col("group").is_null()).iter_rows(named=True):
        yield _difference(row, f"{row['measure']:<24}")
    yield from _slope_lines(found.slopes)
    grouped = last.filter(pl.col("group").is_not_null() & pl.col("measure").is_in(BY_GROUP))
    for row in grouped.iter_rows(named=True):
        yield _difference(row, f"{row['measure']:<24} {row['by']} {row['group']:<8}")
    yield from _gap_lines(found.gaps)
    yield f"simulated people ({arm}) beside {validity['compared_with']}:"
    for row in validity["choices"]:
        if row["arm"] == arm and row["value"] is not None:
            yield f"  {row['measure']:<26} {row['value']:+.3f}  {_fit(row['fits'])}"
    for row in validity["held_out_bits_over_uniform"] or ():
        yield f"  held-out choices foretold by {row['name']:<11} {row['value']:.2f} bits an item"


def _slope_lines(slopes: pl.DataFrame) -> Iterator[str]:
    """Yield how everyone's measures move with the rate, in the last round."""
    last = slopes.filter(pl.col("group").is_null(), pl.col("round") == pl.col("round").max())
    for row in last.drop_nulls("value").iter_rows(named=True):
        yield (
            f"by rate  {row['measure']:<24} round {row['round']}: {row['value']:+.4f} per unit of "
            f"rate  {_sure(row)}"
        )


def _gap_lines(gaps: pl.DataFrame) -> Iterator[str]:
    """Yield the largest gap between groups where there are more than two."""
    for row in gaps.filter(pl.col("measure").is_in(BY_GROUP), pl.col("pairs") > 1).to_dicts():
        yield (
            f"largest gap  {row['measure']:<24} {row['arm']:<10} {row['by']}, round "
            f"{row['round']}: {row['highest']} (n = {row['n_highest']}) over {row['lowest']} "
            f"(n = {row['n_lowest']}), {row['value']:+.4f}  {_sure(row)}"
        )


def _fit(fits: bool) -> str:
    return "fits" if fits else "does not fit"


def _difference(row: Mapping[str, Any], what: str) -> str:
    value = "missing" if row["value"] is None else f"{row['value']:+.4f}"
    return (
        f"round {row['round']}  {what} {row['arm']:<10} against {row['reference']}: {value}  "
        f"{_sure(row)}"
    )


def _sure(row: Mapping[str, Any]) -> str:
    """Return interval, whether it holds 0, and n."""
    interval = row["note"] or "95% interval {low:+.4f} to {high:+.4f}".format(**row)
    clear = ""
    if row["low"] is not None:
        clear = ", leaves out 0" if row["low"] > 0 or row["high"] < 0 else ", holds 0"
    return f"({interval}{clear}, n = {row['n']})"
