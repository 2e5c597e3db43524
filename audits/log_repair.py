"""What is often wrong with a foreign recommendation log: found, explained, mended on request.

Nothing is mended unasked: two systems that number places differently, or that show an item twice,
may mean something by it. What was mended is written into the report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from engine.errors import TableError

__all__ = ["FIXES", "Finding", "inspect_log", "repair_log"]

_DRAW = "draw"


@dataclass(frozen=True)
class Finding:
    """One thing that is odd about a log.

    Attributes
    ----------
    fix
        The name in `FIXES` that mends it.
    n
        How many users it concerns.
    user
        One of them.
    text
        What it is, in words.
    blocking
        Whether an audit refuses such a log.
    """

    fix: str
    n: int
    user: str
    text: str
    blocking: bool


def _from_zero(log: pl.DataFrame) -> pl.DataFrame:
    if log["rank"].min() != 0:
        return log.clear()
    return log.filter(pl.col("rank") == 0)


def _repeated(log: pl.DataFrame) -> pl.DataFrame:
    return log.filter(pl.struct(*_list(log), "item_id").is_duplicated())


def _shared(log: pl.DataFrame) -> pl.DataFrame:
    place, item = pl.struct(*_list(log), "rank"), pl.struct(*_list(log), "item_id")
    return log.filter(place.is_duplicated() & ~item.is_duplicated())


def _list(log: pl.DataFrame) -> list[str]:
    """Name the columns that make one list: the user, and which draw where there are several."""
    return ["user_id", _DRAW] if _DRAW in log.columns else ["user_id"]


def _with_holes(log: pl.DataFrame) -> pl.DataFrame:
    """Find lists whose last rank lies beyond their length, from the log's own first place."""
    first = min(int(str(log["rank"].min())), 1)
    last, length = pl.col("rank").max().over(_list(log)), pl.len().over(_list(log))
    return log.filter(last - first + 1 > length)


def _count_from_one(log: pl.DataFrame) -> pl.DataFrame:
    return log.with_columns(pl.col("rank") + 1)


def _keep_first(log: pl.DataFrame) -> pl.DataFrame:
    key = [*_list(log), "item_id"]
    return log.sort("rank", maintain_order=True).unique(key, keep="first", maintain_order=True)


def _renumber(log: pl.DataFrame) -> pl.DataFrame:
    place = pl.col("rank").rank("ordinal").over(_list(log)).cast(pl.Int64)
    return log.with_columns(place.alias("rank"))


Check = Callable[[pl.DataFrame], pl.DataFrame]
_CHECKS: tuple[tuple[str, Check, str, bool], ...] = (
    ("ranks-from-zero", _from_zero, "the first place is numbered 0", True),
    ("duplicates", _repeated, "an item stands twice on a list", True),
    ("renumber", _shared, "two items share a place", True),
    ("renumber", _with_holes, "places are left empty between items", False),
)
FIXES: dict[str, Check] = {
    "ranks-from-zero": _count_from_one,
    "duplicates": _keep_first,
    "renumber": _renumber,
}


def inspect_log(log: pl.DataFrame) -> tuple[Finding, ...]:
    """Say what is odd about a log; a column that is missing or no number is left to the audit.

    Examples
    --------
    >>> log = pl.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"], "rank": [0, 1]})
    >>> [finding.text for finding in inspect_log(log)]
    ['the first place is numbered 0']
    """
    columns = {"user_id", "item_id", "rank"}
    if not columns <= set(log.columns) or log.is_empty() or not log["rank"].dtype.is_integer():
        return ()
    known = log.drop_nulls(list(columns))
    found = []
    for fix, check, text, blocking in _CHECKS:
        rows = check(known) if len(known) else known
        if len(rows):
            n = rows["user_id"].n_unique()
            found.append(Finding(fix, n, str(rows["user_id"][0]), text, blocking))
    return tuple(found)


def repair_log(
    log: pl.DataFrame, fixes: Sequence[str], *, source: str
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Mend what was asked for, in the order of `FIXES`, and say what was done and what was left.

    Raises
    ------
    TableError
        Something that an audit cannot take is wrong and was not asked to be mended.
    """
    done = []
    for name, mend in FIXES.items():
        findings = [finding for finding in inspect_log(log) if finding.fix == name]
        if name in fixes and findings:
            log = mend(log)
            done += [f"mended ({name}): {f.text}, {f.n} users" for f in findings]
    for finding in inspect_log(log):
        if finding.blocking:
            raise TableError(
                "{file}: {what} ({n} users, {user} for one). Mend it, or say --fix {fix}",
                file=source,
                what=finding.text,
                n=finding.n,
                user=finding.user,
                fix=finding.fix,
            )
        done.append(f"left as it is: {finding.text}, {finding.n} users")
    return log, tuple(done)
