"""The table of a model's main parameters, as a page and a command show it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.groups import make_groups
from audits.settings import Settings
from audits.suppression import shown_cells
from engine.dataset import Dataset
from engine.explanations.main_parameters import exploration_shares, main_parameters, signal_shares
from engine.models.base import Recommender
from engine.policies.slates import Slates

__all__ = ["PEOPLE", "parameter_table"]

# So many people decide the figures of a whole model.
PEOPLE = 200


def parameter_table(
    model: Recommender,
    train: Dataset,
    slates: Slates,
    *,
    names: Sequence[str],
    rng: np.random.Generator,
    people: int = PEOPLE,
) -> pl.DataFrame:
    """Return the shares of a model's main parameters, for everyone and by attribute.

    The share of places filled by exploration is among them. Small groups are left out, and what
    would give them away.

    Parameters
    ----------
    model, train
        What was fitted on what.
    slates
        Everyone's list, in the order of the user rows.
    names
        User attributes; what is withheld is chosen for all of them together.
    rng
        Of the people asked about, and of the bootstrap.
    people
        Drawn at random, at least 2.

    Returns
    -------
    Columns as of `main_parameters`.
    """
    shares = signal_shares(model, train, people=people, rng=rng)
    groups = {
        name: [None if value is None else str(value) for value in train.users[name]]
        for name in names
    }
    explored = exploration_shares(slates, groups, rng=rng)
    asked = main_parameters(shares, groups, rng=rng)
    everybody = np.arange(train.n_users)
    return pl.concat(
        [_visible(asked, shares.rows, train, names), _visible(explored, everybody, train, names)]
    )


def _visible(
    table: pl.DataFrame, people: NDArray[np.int64], train: Dataset, names: Sequence[str]
) -> pl.DataFrame:
    """Leave out the groups that are small among these people."""
    partitions = [make_groups(name, train.users[name]) for name in names]
    cells = [(groups.codes[people], len(groups.names)) for groups in partitions]
    masks = shown_cells(cells, minimum=Settings().min_group)
    shown = [
        (groups.attribute, name)
        for groups, mask in zip(partitions, masks, strict=True)
        for name, is_shown in zip(groups.names, mask, strict=True)
        if is_shown
    ]
    schema = {"by": pl.String, "group": pl.String}
    kept = pl.DataFrame(shown, schema=schema, orient="row")
    return pl.concat(
        [table.filter(pl.col("by").is_null()), table.join(kept, on=["by", "group"], how="semi")]
    )
