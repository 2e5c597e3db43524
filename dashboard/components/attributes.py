"""Which user attributes make groups worth looking at."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from audits.group_expressions import ACTIVITY
from engine.dataset import Dataset

__all__ = ["attributes_of", "group_options"]

FIRST = ("gender", "age_band", "occupation", "group")
MAX_GROUPS = 30
MAX_CROSSED = 10


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


def group_options(dataset: Dataset) -> tuple[str, ...]:
    """Return what a page offers to group people by: attributes, activity, crossings of two.

    They are offered together, so what is withheld is chosen for all of them together: no one can
    subtract one choice from another. Only attributes with few values are crossed.
    """
    single = attributes_of(dataset)
    sizes = dataset.interactions.group_by("user_id").len()["len"]
    levels = [ACTIVITY] if single and sizes.n_unique() > 2 else []
    few = [name for name in single if dataset.users[name].n_unique() <= MAX_CROSSED]
    pairs = [f"{first}*{second}" for first, second in combinations([*few, *levels], 2)]
    return (*single, *levels, *pairs)
