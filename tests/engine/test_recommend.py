"""From a data set to a recommendations table."""

import polars as pl

from engine.config import RunConfig, stream
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import fit_model, recommend, tabulate
from engine.tables import RECOMMENDATIONS, conform
from tests import worlds

CONFIG = RunConfig("made", "ease", rate=0.4, n=5, seed=3)


def make_table() -> pl.DataFrame:
    world = worlds.noisy()
    model = fit_model(CONFIG, world)
    slates = recommend(
        model,
        world.histories,
        policy=make_policy(CONFIG.policy, PolicyContext(world, model, world.histories)),
        rate=CONFIG.rate,
        n=CONFIG.n,
        rng=stream(CONFIG.seed, "policy"),
    )
    return tabulate(slates, world, config=CONFIG)


def test_nobody_is_shown_what_they_have() -> None:
    table = make_table()
    seen = worlds.noisy().interactions
    assert table.join(seen, on=["user_id", "item_id"], how="semi").is_empty()
    assert table.group_by("user_id").len()["len"].to_list() == [5] * 30


def test_the_table_conforms_and_carries_its_settings() -> None:
    table = make_table()
    assert conform(table, RECOMMENDATIONS).equals(table)
    assert table.select("model", "policy", "rate", "seed").unique().rows() == [
        ("ease", "epsilon-greedy", 0.4, 3)
    ]


def test_the_same_settings_give_the_same_table() -> None:
    assert make_table().equals(make_table())
