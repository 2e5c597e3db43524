"""A report as sections of text, tables and pictures, before it is HTML or PDF."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Block", "Document", "Figure", "Interval", "Section", "Table", "Text"]


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str


@dataclass(frozen=True)
class Table:
    """A table; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Interval:
    """One row of a picture: a point with its interval, and the words beside it."""

    name: str
    value: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Figure:
    """Points with intervals on one axis, and where a line for reference stands."""

    title: str
    rows: tuple[Interval, ...]
    reference: float | None = None


Block = Text | Table | Figure


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report in one language."""

    title: str
    language: str
    sections: tuple[Section, ...]
