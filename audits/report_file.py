"""A report that was written: read it, check it, and compare it with one made again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator

from audits.report import content_hash
from engine.errors import TableError

__all__ = ["SCHEMA", "Mismatch", "check_hash", "compare_reports", "read_report", "read_unedited"]

Kind = Literal["edited", "inputs", "config", "results", "verdicts", "withheld", "trail"]
SCHEMA = Path(__file__).with_name("report_schema.json")
TOLERANCE = 1e-9
MOST_NAMED = 5
PARTS: tuple[tuple[str, Kind], ...] = (
    ("fingerprints", "inputs"),
    ("tables", "inputs"),
    ("config", "config"),
    ("thresholds", "config"),
    ("definitions", "config"),
    ("results", "results"),
    ("changes", "results"),
    ("impact", "results"),
    ("checks", "results"),
    ("statements", "config"),
    ("verdicts", "verdicts"),
    ("suppressed", "withheld"),
    ("warnings", "results"),
)


@dataclass(frozen=True)
class Mismatch:
    """One thing in which a report does not hold: its kind, where, and what stands against what."""

    kind: Kind
    where: str
    was: str
    now: str


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def read_report(path: str | Path) -> dict[str, Any]:
    """Return a report as plain data.

    Raises
    ------
    TableError
        The file cannot be read, is no JSON, or does not hold what its schema says; the first
        place is named.
    """
    try:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TableError(
            "cannot read the report {file}: {reason}",
            file=path,
            reason=" ".join(str(error).split()),
        ) from error
    wrong = next(iter(_validator().iter_errors(report)), None)
    if wrong is not None:
        raise TableError(
            "{file} is no report of this version, at {where}: {reason}",
            file=path,
            where="/".join(map(str, wrong.absolute_path)) or "the top",
            reason=wrong.message[:200],
        )
    found: dict[str, Any] = report
    return found


def read_unedited(path: str | Path) -> dict[str, Any]:
    """Return a report as `read_report` does; one that was edited is a named error."""
    report = read_report(path)
    if check_hash(report):
        raise TableError(
            "{file} was changed after it was made: its content hash does not fit. Run “recscope "
            "verify {file}” to see where",
            file=path,
        )
    return report


def check_hash(report: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Hash the content again; it differs if anything was edited afterwards."""
    found = content_hash(report)
    if found == report["hash"]:
        return ()
    return (Mismatch("edited", "hash", str(report["hash"]), found),)


def compare_reports(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Say in what two reports differ, at most five places a part; numbers within 1e-9 are equal."""
    found: list[Mismatch] = []
    for part, kind in PARTS:
        places = list(_differences(old.get(part), new.get(part), part))
        found += [Mismatch(kind, *place) for place in places[:MOST_NAMED]]
    return tuple(found)


def _differences(old: Any, new: Any, where: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            yield from _differences(old.get(key), new.get(key), f"{where}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{where}/{_name(one, i)}")
    elif not _equal(old, new):
        yield where, _short(old), _short(new)


def _name(row: Any, place: int) -> str:
    if isinstance(row, Mapping) and "metric" in row:
        parts = (row["metric"], row.get("by"), row.get("group"))
        return " ".join(str(part) for part in parts if part)
    return str(place)


def _equal(old: Any, new: Any) -> bool:
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    if numbers and not isinstance(old, bool) and not isinstance(new, bool):
        return bool(abs(old - new) <= TOLERANCE * max(1.0, abs(old)))
    return bool(old == new)


def _short(value: Any) -> str:
    return f"{len(value)} rows" if isinstance(value, list) else str(value)[:80]
