"""The one order of lists, against sorting everything."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.ranking import top_n


@given(
    scores=arrays.arrays(
        np.float32, st.tuples(st.integers(0, 4), st.integers(1, 9)), elements=st.integers(-2, 2)
    ),
    n=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_equals_sorting_by_score_then_row(scores: np.ndarray, n: int, seed: int) -> None:
    eligible = np.random.default_rng(seed).random(scores.shape) < 0.7
    expected = np.full((len(scores), n), -1)
    for row, values in enumerate(scores):
        items = sorted(np.flatnonzero(eligible[row]), key=lambda item: (-values[item], item))[:n]
        expected[row, : len(items)] = items
    np.testing.assert_array_equal(top_n(scores, eligible, n=n), expected)


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 6),
    values=st.sampled_from([3, 40, 10**6]),
    share=st.sampled_from([0.02, 0.5, 1.0]),
)
def test_a_wide_catalogue_is_sorted_alike(seed: int, n: int, values: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, values, size=(6, 150)).astype(np.float32)
    eligible = rng.random(scores.shape) < share
    masked = np.where(eligible, scores, -np.inf)
    order = np.argsort(-masked, axis=1, kind="stable")[:, :n]
    expected = np.where(np.take_along_axis(eligible, order, axis=1), order, -1)
    np.testing.assert_array_equal(top_n(scores, eligible, n=n), expected)


@given(
    seed=st.integers(0, 2**32),
    people=st.integers(1, 5),
    n=st.integers(1, 40),
    share=st.sampled_from([0.02, 0.3, 1.0]),
)
def test_people_who_share_their_scores_are_served_as_one_by_one(
    seed: int, people: int, n: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    scores = np.tile(rng.integers(0, 9, size=150).astype(np.float32), (people, 1))
    eligible = rng.random(scores.shape) < share
    alone = [top_n(scores[[row]], eligible[[row]], n=n) for row in range(people)]
    np.testing.assert_array_equal(top_n(scores, eligible, n=n), np.concatenate(alone))
