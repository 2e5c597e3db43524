"""The planted world: made-up people whose tastes, popularity bias and group gap are known.

Whatever a measure claims to find, it can be tried here against the truth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError

__all__ = [
    "PlantedWorld",
    "Recipe",
    "Truth",
    "make_world",
    "oracle_recommendations",
    "write_world",
]


@dataclass(frozen=True)
class Recipe:
    """What a world is made of.

    Attributes
    ----------
    hit_rates
        Group → q, the chance that a held-out item comes from the user's shelf; the first group
        minus the last is the planted gap.
    users_per_group
        How many people each group has.
    categories, items_per_category
        C and S; the catalogue has C × S items, each in one category.
    taste_items, other_items
        t and f, how many training items come from the favourite category and from elsewhere.
    held_out_items
        h, at most S − t, so that all may come from the shelf.
    popularity_exponent
        a in the weight (1 + place)^−a with which an item at a place from 0 in its category is
        drawn for training: the planted popularity bias; 0 is none.
    """

    hit_rates: Mapping[str, float] = field(default_factory=lambda: {"A": 0.8, "B": 0.6})
    users_per_group: int = 150
    categories: int = 8
    items_per_category: int = 20
    taste_items: int = 10
    other_items: int = 5
    held_out_items: int = 5
    popularity_exponent: float = 1.0

    def __post_init__(self) -> None:
        if not all(0 <= rate <= 1 for rate in self.hit_rates.values()) or not self.hit_rates:
            raise OptionError(
                "the hit rates are {rates}; give one from 0 to 1 for each group",
                rates=dict(self.hit_rates),
            )
        if not 1 <= self.held_out_items <= self.shelf:
            raise OptionError(
                "{held_out} held-out items cannot all come from a shelf of {shelf}; hold out "
                "fewer, or make the categories larger",
                held_out=self.held_out_items,
                shelf=self.shelf,
            )
        elsewhere = (self.categories - 1) * self.items_per_category
        if elsewhere < self.other_items + self.held_out_items:
            raise OptionError(
                "{items} items outside the favourite category are too few for {needed}; make more "
                "categories",
                items=elsewhere,
                needed=self.other_items + self.held_out_items,
            )

    @property
    def shelf(self) -> int:
        """Return n = S − t, the unseen items of the favourite category, the same for everyone."""
        return self.items_per_category - self.taste_items


@dataclass(frozen=True)
class Truth:
    """What is known about a world by construction.

    Attributes
    ----------
    recipe
        What it was made of.
    gap
        Expected recall@n of the oracle list in the first group minus that in the last.
    tastes
        Each user's favourite category.
    """

    recipe: Recipe
    gap: float
    tastes: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class PlantedWorld:
    """A training data set, the held-out interactions (user_id, item_id), and the truth."""

    dataset: Dataset
    held_out: pl.DataFrame
    truth: Truth


def make_world(rng: np.random.Generator, *, recipe: Recipe | None = None) -> PlantedWorld:
    """Make a world in which the group gap in recall is known exactly.

    Each user has one favourite category. Training holds t of its items and f from elsewhere,
    both drawn by popularity, so the user's shelf (the unseen items of the favourite category) has
    exactly n = S − t items. Of the h held-out items Binomial(h, q) lie on the shelf, evenly drawn
    without repeats, and the others are unseen items from elsewhere. The list that shows the
    shelf (`oracle_recommendations`) therefore has recall@n = Binomial(h, q) / h with mean q in a
    group with hit rate q, and the expected gap between two groups is exactly q_A − q_B.

    Raises
    ------
    OptionError
        The recipe asks for more items than there are (from `Recipe`).

    Examples
    --------
    >>> world = make_world(np.random.default_rng(0))
    >>> world.dataset.n_users, world.dataset.n_items, round(world.truth.gap, 3)
    (300, 160, 0.2)
    """
    recipe = recipe or Recipe()
    groups = np.repeat(list(recipe.hit_rates), recipe.users_per_group)
    rates = np.repeat(list(recipe.hit_rates.values()), recipe.users_per_group)
    categories = np.repeat(np.arange(recipe.categories), recipe.items_per_category)
    taste = rng.integers(recipe.categories, size=len(groups))
    favourite = categories == taste[:, None]

    place = np.arange(len(categories)) % recipe.items_per_category
    popularity = np.power(1.0 + place, -recipe.popularity_exponent)
    train = _draw(favourite, popularity, recipe.taste_items, rng=rng)
    train |= _draw(~favourite, popularity, recipe.other_items, rng=rng)

    evenly = np.ones(len(categories))
    hits = rng.binomial(recipe.held_out_items, rates)
    held_out = _draw(favourite & ~train, evenly, hits, rng=rng)
    held_out |= _draw(~favourite & ~train, evenly, recipe.held_out_items - hits, rng=rng)

    users, items = _users(groups), _items(categories, place)
    log = _pairs(train, users["user_id"], items["item_id"], rng=rng)
    return PlantedWorld(
        make_dataset("planted", log, users=users, items=items),
        _pairs(held_out, users["user_id"], items["item_id"], rng=rng),
        _truth(recipe, users["user_id"], taste),
    )


def oracle_recommendations(world: PlantedWorld) -> pl.DataFrame:
    """Return the recommendations table of one who knows every taste: each user's whole shelf.

    Columns user_id, item_id and rank from 1, in the order of item rows; n = S − t rows a user.
    """
    dataset = world.dataset
    category = dataset.items["categories"].list.first().to_numpy()
    taste = np.array([world.truth.tastes[user] for user in dataset.user_ids])
    shelf = (category == taste[:, None]) & ~dataset.histories.seen()
    users, items = np.nonzero(shelf)
    ranks = np.cumsum(shelf, axis=1)[users, items]
    return pl.DataFrame(
        {
            "user_id": dataset.users["user_id"].gather(users),
            "item_id": dataset.items["item_id"].gather(items),
            "rank": ranks.astype(np.int64),
        }
    )


def write_world(world: PlantedWorld, folder: Path) -> None:
    """Write interactions.csv, users.csv, items.csv, held_out.csv and truth.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "interactions": world.dataset.interactions.select("user_id", "item_id", "timestamp"),
        "users": world.dataset.users,
        "items": world.dataset.items.select(
            "item_id", "title", pl.col("categories").list.join("|")
        ),
        "held_out": world.held_out.select("user_id", "item_id"),
    }
    for name, table in tables.items():
        (folder / f"{name}.csv").write_bytes(table.write_csv().encode())
    truth = json.dumps(asdict(world.truth), indent=1) + "\n"
    (folder / "truth.json").write_bytes(truth.encode())


