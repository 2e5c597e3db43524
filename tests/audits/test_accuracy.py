"""Golden vectors of RecBole, RecTools and Recommenders, and laws of accuracy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.kernels.accuracy import (
    average_precision,
    hit_rate,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
)

ALL = (ndcg, recall, precision, hit_rate, reciprocal_rank, average_precision)
RECBOLE_HITS = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 1], [0, 0, 1]], dtype=bool)
RECBOLE_RELEVANT = np.array([1, 3, 4, 2])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (recall, [[0, 0, 0], [1 / 3, 2 / 3, 1], [1 / 4, 1 / 4, 1 / 2], [0, 0, 1 / 2]]),
        (precision, [[0, 0, 0], [1, 1, 1], [1, 1 / 2, 2 / 3], [0, 0, 1 / 3]]),
        (hit_rate, [[0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1]]),
        (reciprocal_rank, [[0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1 / 3]]),
        (average_precision, [[0, 0, 0], [1, 1, 1], [1, 1 / 2, 5 / 9], [0, 0, 1 / 6]]),
        (ndcg, [[0, 0, 0], [1, 1, 1], [1, 0.613147, 0.703918], [0, 0, 0.306574]]),
    ],
)
def test_equals_recbole_on_its_fixture(measure, expected):
    by_k = [measure(RECBOLE_HITS[:, :k], RECBOLE_RELEVANT) for k in (1, 2, 3)]
    assert np.allclose(np.stack(by_k, axis=1), expected, atol=5e-7)


RECOMMENDERS_LISTS = ([3, 10, 12], [10, 3, 5, 11, 13], [4, 10, 7, 13, 1, 3, 5, 2, 11, 14])
RECOMMENDERS_RELEVANT = ({1, 2, 3}, {1, 4, 5, 6, 7}, {2, 5, 6, *range(8, 15)})


@pytest.mark.parametrize(
    ("measure", "mean", "per_user"),
    [
        (ndcg, 0.38172, [0.469279, 0.169580, 0.506321]),
        (average_precision, 0.23613, [0.333333, 0.066667, 0.308413]),
        (precision, 0.26666, [0.1, 0.1, 0.6]),
        (recall, 0.37777, [0.333333, 0.2, 0.6]),
        (reciprocal_rank, 0.611111, [1, 0.333333, 0.5]),
    ],
)
def test_equals_recommenders_on_its_fixture(measure, mean, per_user):
    hits = np.zeros((3, 10), dtype=bool)
    for row, (items, liked) in enumerate(
        zip(RECOMMENDERS_LISTS, RECOMMENDERS_RELEVANT, strict=True)
    ):
        hits[row, : len(items)] = [item in liked for item in items]
    values = measure(hits, np.array([len(liked) for liked in RECOMMENDERS_RELEVANT]))
    assert np.allclose(values, per_user, atol=5e-6)
    assert values.mean() == pytest.approx(mean, abs=1e-5)


def test_ideal_list_counts_only_places_that_could_be_filled():
    assert ndcg(np.array([[True, False, False]]), np.array([1])).item() == 1


@pytest.mark.parametrize("measure", ALL)
def test_user_without_relevant_items_is_missing_and_not_zero(measure):
    assert np.isnan(measure(np.zeros((1, 3), dtype=bool), np.array([0]))).all()


hit_rows = st.lists(st.booleans(), min_size=1, max_size=12)


@given(hit_rows, st.integers(0, 5))
def test_lies_in_the_unit_interval(row, missed):
    hits, n_relevant = np.array([row]), np.array([sum(row) + missed])
    values = [measure(hits, n_relevant).item() for measure in ALL]
    assert all(np.isnan(v) if n_relevant == 0 else 0 <= v <= 1 + 1e-12 for v in values)


@given(hit_rows.filter(any), st.data())
def test_moving_a_hit_up_never_lowers_a_measure(row, data):
    place = data.draw(st.sampled_from([i for i, hit in enumerate(row) if hit]))
    better = list(row)
    target = data.draw(st.integers(0, place))
    better[place], better[target] = better[target], better[place]
    before, after = np.array([row]), np.array([better])
    n_relevant = np.array([sum(row)])
    for measure in ALL:
        assert measure(after, n_relevant) >= measure(before, n_relevant) - 1e-12
