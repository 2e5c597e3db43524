"""What is known of an item, as one line of text."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

__all__ = ["DESCRIPTIONS", "item_texts"]

# Columns whose text describes the item, wherever a catalogue has them.
DESCRIPTIONS = ("description", "overview", "summary", "plot")


def item_texts(items: pl.DataFrame) -> list[str]:
    """Return "title (year). categories. description" for each item, as far as each is known.

    The year is left out where the title has it already; descriptions are the columns named in
    `DESCRIPTIONS`. Providers and ids are no text. An item whose title is its id reads like that.

    Parameters
    ----------
    items
        An items table with title and categories.

    Examples
    --------
    >>> item_texts(
    ...     pl.DataFrame(
    ...         {"title": ["Heat", "Ran (1985)"], "year": [1995, 1985],
    ...          "categories": [["Crime", "Drama"], []]}
    ...     )
    ... )
    ['Heat (1995). Crime, Drama', 'Ran (1985)']
    """
    described = [name for name in DESCRIPTIONS if name in items.columns]
    return [
        ". ".join(
            _known(
                [
                    _titled(row["title"], row.get("year")),
                    ", ".join(row["categories"]),
                    *(row[name] for name in described),
                ]
            )
        )
        for row in items.iter_rows(named=True)
    ]


def _titled(title: str, year: object) -> str:
    return title if year is None or str(year) in title else f"{title} ({year})"


def _known(parts: Iterable[str | None]) -> list[str]:
    plain = (" ".join(str(part).split()) for part in parts if part is not None)
    return [part for part in plain if part]
