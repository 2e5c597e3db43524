"""Golden vectors and laws of coverage, Gini and entropy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.kernels.exposure import count_items, coverage, entropy, gini

RECBOLE_COUNTS = np.array([0, 1, 1, 2, 2, 2, 3, 4])
counts_of_items = st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any).map(np.array)


def test_equals_recbole_on_its_counts():
    assert gini(RECBOLE_COUNTS) == pytest.approx(41 / 120, abs=1e-12)
    assert entropy(RECBOLE_COUNTS) == pytest.approx(2.656565, abs=5e-7)
    assert coverage(RECBOLE_COUNTS) == 0.875


def test_equals_recommenders_on_its_lists():
    counts = count_items(np.array([[3, 5], [2, 5], [1, 2]]) - 1, 5)
    assert coverage(counts) == 0.8
    assert entropy(counts) == pytest.approx(1.918296, abs=5e-7)
    assert gini(counts) == pytest.approx(0.333333, abs=5e-7)


def test_a_place_without_an_item_counts_for_nothing():
    assert count_items(np.array([[0, -1], [-1, -1]]), 3).tolist() == [1, 0, 0]


def test_equal_shares_are_not_concentrated_and_one_item_is_fully():
    assert gini(np.full(7, 3)) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 9])) == pytest.approx(3 / 4)


@pytest.mark.parametrize("measure", [coverage, gini, entropy])
def test_nothing_shown_is_missing(measure):
    assert np.isnan(measure(np.zeros(4, dtype=int)))


@pytest.mark.parametrize("measure", [coverage, gini, entropy])
@given(counts=counts_of_items, factor=st.integers(2, 9), seed=st.integers(0, 99))
def test_order_of_items_and_number_of_users_do_not_matter(measure, counts, factor, seed):
    shuffled = np.random.default_rng(seed).permutation(counts) * factor
    assert measure(shuffled) == pytest.approx(measure(counts), abs=1e-12)


@given(counts=counts_of_items)
def test_lies_in_its_range(counts):
    n = len(counts)
    assert 0 < coverage(counts) <= 1
    assert -1e-12 <= gini(counts) <= (n - 1) / n + 1e-12
    assert 0 <= entropy(counts) <= np.log2(n) + 1e-12


def test_many_systems_at_once_equal_one_by_one():
    systems = np.random.default_rng(0).integers(0, 9, size=(5, 20))
    for measure in (coverage, gini, entropy):
        assert np.allclose(measure(systems), [measure(counts) for counts in systems])
