"""How `recscope explain-eval` writes its tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from engine.explanations.fidelity import COSTS

__all__ = ["fidelity_text"]

# Columns of a block; more would not fit a terminal.
_ABREAST = 4
_CELL = 25
_MARKS = {"better": "+", "worse": "-"}


def fidelity_text(
    means: pl.DataFrame,
    apart: pl.DataFrame,
    checks: pl.DataFrame | None,
    *,
    unit: str,
    least_del: float | None,
) -> str:
    """Return means, paired differences and checks, block by block; 95% intervals in brackets."""
    reference = apart["reference"][0] if apart.height else None
    lines = [f"mean over people, 95% interval; del, ins and the like in units of: {unit}"]
    if least_del is not None:
        lines.append(
            f"del: no order of these histories has less than {_number(least_del)}, for the model "
            "is linear in them; its level is the model's, not an explanation's"
        )
    lines += _blocks(means)
    if reference is not None:
        lines += [
            "",
            f"less that of {reference}, person by person; + better, - worse, else unclear",
        ]
        lines += _blocks(apart.filter(~pl.col("measure").is_in(COSTS)))
    if checks is not None:
        lines += ["", "asked again: other seeds, one item less, the weights of the model shuffled"]
        lines += _blocks(checks)
    return "\n".join(lines)


def _blocks(table: pl.DataFrame) -> list[str]:
    known = table.filter(pl.col("value").is_not_null())
    measures = known["measure"].unique(maintain_order=True).to_list()
    methods = table["method"].unique(maintain_order=True).to_list()
    cells = {(row["method"], row["measure"]): row for row in table.to_dicts()}
    wide = max(len("method"), *(len(name) for name in methods)) + 1
    lines: list[str] = []
    for start in range(0, len(measures), _ABREAST):
        some = measures[start : start + _ABREAST]
        lines += ["", _head(some, cells, methods, wide)]
        lines += [
            f"{method:<{wide}}" + "".join(_cell(cells[method, name]) for name in some)
            for method in methods
        ]
    return lines


def _head(
    measures: Sequence[str],
    cells: dict[tuple[str, str], dict[str, Any]],
    methods: Sequence[str],
    wide: int,
) -> str:
    """Return the names with the n they rest on: the least of all methods that have a value."""
    found = []
    for name in measures:
        counts = [cells[method, name]["n"] for method in methods if cells[method, name]["n"]]
        found.append(f"{name} (n={min(counts)})")
    return f"{'method':<{wide}}" + "".join(f"{each:>{_CELL}}" for each in found)


def _cell(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return f"{'–':>{_CELL}}"
    mark = _MARKS.get(row.get("verdict") or "", "")
    ends = "" if row["low"] is None else f" [{_number(row['low'])}, {_number(row['high'])}]"
    return f"{_number(row['value']) + ends + mark:>{_CELL}}"


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:z.3f}"
