from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.config import stream
from engine.errors import OptionError
from engine.sources.own_files import load_files
from engine.sources.planted import (
    PlantedWorld,
    Recipe,
    make_world,
    oracle_recommendations,
    write_world,
)
from engine.sources.registry import PLANTED_SEED, load

SHIPPED = Path(__file__).parents[2] / "data" / "synthetic"


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return make_world(np.random.default_rng(7))


def with_category(world: PlantedWorld, rows: pl.DataFrame) -> pl.DataFrame:
    items = world.dataset.items.select("item_id", pl.col("categories").list.first().alias("c"))
    tastes = pl.DataFrame(
        {"user_id": world.truth.tastes.keys(), "taste": world.truth.tastes.values()}
    )
    return rows.join(items, on="item_id").join(tastes, on="user_id")


def oracle_recalls(world: PlantedWorld) -> dict[str, float]:
    pair = ["user_id", "item_id"]
    hits = world.held_out.join(oracle_recommendations(world), on=pair, how="inner")
    shares = hits.group_by("user_id").len().select("user_id", pl.col("len") / 5)
    people = world.dataset.users.join(shares, on="user_id", how="left").fill_null(0.0)
    return dict(people.group_by("group").agg(pl.col("len").mean()).rows())


def test_everyone_has_the_promised_items(world: PlantedWorld) -> None:
    train = with_category(world, world.dataset.interactions)
    counts = train.group_by("user_id").agg(
        taste=(pl.col("c") == pl.col("taste")).sum(), other=(pl.col("c") != pl.col("taste")).sum()
    )
    assert counts.height == 300
    assert counts.select("taste", "other").unique().rows() == [(10, 5)]
    assert world.held_out.group_by("user_id").len()["len"].unique().to_list() == [5]


def test_held_out_items_are_unseen_and_unrepeated(world: PlantedWorld) -> None:
    pair = ["user_id", "item_id"]
    assert world.held_out.join(world.dataset.interactions, on=pair).is_empty()
    assert world.held_out.select(pair).n_unique() == world.held_out.height


def test_the_oracle_lists_exactly_the_shelf(world: PlantedWorld) -> None:
    lists = with_category(world, oracle_recommendations(world))
    assert (lists["c"] == lists["taste"]).all()
    assert lists.join(world.dataset.interactions, on=["user_id", "item_id"]).is_empty()
    ranks = lists.group_by("user_id").agg(pl.col("rank").sort())
    assert ranks["rank"].unique().to_list() == [list(range(1, 11))]
    assert ranks.height == 300


def test_the_gap_is_the_planted_gap_on_average() -> None:
    rng = np.random.default_rng(1)
    recalls = [oracle_recalls(make_world(rng)) for _ in range(40)]
    gaps = [recall["A"] - recall["B"] for recall in recalls]
    # The variance of Binomial(5, q) / 5 averaged over 150 people, for each group, over 40 worlds.
    error = math.sqrt((0.8 * 0.2 + 0.6 * 0.4) / 5 / 150 / 40)
    assert abs(float(np.mean(gaps)) - 0.2) < 4 * error
    assert abs(float(np.mean([recall["B"] for recall in recalls])) - 0.6) < 4 * error


def test_popularity_falls_with_place_and_only_if_planted() -> None:
    def share_of_first_half(exponent: float) -> float:
        recipe = Recipe(popularity_exponent=exponent)
        world = make_world(np.random.default_rng(3), recipe=recipe)
        place = world.dataset.histories.items % recipe.items_per_category
        return float((place < 10).mean())

    assert share_of_first_half(1.0) > 0.6
    assert abs(share_of_first_half(0.0) - 0.5) < 0.04


def test_no_gap_is_planted_where_the_rates_are_equal() -> None:
    assert make_world(np.random.default_rng(0), recipe=Recipe({"x": 0.7, "y": 0.7})).truth.gap == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hit_rates": {"A": 1.2}}, "from 0 to 1"),
        ({"hit_rates": {}}, "from 0 to 1"),
        ({"held_out_items": 11}, "shelf of 10"),
        ({"categories": 1}, "make more categories"),
    ],
)
def test_impossible_recipes_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Recipe(**settings)  # type: ignore[arg-type]


def test_a_seed_is_a_world(world: PlantedWorld) -> None:
    again = make_world(np.random.default_rng(7))
    assert again.dataset.fingerprint == world.dataset.fingerprint
    assert again.held_out.equals(world.held_out)
    assert make_world(np.random.default_rng(8)).dataset.fingerprint != world.dataset.fingerprint


def test_regenerating_the_shipped_world_gives_the_same_bytes(tmp_path: Path) -> None:
    write_world(make_world(stream(PLANTED_SEED, "world")), tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["held_out.csv", "interactions.csv", "items.csv", "truth.json", "users.csv"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (SHIPPED / name).read_bytes(), name


def test_the_shipped_files_are_the_registered_world() -> None:
    shipped = load_files(
        SHIPPED / "interactions.csv", users=SHIPPED / "users.csv", items=SHIPPED / "items.csv"
    )
    assert shipped.fingerprint == load("planted").fingerprint
