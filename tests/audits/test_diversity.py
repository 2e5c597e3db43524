"""Golden vectors and laws of variety within a list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from audits.kernels.diversity import category_entropy, intra_list_diversity

RECOMMENDERS_FEATURES = np.array(
    [[0, 1, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 1, 0, 1], [0, 0, 0, 1, 1]], float
)
worlds = arrays(np.float64, (6, 3), elements=st.sampled_from([0.0, 1.0]))


def test_equals_recommenders_on_its_features():
    lists = np.array([[3, 5], [2, 5], [1, 2]]) - 1
    assert np.allclose(intra_list_diversity(lists, RECOMMENDERS_FEATURES), 0.5)


def test_alike_items_have_no_variety_and_unlike_items_have_all():
    genres = np.array([[1.0, 0], [1, 0], [0, 1]])
    assert intra_list_diversity(np.array([[0, 1], [0, 2]]), genres).tolist() == [0, 1]


@pytest.mark.parametrize("items", [[[0, -1]], [[-1, -1]], [[0, 2]]])
def test_no_usable_pair_is_missing(items):
    genres = np.array([[1.0, 0], [0, 1], [0, 0]])
    assert np.isnan(intra_list_diversity(np.array(items), genres)).all()


@given(worlds, st.permutations(range(6)))
def test_equals_all_pairs_one_by_one(genres, order):
    items = np.array([order[:4]])
    norms = np.linalg.norm(genres, axis=1)
    cosines = [
        genres[a] @ genres[b] / (norms[a] * norms[b])
        for i, a in enumerate(order[:4])
        for b in order[i + 1 : 4]
        if norms[a] > 0 and norms[b] > 0
    ]
    value = intra_list_diversity(items, genres).item()
    if not cosines:
        assert np.isnan(value)
    else:
        assert value == pytest.approx(1 - np.mean(cosines), abs=1e-12)


def test_entropy_counts_categories_evenly_within_an_item():
    genres = np.array([[1.0, 1, 0], [0, 0, 1]])
    assert category_entropy(np.array([[0, 1]]), genres).item() == pytest.approx(1.5)
    assert category_entropy(np.array([[1, -1]]), genres).item() == 0


def test_entropy_without_any_category_is_missing():
    assert np.isnan(category_entropy(np.array([[0]]), np.zeros((1, 2))))


@given(worlds, st.permutations(range(6)))
def test_order_of_the_list_does_not_matter(genres, order):
    for measure in (intra_list_diversity, category_entropy):
        one = measure(np.array([range(6)]), genres).item()
        other = measure(np.array([order]), genres).item()
        assert one == pytest.approx(other, abs=1e-12, nan_ok=True)
