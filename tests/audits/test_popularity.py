"""Golden vectors and laws of popularity and novelty."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audits.kernels.popularity import mean_popularity, novelty, tail_items, tail_share


def test_head_reaches_four_fifths_exactly():
    assert tail_items(np.array([50, 20, 10, 8, 5, 4, 2, 1])).tolist() == [False] * 3 + [True] * 5


def test_item_that_crosses_the_line_is_in_the_head_and_ties_go_to_the_lower_row():
    assert tail_items(np.array([40, 39, 21])).tolist() == [False, False, False]
    assert tail_items(np.array([5, 5, 5, 5, 5])).tolist() == [False] * 4 + [True]


def test_equals_recbole_mean_popularity():
    lists = np.array([[5, 7, 3], [4, 5, 2], [2, 3, 5], [1, 4, 6], [5, 3, 7]])
    popularity = np.array([0, 0, 1, 2, 3, 4, 5, 0])
    assert np.allclose(mean_popularity(lists, popularity), [2, 8 / 3, 7 / 3, 8 / 3, 2])


RECTOOLS_LISTS = np.array([[1, 2, -1], [3, 1, 2], [3, 2, -1]])


def test_equals_rectools_average_popularity():
    lists = np.where(RECTOOLS_LISTS > 0, RECTOOLS_LISTS - 1, -1)
    popularity = np.array([3, 2, 1])
    assert np.allclose(mean_popularity(lists, popularity), [2.5, 2, 1.5])


def test_equals_rectools_novelty():
    lists = np.array([[2, -1, -1], [1, 2, -1], [0, 1, -1]])
    values = novelty(lists, np.array([3, 1, 0]), 3)
    assert np.allclose(values, [1.584963, 1.584963, 0.792481], atol=5e-7)


def test_equals_recommenders_novelty_with_users_as_base():
    lists = np.array([[3, 5], [2, 5], [1, 2]]) - 1
    values = novelty(lists, np.array([1, 1, 2, 3, 1]), 3)
    assert np.allclose(values, [1.084963, 1.584963, 1.584963], atol=5e-7)


def test_empty_list_is_missing():
    empty = np.array([[-1, -1]])
    assert np.isnan(mean_popularity(empty, np.array([1, 2])))
    assert np.isnan(novelty(empty, np.array([1, 2]), 3))


def test_share_of_a_tail_that_is_empty_or_everything_is_missing():
    assert np.isnan(tail_share(np.array([[0]]), np.array([False, False])))
    assert np.isnan(tail_share(np.array([[0]]), np.array([True, True])))
    assert tail_share(np.array([[0, 1]]), np.array([False, True])).item() == 0.5


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40).filter(any))
def test_head_is_the_smallest_set_that_reaches_the_share(popularity):
    counts = np.array(popularity)
    head = np.sort(counts[~tail_items(counts)])
    assert head.sum() >= 0.8 * counts.sum() - 1e-9
    assert head[1:].sum() < 0.8 * counts.sum()
    assert head[0] >= counts[tail_items(counts)].max(initial=0)
