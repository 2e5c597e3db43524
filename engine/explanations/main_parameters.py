"""The main parameters of a recommender: whose word counts for how much, over many people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.exact import enumerate_shapley
from engine.explanations.games import AttributeGame
from engine.explanations.groups import Group, group_players
from engine.histories import Histories
from engine.models.base import Recommender
from engine.policies.slates import Slates
from engine.ranking import top_n

__all__ = [
    "EXPLORATION",
    "PARAMETERS",
    "Shares",
    "exploration_shares",
    "main_parameters",
    "signal_shares",
]

EXPLORATION = "exploration"
PARAMETERS = ("history", "prior", "attributes")
_RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Shares:
    """Each person's shares: |what the signal gives the best item's score| over their sum.

    Attributes
    ----------
    rows
        (U,) user rows that were asked about.
    shares
        (U, 3) of `PARAMETERS`, adding up to 1; NaN where no signal gives anything.
    signed
        (U, 3) the same contributions with their sign, in the unit of the score.
    evaluations
        Histories the model scored.
    """

    rows: NDArray[np.int64]
    shares: NDArray[np.float64]
    signed: NDArray[np.float64]
    evaluations: int


def signal_shares(
    model: Recommender, dataset: Dataset, *, people: int, rng: np.random.Generator
) -> Shares:
    """Explain the best item of so many people by three players, from all subsets of them.

    The history as a whole, what is known of the person as a whole, and what the item gets whoever
    asks (its popularity, as far as the model gives it to a newcomer). At most nine evaluations a
    person, so these are the Shapley values of any model.

    Raises
    ------
    OptionError
        Fewer than two people.
    """
    if people < 2:
        raise OptionError(
            "shares of {people} people have no interval; ask for 2 or more", people=people
        )
    rows = np.sort(rng.permutation(dataset.n_users)[:people])
    signed, asked = np.zeros((len(rows), len(PARAMETERS))), 0
    for place, row in enumerate(rows):
        history = dataset.histories.take([row])
        best = top_n(model.score(history), ~history.seen(), n=1)[0]
        asked += 1
        if best[0] < 0:
            continue
        values, evaluations = _signals(model, history, best, dataset)
        signed[place] = values
        asked += evaluations
    sizes = np.abs(signed).sum(axis=1, keepdims=True)
    shares = np.abs(signed) / np.where(sizes > 0, sizes, np.nan)
    return Shares(rows, shares, signed, asked)


def main_parameters(
    shares: Shares, groups: Mapping[str, Sequence[str | None]], *, rng: np.random.Generator
) -> pl.DataFrame:
    """Return mean shares with 95% intervals over people, for everyone and by group.

    Parameters
    ----------
    shares
        From `signal_shares`.
    groups
        Of an attribute's name the value of every user row; may be empty.
    rng
        Of the bootstrap over people.

    Returns
    -------
    Columns parameter, by, group (null for everyone), n, value, low, high. Groups of one person
    have no interval.
    """
    return _table(PARAMETERS, shares.shares, shares.rows, groups, rng)


def exploration_shares(
    slates: Slates, groups: Mapping[str, Sequence[str | None]], *, rng: np.random.Generator
) -> pl.DataFrame:
    """Return the share of places that were not filled by score, as `main_parameters` does.

    A draw or a rule of the policy filled them. It is a share of the places of a list, not of a
    score: mean over people who have a list, parameter `EXPLORATION`.

    Parameters
    ----------
    slates
        One list a user row.
    groups, rng
        As in `main_parameters`.
    """
    shown = slates.items >= 0
    places = shown.sum(axis=1)
    shares = (slates.explored & shown).sum(axis=1) / np.where(places > 0, places, np.nan)
    return _table((EXPLORATION,), shares[:, None], np.arange(len(shares)), groups, rng)


def _table(
    parameters: Sequence[str],
    values: NDArray[np.float64],
    people: NDArray[np.int64],
    groups: Mapping[str, Sequence[str | None]],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Means of the (U, P) values of these user rows, for everyone and by group."""
    rows: list[tuple[str | None, str | None, NDArray[np.int64]]]
    rows = [(None, None, np.arange(len(people)))]
    for name, given in groups.items():
        own = np.array([given[row] for row in people], dtype=object)
        for value in sorted({str(each) for each in own if each is not None}):
            rows.append((name, value, np.flatnonzero(own.astype(str) == value)))
    table = [
        (parameter, name, value, *_mean(values[members, column], rng))
        for name, value, members in rows
        for column, parameter in enumerate(parameters)
    ]
    schema = {
        "parameter": pl.String,
        "by": pl.String,
        "group": pl.String,
        "n": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
    return pl.DataFrame(table, schema=schema, orient="row")


def _signals(
    model: Recommender, history: Histories, target: NDArray[np.int32], dataset: Dataset
) -> tuple[NDArray[np.float64], int]:
    """(3,) Shapley values of history, prior and attributes; attributes come and go together."""
    known = [group.columns for group in group_players(history, dataset.items)]
    players = [
        Group("category", "history", items=tuple(range(len(history.items)))),
        Group("prior"),
        Group("attribute", "attributes", columns=tuple(name for names in known for name in names)),
    ]
    game = AttributeGame(model, history, targets=target, groups=players)
    return enumerate_shapley(game)[:, 0], game.evaluations


def _mean(
    values: NDArray[np.float64], rng: np.random.Generator
) -> tuple[int, float | None, float | None, float | None]:
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return 0, None, None, None
    if len(known) == 1:
        return 1, float(known[0]), None, None
    draws = known[rng.integers(len(known), size=(_RESAMPLES, len(known)))].mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return len(known), float(known.mean()), float(low), float(high)
