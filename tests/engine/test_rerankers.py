"""Re-rankers against their formulas, written out item by item."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from engine.errors import CapabilityError
from engine.models.popularity import Popularity
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from tests import worlds

N, ITEMS, PEOPLE = 5, 30, 9
RATES = pytest.mark.parametrize("rate", [0.1, 0.4, 0.8, 1.0])


def rerank(name: str, scores: np.ndarray, *, rate: float) -> list[list[int]]:
    policy = make_policy(name, worlds.policy_context(*scores.shape))
    eligible = np.ones(scores.shape, dtype=bool)
    rng = np.random.default_rng(0)
    found: list[list[int]] = policy.choose(scores, eligible, n=N, rate=rate, rng=rng).items.tolist()
    return found


def by_hand(scores: np.ndarray, value: Callable[[list[int], int, float], float]) -> list[int]:
    """Place the item of the largest value(list so far, item, relevance), ties by score."""
    relevance = (scores - scores.min()) / (scores.max() - scores.min())
    order = np.argsort(-scores, kind="stable")
    placed: list[int] = []
    for _ in range(N):
        left = [item for item in order.tolist() if item not in placed]
        values = [round(value(placed, item, float(relevance[item])), 12) for item in left]
        placed.append(left[values.index(max(values))])
    return placed


def make_scores() -> np.ndarray:
    return np.random.default_rng(4).normal(size=(PEOPLE, ITEMS))


@RATES
def test_mmr_is_its_formula(rate: float) -> None:
    categories = worlds.policy_context(1, ITEMS).categories
    unit = categories / np.linalg.norm(categories, axis=1, keepdims=True)

    def value(placed: list[int], item: int, relevance: float) -> float:
        nearest = max((float(unit[item] @ unit[other]) for other in placed), default=0.0)
        return (1 - rate) * relevance - rate * nearest

    scores = make_scores()
    assert rerank("mmr", scores, rate=rate) == [by_hand(row, value) for row in scores]


@RATES
def test_popularity_xquad_is_its_formula(rate: float) -> None:
    context = worlds.policy_context(PEOPLE, ITEMS)
    tail, popularity = context.tail, context.popularity

    def hand(row: int, scores: np.ndarray) -> list[int]:
        history = context.histories.items_of(row)
        usual = popularity[tail].sum() / popularity.sum()
        taste = float(tail[history].mean()) if len(history) else float(usual)

        def value(placed: list[int], item: int, relevance: float) -> float:
            same = sum(bool(tail[other] == tail[item]) for other in placed)
            covered = same / len(placed) if placed else 0.0
            return (1 - rate) * relevance + rate * (taste if tail[item] else 1 - taste) * (
                1 - covered
            )

        return by_hand(scores, value)

    scores = make_scores()
    expected = [hand(row, scores[row]) for row in range(PEOPLE)]
    assert rerank("popularity-xquad", scores, rate=rate) == expected


def calibrated_by_hand(
    context: PolicyContext, row: int, scores: np.ndarray, rate: float
) -> list[int]:
    sizes = context.categories.sum(axis=1, keepdims=True)
    spread = context.categories / np.maximum(sizes, 1)
    history = context.histories.items_of(row)
    p = spread[history].sum(axis=0)
    p = p / p.sum() if p.any() else p

    def value(placed: list[int], item: int, relevance: float) -> float:
        known = [one for one in (*placed, item) if sizes[one] > 0]
        q = spread[known].mean(axis=0) if known else np.zeros(len(p))
        kl = sum(
            a * math.log(a / (0.99 * b + 0.01 * a)) for a, b in zip(p, q, strict=True) if a > 0
        )
        return (1 - rate) * relevance - rate * kl

    return by_hand(scores, value)


@RATES
def test_calibration_is_its_formula(rate: float) -> None:
    context, scores = worlds.policy_context(PEOPLE, ITEMS), make_scores()
    expected = [calibrated_by_hand(context, row, scores[row], rate) for row in range(PEOPLE)]
    # A person without a history has ties throughout at rate 1, and gets the model's own list.
    assert rerank("calibration", scores, rate=rate) == expected


@RATES
def test_items_without_categories_count_in_no_distribution(rate: float) -> None:
    shop = worlds.shop(ITEMS)
    kept = pl.when(pl.int_range(pl.len()) % 3 > 0).then("categories").otherwise(pl.lit([]))
    partly = replace(shop, items=shop.items.with_columns(categories=kept))
    context = PolicyContext(partly, worlds.shop_model(ITEMS), partly.histories)
    scores = make_scores()
    slates = make_policy("calibration", context).choose(
        scores, scores < 99, n=N, rate=rate, rng=np.random.default_rng(0)
    )
    expected = [calibrated_by_hand(context, row, scores[row], rate) for row in range(PEOPLE)]
    assert slates.items.tolist() == expected


def test_a_list_comes_from_the_best_of_the_pool() -> None:
    scores = np.tile(np.arange(2000, 0, -1, dtype=np.float64), (2, 1))
    for name in ("mmr", "popularity-xquad", "calibration"):
        assert np.max(rerank(name, scores, rate=1)) < 10 * N


@pytest.mark.parametrize("name", ["mmr", "calibration", "cluster-exploration"])
def test_a_catalogue_without_categories_is_refused(name: str) -> None:
    bare = worlds.noisy()
    model = Popularity().fit(bare, rng=np.random.default_rng(0))
    policy = make_policy(name, PolicyContext(bare, model, bare.histories))
    scores = model.score(bare.histories)
    with pytest.raises(CapabilityError, match="name no categories"):
        policy.choose(scores, scores > -1, n=3, rate=0.5, rng=np.random.default_rng(0))
