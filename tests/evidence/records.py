"""Records of proofs: one JSON file each, and the table that sums them up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["headline", "read_records", "write_record", "write_table"]

Record = Mapping[str, object]
ABOUT = {
    "name",
    "shows",
    "date",
    "commit",
    "python",
    "machine",
    "cores",
    "seconds",
    "settings",
    "holds",
}
HEAD = """# Evidence

What the tests are too short to show. Each row is written by `make evidence NAME=…`, the figures
in full are in the JSON file beside this table, and the tests run a small version where one is
possible without another environment. A + after a commit marks uncommitted changes.

| proof | what it shows | figures | seconds | date | commit |
|---|---|---|---|---|---|
"""
MOST_FIGURES = 12


def write_record(folder: Path, record: Record) -> str:
    """Write NAME.json and return its text."""
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (folder / f"{record['name']}.json").write_text(text + "\n", encoding="utf-8")
    return text


def read_records(folder: Path) -> list[Record]:
    """Return every record in the folder, by name."""
    paths = sorted(folder.glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def write_table(folder: Path, records: Sequence[Record]) -> None:
    """Write README.md from the records."""
    rows = [
        f"| [{r['name']}]({r['name']}.json) | {r['shows']} | {headline(r)} | {r['seconds']} "
        f"| {r['date']} | {r['commit']} |\n"
        for r in records
    ]
    (folder / "README.md").write_text(HEAD + "".join(rows), encoding="utf-8")


def headline(record: Record) -> str:
    """Return the record's own headline, or else its first figures.

    Examples
    --------
    >>> headline({"name": "gap", "covered": 381, "ease": {"mean": 0.48}})
    'covered 381, ease mean 0.48'
    """
    failed = "" if record.get("holds", True) else "DOES NOT HOLD: "
    if "headline" in record:
        return failed + str(record["headline"])
    figures = {name: value for name, value in record.items() if name not in ABOUT}
    return failed + ", ".join(list(_leaves(figures))[:MOST_FIGURES])


def _leaves(figures: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name} ")
        elif isinstance(value, float):
            yield f"{prefix}{name} {value:.4g}"
        elif isinstance(value, int | str):
            yield f"{prefix}{name} {value}"