def _draw(
    allowed: NDArray[np.bool_],
    weights: NDArray[np.float64],
    counts: int | NDArray[np.integer],
    *,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Draw without repeats, for each row, the given number of allowed columns by weight.

    Waiting times with the weights as rates come in exactly the order of such draws, so all
    rows are drawn by one sort (exponential races; Efraimidis and Spirakis 2006).
    """
    waits = np.where(allowed, rng.exponential(size=allowed.shape) / weights, np.inf)
    order = np.argsort(waits, axis=1)
    drawn = np.zeros(allowed.shape, dtype=bool)
    first = np.arange(allowed.shape[1]) < np.broadcast_to(counts, len(allowed))[:, None]
    np.put_along_axis(drawn, order, first, axis=1)
    return drawn


def _users(groups: NDArray[np.str_]) -> pl.DataFrame:
    return pl.DataFrame({"user_id": _ids("u", len(groups)), "group": groups.tolist()})


def _items(categories: NDArray[np.integer], place: NDArray[np.integer]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "item_id": _ids("i", len(categories)),
            "title": [f"c{c + 1} no. {p + 1}" for c, p in zip(categories, place, strict=True)],
            "categories": [[f"c{c + 1}"] for c in categories],
        }
    )


def _truth(recipe: Recipe, users: pl.Series, taste: NDArray[np.integer]) -> Truth:
    rates = list(recipe.hit_rates.values())
    tastes = {user: f"c{c + 1}" for user, c in zip(users, taste, strict=True)}
    return Truth(recipe, rates[0] - rates[-1], tastes)


def _pairs(
    mask: NDArray[np.bool_], users: pl.Series, items: pl.Series, *, rng: np.random.Generator
) -> pl.DataFrame:
    """Rows of the mask as a table by user, each user's items in a drawn order."""
    rows, columns = np.nonzero(mask)
    order = np.lexsort((rng.random(len(rows)), rows))
    return pl.DataFrame(
        {
            "user_id": users.gather(rows[order]),
            "item_id": items.gather(columns[order]),
            "weight": np.ones(len(rows)),
            "timestamp": np.arange(len(rows)),
        }
    )


def _ids(letter: str, count: int) -> list[str]:
    """Ids of one width, so that their order as text is their order as numbers."""
    width = len(str(count))
    return [f"{letter}{number:0{width}d}" for number in range(1, count + 1)]
