"""From a data set to a recommendations table."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from engine.config import RunConfig, stream
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.popularity import Popularity
from engine.policies.context import PolicyContext
from engine.policies.registry import POLICIES, find_policy, make_policy
from engine.recommend import (
    fit_model,
    recommend,
    recommend_everyone,
    recommend_rates,
    tabulate,
)
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


@pytest.mark.parametrize("cells", [1, 12 * 2, 12 * 5])
@pytest.mark.parametrize(
    "policy", [name for name, policy in POLICIES.items() if policy.draws_by_row]
)
def test_blocks_do_not_show(policy: str, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rate = 0.4 if find_policy(policy).takes_rate else 0.0
    config = replace(CONFIG, policy=policy, rate=rate, n=3)
    world = worlds.shop(12)
    whole = recommend_everyone(config, world)
    monkeypatch.setattr("engine.recommend._CELLS", cells)
    assert recommend_everyone(config, world).equals(whole)


def test_no_block_holds_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(Popularity):
        heights: ClassVar[list[int]] = []

        def _score(self, histories: Histories) -> np.ndarray:
            self.heights.append(len(histories))
            return super()._score(histories)

    monkeypatch.setattr("engine.recommend._CELLS", 27 * 8 + 5)
    world = worlds.noisy()
    model = Counted().fit(world, rng=np.random.default_rng(0))
    policy = make_policy("greedy", PolicyContext(world, model, world.histories))
    rng = np.random.default_rng(0)
    slates = recommend(model, world.histories, policy=policy, rate=0, n=3, rng=rng)
    assert Counted.heights == [8, 8, 8, 6]
    assert slates.items.shape == (30, 3)


def test_nobody_gets_no_list_but_settings_are_still_checked() -> None:
    world = worlds.noisy()
    model = Popularity().fit(world, rng=np.random.default_rng(0))
    nobody, rng = world.histories.take([]), np.random.default_rng(0)
    policy = make_policy("greedy", PolicyContext(world, model, nobody))
    assert recommend(model, nobody, policy=policy, rate=0, n=3, rng=rng).items.shape == (0, 3)
    with pytest.raises(OptionError, match="n is 99"):
        recommend(model, nobody, policy=policy, rate=0, n=99, rng=rng)


@pytest.mark.parametrize("cells", [1, 2_000_000])
@pytest.mark.parametrize("policy", ["epsilon-greedy", "plackett-luce", "mmr"])
def test_several_rates_give_the_lists_of_each_alone(
    policy: str, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.recommend._CELLS", cells)
    world = worlds.shop(12)
    model = fit_model(CONFIG, world)
    made = make_policy(policy, PolicyContext(world, model, world.histories))
    draws = {rate: stream(3, "policy") for rate in (0.0, 0.3, 0.8)}
    together = recommend_rates(model, world.histories, policy=made, draws=draws, n=3)
    for rate, slates in zip(draws, together, strict=True):
        rng = stream(3, "policy")
        alone = recommend(model, world.histories, policy=made, rate=rate, n=3, rng=rng)
        assert np.array_equal(slates.items, alone.items)
        assert np.array_equal(slates.propensities, alone.propensities)


def test_scores_are_asked_for_once_however_many_rates() -> None:
    class Counted(Popularity):
        asked: ClassVar[list[int]] = []

        def _score(self, histories: Histories) -> np.ndarray:
            self.asked.append(len(histories))
            return super()._score(histories)

    world = worlds.noisy()
    model = Counted().fit(world, rng=np.random.default_rng(0))
    policy = make_policy("epsilon-greedy", PolicyContext(world, model, world.histories))
    draws = {rate: stream(3, "policy") for rate in (0.0, 0.5, 1.0)}
    assert len(recommend_rates(model, world.histories, policy=policy, draws=draws, n=3)) == 3
    assert Counted.asked == [30]
