"""Which user attributes make groups worth looking at."""

from __future__ import annotations

import polars as pl

from engine.dataset import Dataset

__all__ = ["attributes_of"]

FIRST = ("gender", "age_band", "occupation", "group")
MAX_GROUPS = 30


def attributes_of(dataset: Dataset) -> list[str]:
    """Return the attributes that split the users into 2 to 30 groups, well-known ones first.

    An attribute with more values (a postcode, a name) is an identifier rather than a group.
    """
    users = dataset.users
    split = [
        name
        for name, dtype in users.schema.items()
        if name != "user_id"
        and (dtype.is_integer() or dtype in (pl.String, pl.Boolean, pl.Categorical))
        and 2 <= users[name].drop_nulls().n_unique() <= MAX_GROUPS
    ]
    return sorted(split, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
