"""The vectors of the metric reference that several libraries print, against ours."""

import numpy as np
import pytest

from audits.kernels import accuracy, calibration, expected_exposure, parity, popularity, serendipity
from audits.kernels.exposure import coverage, entropy, evenness, gini

NAN = np.nan
COUNTS = np.array([0, 1, 1, 2, 2, 2, 3, 4])


def hits_of(lists, relevant, k):
    """(U, k) hits of lists of any length, and how many items are relevant."""
    hits = np.zeros((len(lists), k), dtype=bool)
    for u, (shown, good) in enumerate(zip(lists, relevant, strict=True)):
        hits[u, : min(k, len(shown))] = [item in good for item in shown[:k]]
    return hits, np.array([len(good) for good in relevant])


def test_count_vector():
    assert gini(COUNTS) == pytest.approx(41 / 120, abs=1e-9)
    assert entropy(COUNTS) == pytest.approx(2.656565, abs=1e-6)
    assert entropy(COUNTS) * np.log(2) == pytest.approx(1.841390, abs=1e-6)
    assert evenness(COUNTS) == pytest.approx(2.656565 / 3, abs=1e-6)
    assert coverage(COUNTS) == 0.875


# RecBole's fixture: hit rows, and by k = 1, 2, 3 recall, precision, hit, MRR, MAP, NDCG.
ROWS = {
    (0, 0, 0, 1): [[0, 0, 0]] * 6,
    (1, 1, 1, 3): [[1 / 3, 2 / 3, 1], *[[1, 1, 1]] * 5],
    (1, 0, 1, 4): [
        [1 / 4, 1 / 4, 1 / 2],
        [1, 1 / 2, 2 / 3],
        [1, 1, 1],
        [1, 1, 1],
        [1, 1 / 2, 5 / 9],
        [1, 0.613147, 0.703918],
    ],
    (0, 0, 1, 2): [
        [0, 0, 1 / 2],
        [0, 0, 1 / 3],
        [0, 0, 1],
        [0, 0, 1 / 3],
        [0, 0, 1 / 6],
        [0, 0, 0.306574],
    ],
}
MEASURES = (
    accuracy.recall,
    accuracy.precision,
    accuracy.hit_rate,
    accuracy.reciprocal_rank,
    accuracy.average_precision,
    accuracy.ndcg,
)


@pytest.mark.parametrize("row", ROWS)
def test_recbole_top_k(row):
    *hits, n_relevant = row
    for measure, expected in zip(MEASURES, ROWS[row], strict=True):
        for k in (1, 2, 3):
            value = measure(np.array([hits[:k]], dtype=bool), np.array([n_relevant]))
            assert value.item() == pytest.approx(expected[k - 1], abs=1e-6), (measure, k)


def test_recbole_popularity_and_coverage():
    lists = np.array([[5, 7, 3], [4, 5, 2], [2, 3, 5], [1, 4, 6], [5, 3, 7]])
    known = np.array([0, 0, 1, 2, 3, 4, 5, 0])
    assert popularity.mean_popularity(lists, known).tolist() == pytest.approx(
        [2, 8 / 3, 7 / 3, 8 / 3, 2]
    )
    assert coverage(np.bincount(lists.ravel(), minlength=8)) == 7 / 8


def test_rectools_ndcg_and_map_in_our_convention():
    lists = [[7, 8], [1, 2], [1, 2, 3, 4], [1, 2, 3]]
    relevant = [{1, 2}, {1}, {1, 3, 4}, {1, 2, 3}]
    at_3, at_1 = hits_of(lists, relevant, 3), hits_of(lists, relevant, 1)
    assert accuracy.ndcg(*at_3).tolist() == pytest.approx([0, 1, 0.703918, 1], abs=1e-6)
    assert accuracy.average_precision(*at_3).tolist() == pytest.approx(
        [0, 1, 0.555556, 1], abs=1e-6
    )
    assert accuracy.average_precision(*at_1).tolist() == [0, 1, 1, 1]


def test_rectools_novelty_and_popularity():
    users = np.array([0, 3, 1, 0])
    lists = np.array([[3, -1], [2, 3], [1, 2]])
    assert popularity.novelty(lists, users, 3).tolist() == pytest.approx(
        [1.584963, 1.584963, 0.792481], abs=1e-6
    )
    known = np.array([0, 3, 2, 1])
    shown = np.array([[1, 2, -1], [3, 1, 2], [3, 2, -1]])
    assert popularity.mean_popularity(shown, known).tolist() == pytest.approx([2.5, 2, 1.5])


RELEVANT = [{1, 2, 3}, {1, 4, 5, 6, 7}, {2, 5, 6, 8, 9, 10, 11, 12, 13, 14}]
RANKED = [[3, 10, 12], [10, 3, 5, 11, 13], [4, 10, 7, 13, 1, 3, 5, 2, 11, 14]]


