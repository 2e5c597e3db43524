"""People and things of made-up worlds for loops, of any size."""

from __future__ import annotations

import numpy as np
import polars as pl

from engine.dataset import Dataset, make_dataset

__all__ = ["empty_world"]


def empty_world(people: int, things: int, *, kinds: int = 1) -> Dataset:
    """Return people without histories, and things of as many kinds as are asked for."""
    users = [str(person) for person in range(people)]
    items = [str(thing) for thing in range(things)]
    one = pl.DataFrame({"user_id": users[:1], "item_id": items[:1]})
    rng = np.random.default_rng(3)
    categories = [[f"kind {kind}"] for kind in rng.integers(kinds, size=things)]
    made = make_dataset(
        "made",
        one,
        users=pl.DataFrame({"user_id": users}),
        items=pl.DataFrame({"item_id": items, "categories": categories}),
    )
    return made.with_interactions(made.interactions.clear())
