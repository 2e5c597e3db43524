"""A small world whose titles, categories, columns and groups are texts that attack."""

from __future__ import annotations

import polars as pl

from engine.dataset import Dataset, make_dataset
from tests.browser.hostile_texts import CORPUS

__all__ = ["GROUPS", "hostile_world"]

PEOPLE = 60
HISTORY = 12
# Four groups of fifteen people in each column; the columns have such names as well.
GROUPS = {CORPUS[nth * 9]: CORPUS[nth * 4 + 4 : nth * 4 + 8] for nth in range(6)}


def hostile_world() -> Dataset:
    """Return a world whose titles, categories, columns, groups and people are the corpus."""
    n = len(CORPUS)
    log = pl.DataFrame(
        [
            (f"u{person}", f"i{(person * 5 + place * 3) % n}")
            for person in range(PEOPLE)
            for place in range(HISTORY)
        ],
        schema=["user_id", "item_id"],
        orient="row",
    ).unique(maintain_order=True)
    items = pl.DataFrame(
        {
            "item_id": [f"i{place}" for place in range(n)],
            "title": CORPUS,
            "categories": [[text, CORPUS[place % 7]] for place, text in enumerate(CORPUS)],
        }
    )
    users = {"user_id": [f"u{person}" for person in range(PEOPLE)]}
    for column, texts in GROUPS.items():
        users[column] = [texts[person % 4] for person in range(PEOPLE)]
    return make_dataset("small", log, users=pl.DataFrame(users), items=items)
