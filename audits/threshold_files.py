"""Reading thresholds: a YAML file of one's own, or a preset that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from math import isfinite
from pathlib import Path

import yaml

from audits.catalogue import CATALOGUE
from audits.thresholds import Threshold
from engine.errors import OptionError, UnknownNameError

__all__ = ["PRESETS", "read_preset", "read_thresholds"]

FOLDER = Path(__file__).parent / "presets"
PRESETS = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
VERSION = 1
TEXTS = ("metric", "reason", "by", "group", "regime")
BOUNDS = ("at_least", "at_most")


def read_preset(name: str) -> tuple[Threshold, ...]:
    """Return the thresholds of a preset in `PRESETS`; an unknown name is a named error."""
    if name not in PRESETS:
        raise UnknownNameError(
            "no preset {name}; there are {known}", name=name, known=", ".join(PRESETS)
        )
    return read_thresholds(FOLDER / f"{name}.yaml")


def read_thresholds(path: str | Path) -> tuple[Threshold, ...]:
    """Read a YAML file with a list ``thresholds`` of rows with the fields of `Threshold`.

    Raises
    ------
    OptionError
        The file cannot be read, is not such a list, a row is wrong, or two rows on one number
        leave nothing between them; the row is named.
    UnknownNameError
        A row names a measure nobody knows.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OptionError(
            "cannot read the thresholds file {path}: {reason}",
            path=path,
            reason=" ".join(str(error).split()),
        ) from error
    rows = content.get("thresholds") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(rows, list) or not rows:
        raise OptionError(
            "the thresholds file {path} has no list under the key thresholds; see README",
            path=path,
        )
    if content.keys() - {"thresholds", "version"} or content.get("version", VERSION) != VERSION:
        raise OptionError(
            "the thresholds file {path} holds something beside thresholds and version {version}",
            path=path,
            version=VERSION,
        )
    thresholds = tuple(_threshold(row, number, path) for number, row in enumerate(rows, start=1))
    _check_together(thresholds, path)
    return thresholds


def _threshold(row: object, number: int, path: str | Path) -> Threshold:
    known = {field.name for field in fields(Threshold)}
    if not isinstance(row, Mapping) or not {"metric", "reason"} <= row.keys() <= known:
        raise OptionError(
            "{path}, threshold {number}: give metric, reason and a bound; known fields are {known}",
            path=path,
            number=number,
            known=", ".join(sorted(known)),
        )
    for name, value in row.items():
        if name in BOUNDS and not _is_number(value):
            raise OptionError(
                "{path}, threshold {number}: {bound} is {value}, which is not a number",
                path=path,
                number=number,
                bound=name,
                value=value,
            )
        if name in TEXTS and (not isinstance(value, str) or not value.strip()):
            raise OptionError(
                "{path}, threshold {number}: {field} is {value}, which is not text",
                path=path,
                number=number,
                field=name,
                value=value,
            )
    _check_metric(str(row["metric"]), number, path)
    try:
        return Threshold(**row)
    except OptionError as error:
        raise OptionError(
            "{path}, threshold {number}: {reason}", path=path, number=number, reason=error
        ) from error


def _check_metric(name: str, number: int, path: str | Path) -> None:
    """Refuse a measure nobody knows, and name those that are written much the same."""
    known = [spec.id for spec in CATALOGUE]
    if name in known:
        return
    near = get_close_matches(name, known)
    if not near:
        raise UnknownNameError(
            "{path}, threshold {number}: no measure {name}; there are {known}",
            path=path,
            number=number,
            name=name,
            known=", ".join(known),
        )
    raise UnknownNameError(
        "{path}, threshold {number}: no measure {name}; did you mean {near}?",
        path=path,
        number=number,
        name=name,
        near=", ".join(near),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _check_together(thresholds: Sequence[Threshold], path: str | Path) -> None:
    """Refuse rows that each make sense and together leave nothing."""
    for number, late in enumerate(thresholds, start=1):
        for earlier, early in enumerate(thresholds[: number - 1], start=1):
            if (early.metric, early.by, early.group) != (late.metric, late.by, late.group):
                continue
            low = max(_or(early.at_least, -1), _or(late.at_least, -1))
            high = min(_or(early.at_most, 1), _or(late.at_most, 1))
            if low > high:
                raise OptionError(
                    "{path}: thresholds {first} and {second} contradict each other on {metric}: "
                    "at least {low} and at most {high}",
                    path=path,
                    first=earlier,
                    second=number,
                    metric=late.metric,
                    low=low,
                    high=high,
                )


def _or(bound: float | None, sign: int) -> float:
    return sign * float("inf") if bound is None else bound