@pytest.mark.parametrize(
    ("measure", "mean", "values"),
    [
        (accuracy.ndcg, 0.38172, [0.469279, 0.169580, 0.506321]),
        (accuracy.average_precision, 0.23613, [0.333333, 0.066667, 0.308413]),
        (accuracy.precision, 0.26666, [0.1, 0.1, 0.6]),
        (accuracy.recall, 0.37777, [0.333333, 0.2, 0.6]),
        (accuracy.reciprocal_rank, 0.611111, [1, 0.333333, 0.5]),
    ],
)
def test_recommenders_at_10(measure, mean, values):
    found = measure(*hits_of(RANKED, RELEVANT, 10))
    assert found.tolist() == pytest.approx(values, abs=1e-6)
    assert found.mean() == pytest.approx(mean, abs=1e-5)


FEATURES = np.array([list("01100"), list("01010"), list("00110"), list("00101"), list("00011")])


def test_recommenders_beyond_accuracy():
    shown = np.array([[2, 4], [1, 4], [0, 1]])
    hits = np.array([[True, False], [True, True], [True, False]])
    unit = serendipity.unit_vectors(FEATURES.astype(float))
    history = np.stack([unit[rows].mean(axis=0) for rows in ([0, 1, 3], [2, 3], [2, 3, 4])])
    found = serendipity.serendipity(shown, hits, history, unit)
    assert found.tolist() == pytest.approx([0.25, 0.625, 1 / 3])
    assert found.mean() == pytest.approx(0.4028, abs=1e-4)
    counts = np.bincount(shown.ravel(), minlength=5)
    assert coverage(counts) == 0.8
    assert entropy(counts) == pytest.approx(1.918296, abs=1e-6)
    assert gini(counts) == pytest.approx(1 / 3)
    assert popularity.novelty(shown, np.array([1, 1, 2, 3, 1]), 3).tolist() == pytest.approx(
        [1.084963, 1.584963, 1.584963], abs=1e-6
    )


def test_head_reaches_80_percent_exactly():
    tail = popularity.tail_items(np.array([50, 20, 10, 8, 5, 4, 2, 1]))
    assert tail.tolist() == [False] * 3 + [True] * 5


def test_miscalibration():
    p, q = np.array([0.5, 0.3, 0.2, 0]), np.array([1.0, 0, 0, 0])
    assert calibration.kullback_leibler(p, q) == pytest.approx(1.958518, abs=1e-6)
    assert calibration.jensen_shannon(p, q) == pytest.approx(0.311278, abs=1e-6)
    assert calibration.kullback_leibler(p, p) == calibration.jensen_shannon(p, p) == 0
    apart = np.array([0, 0, 0, 1.0])
    assert calibration.jensen_shannon(q, apart) == pytest.approx(1)
    assert calibration.kullback_leibler(q, apart) == pytest.approx(np.log(100))
    assert np.isnan(calibration.jensen_shannon(p, np.full(4, NAN)))
    assert np.isnan(calibration.jensen_shannon(np.zeros((2, 0)), np.zeros((2, 0)))).all()


def test_exposure_of_two_groups():
    v = expected_exposure.discounts(4)
    exposure = np.array([v[0] + v[2], v[1] + v[3]])
    assert exposure.tolist() == pytest.approx([1.5, 1.061606], abs=1e-6)
    equal = np.ones(2)
    assert parity.rates(exposure, exposure.sum())[0] == pytest.approx(0.585570, abs=1e-6)
    assert parity.against_the_rest(exposure, equal)[0] == pytest.approx(1.412953, abs=1e-6)
    assert parity.merit_ratio(exposure, exposure).tolist() == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("orders", "d", "r", "distance"),
    [
        ([(0, 1, 2)], 1.648072, 1.579966, 0.068106),
        ([(0, 1, 2), (1, 0, 2)], 1.579966, 1.579966, 0),
        (
            [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)],
            1.513621,
            1.513621,
            0.066345,
        ),
    ],
)
def test_expected_exposure(orders, d, r, distance):
    v = expected_exposure.discounts(3)
    exposure = np.mean([v[np.argsort(order)] for order in orders], axis=0)[None]
    relevant, m = np.array([[True, True, False]]), np.array([2])
    size = {"k": 3, "n_items": 3}
    assert expected_exposure.disparity(exposure, m).item() == pytest.approx(d, abs=1e-6)
    assert expected_exposure.relevance(exposure, relevant, m, **size).item() == pytest.approx(
        r, abs=1e-6
    )
    assert expected_exposure.loss(exposure, relevant, m, **size).item() == pytest.approx(
        distance, abs=1e-6
    )


def test_relative_spread_of_two_rates_is_their_deviation_over_their_mean():
    rates = np.array([0.3, 0.05])
    assert abs(parity.signed_spread(*rates)) == pytest.approx(rates.std() / rates.mean())


def test_nothing_to_divide_by_is_missing_and_never_equal():
    assert np.isnan(parity.rates(np.array(0.0), np.array(0.0)))
    assert np.isnan(parity.merit_ratio(np.array([1.0, 2.0]), np.array([1.0, 0.0]))[1])
    assert np.isnan(parity.signed_spread(np.array(0.0), np.array(0.0)))
    assert np.isnan(parity.impact_ratio(np.zeros(2))).all()
    assert np.isnan(parity.against_the_rest(np.array([1.0, 0.0]), np.array([1.0, 1.0]))[0])
