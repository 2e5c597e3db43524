"""The interval of the gap between groups, tried on worlds whose gap is planted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from audits.analysis import analyse
from audits.data import prepare
from audits.evaluation import evaluate
from audits.results import DIFFERENCE, RATIO, Result
from audits.summary import summarise
from engine.sources.planted import Recipe
from tests.evidence.gap_coverage import GAP, NO_GAP, audit_world, covered

SEEDS = 40


def _fewest(worlds: int) -> int:
    """Fewer covered worlds would be a 1 in 2000 accident if intervals cover 95%."""
    return int(binom.ppf(0.0005, worlds, 0.95))


@pytest.fixture(scope="module")
def worlds() -> list[Mapping[str, Result]]:
    return [audit_world(seed, recipe=GAP) for seed in range(SEEDS)]


def _standard_error(recipe: Recipe) -> float:
    """Of the gap, by construction: recall is Binomial(h, q)/h for each user."""
    spread = sum(rate * (1 - rate) for rate in recipe.hit_rates.values())
    return float(np.sqrt(spread / recipe.held_out_items / recipe.users_per_group))


def test_intervals_of_the_gap_cover_the_planted_gap(worlds: list[Mapping[str, Result]]) -> None:
    assert sum(covered(world[DIFFERENCE], 0.2) for world in worlds) >= _fewest(SEEDS)


def test_intervals_of_the_ratio_cover_the_planted_ratio(worlds: list[Mapping[str, Result]]) -> None:
    assert sum(covered(world[RATIO], 0.75) for world in worlds) >= _fewest(SEEDS)


def test_intervals_of_the_gap_are_no_wider_than_they_must(
    worlds: list[Mapping[str, Result]],
) -> None:
    widths = [(row.high or 0) - (row.low or 0) for row in (world[DIFFERENCE] for world in worlds)]

    assert np.mean(widths) == pytest.approx(2 * 1.96 * _standard_error(GAP), rel=0.05)


def test_without_a_planted_gap_chance_explains_what_is_found() -> None:
    rows = [audit_world(seed, recipe=NO_GAP)[DIFFERENCE] for seed in range(SEEDS // 2)]
    # |difference of two means| of a normal law: mean sqrt(2/pi) SE, spread sqrt(1 - 2/pi) SE.
    error = _standard_error(NO_GAP)
    expected, spread = np.sqrt(2 / np.pi) * error, np.sqrt(1 - 2 / np.pi) * error

    assert sum(covered(row, 0.0) for row in rows) >= _fewest(len(rows))
    assert np.mean([row.value for row in rows]) == pytest.approx(
        expected, abs=3.3 * spread / np.sqrt(len(rows))
    )
    assert np.mean([row.by_chance for row in rows]) == pytest.approx(expected, rel=0.1)


def test_two_groups_with_equal_means_have_a_gap_of_zero_with_an_interval() -> None:
    people = [f"{group}{number}" for group in "AB" for number in range(20)]
    chosen = ["shown", "hidden"] * len("AB") * 10
    data = prepare(
        interactions=pl.DataFrame({"user_id": people, "item_id": "old"}),
        held_out=pl.DataFrame({"user_id": people, "item_id": chosen}),
        users=pl.DataFrame({"user_id": people, "group": [person[0] for person in people]}),
    )
    lists = pl.DataFrame({"user_id": people, "item_id": "shown", "rank": 1})
    analysis = analyse(data, evaluate(data, lists, k=1), by=("group",))

    [row] = [
        row
        for row in summarise(analysis).results
        if (row.metric, row.group) == ("recall", DIFFERENCE)
    ]
    assert row.value == 0
    assert row.low is not None
    assert row.high is not None
    assert row.low < 0 < row.high
