"""How alike and how narrow people are: hand-made answers, and brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.kernels import bubble

Sets = list[set[int]]
worlds = st.lists(st.sets(st.integers(0, 9), max_size=6), max_size=9)


def padded(sets: Sets) -> np.ndarray:
    rows = np.full((len(sets), max((len(s) for s in sets), default=0)), -1)
    for row, items in zip(rows, sets, strict=True):
        row[: len(items)] = sorted(items)
    return rows


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def test_the_reference_vector() -> None:
    sets = padded([{1, 2, 3}, {2, 3, 4}, {5}])

    assert bubble.homogenisation(sets) == pytest.approx(1 / 6, abs=1e-15)
    assert bubble.mean_intersection(sets) == pytest.approx(2 / 3, abs=1e-15)


@given(worlds)
def test_jaccard_is_that_of_every_pair(sets: Sets) -> None:
    pairs = [(a, b) for a, b in combinations(sets, 2) if a or b]
    expected = mean([len(a & b) / len(a | b) for a, b in pairs])

    assert bubble.homogenisation(padded(sets)) == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert bubble.comparable_pairs(padded(sets)) == len(pairs)


@given(worlds)
def test_intersection_is_that_of_every_pair(sets: Sets) -> None:
    expected = mean([len(a & b) for a, b in combinations(sets, 2)])

    assert bubble.mean_intersection(padded(sets)) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    sets = padded([set(rng.integers(0, 40, 6).tolist()) for _ in range(57)])
    whole = bubble.homogenisation(sets)

    for size in (1, 7, 56, 57):
        monkeypatch.setattr(bubble, "BLOCK", size)
        assert bubble.homogenisation(sets) == pytest.approx(whole, abs=1e-12)


def test_twins_are_fully_alike_and_strangers_not_at_all() -> None:
    assert bubble.homogenisation(padded([{1, 2}] * 5)) == 1
    assert bubble.homogenisation(padded([{0}, {1}, {2}])) == 0


def test_nothing_consumed_is_missing_not_zero() -> None:
    nothing = padded([set(), set()])

    assert np.isnan(bubble.homogenisation(nothing))
    assert np.isnan(bubble.majority_category_share(nothing, np.eye(3))).all()


def test_the_majority_share_splits_items_over_their_categories() -> None:
    categories = np.array([[1.0, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]])
    shares = bubble.majority_category_share(
        padded([{0, 1}, {1, 2}, {2, 3}, {3}, set()]), categories
    )
    np.testing.assert_allclose(shares, [0.75, 0.5, 1.0, np.nan, np.nan])


def test_without_categories_there_is_no_majority() -> None:
    assert np.isnan(bubble.majority_category_share(padded([{0}]), np.zeros((1, 0)))).all()


@given(worlds)
def test_cosine_is_that_of_every_pair(sets: Sets) -> None:
    pairs = [(a, b) for a, b in combinations(sets, 2) if a and b]
    expected = mean([len(a & b) / np.sqrt(len(a) * len(b)) for a, b in pairs])

    assert bubble.mean_cosine(padded(sets)) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_500_people_in_linear_time_are_every_pair_to_1e_12() -> None:
    rng = np.random.default_rng(5)
    sets = [set(rng.integers(0, 300, rng.integers(0, 40)).tolist()) for _ in range(500)]
    pairs = list(combinations(sets, 2))
    shared = np.array([len(a & b) for a, b in pairs])
    cosines = [len(a & b) / np.sqrt(len(a) * len(b)) for a, b in pairs if a and b]
    unions = np.array([len(a | b) for a, b in pairs])
    jaccard = shared[unions > 0] / unions[unions > 0]

    assert bubble.mean_intersection(padded(sets)) == pytest.approx(shared.mean(), abs=1e-12)
    assert bubble.mean_cosine(padded(sets)) == pytest.approx(np.mean(cosines), abs=1e-12)
    assert bubble.homogenisation(padded(sets)) == pytest.approx(jaccard.mean(), abs=1e-12)


def test_drawn_pairs_estimate_the_mean_over_all() -> None:
    rng = np.random.default_rng(6)
    sets = padded([set(rng.integers(0, 30, 8).tolist()) for _ in range(200)] + [set(), set()])
    exact = bubble.homogenisation(sets)
    drawn, n = bubble.sampled_homogenisation(sets, pairs=20_000, rng=np.random.default_rng(1))

    assert drawn == pytest.approx(exact, abs=0.005)
    assert 19_900 < n <= 20_000
    nothing = np.full((3, 2), -1)
    assert bubble.sampled_homogenisation(nothing, pairs=9, rng=rng)[1] == 0


def test_nobody_is_paired_with_herself() -> None:
    strangers = padded([{0}, {1}])
    assert bubble.sampled_homogenisation(strangers, pairs=50, rng=np.random.default_rng(0)) == (
        0.0,
        50,
    )


def test_drift_is_nothing_where_nothing_moved_and_grows_as_it_does() -> None:
    before = np.array([[3.0, 1.0], [3.0, 1.0], [3.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    after = np.array([[6.0, 2.0], [2.0, 2.0], [0.0, 4.0], [1.0, 1.0], [0.0, 0.0]])
    drift = bubble.profile_drift(before, after)

    assert drift[0] == pytest.approx(0, abs=1e-15)
    assert 1e-3 < drift[1] < drift[2] < np.inf
    assert np.isnan(drift[3:]).all()
    assert np.isnan(bubble.profile_drift(np.zeros((1, 0)), np.zeros((1, 0)))).all()


def test_an_item_is_discoverable_from_the_bound_on() -> None:
    assert bubble.discoverable_corpus(np.array([0, 1, 2, 3]), at_least=2) == 0.5
