"""Group exposure: the table, its decomposition, and the shares that come out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.policies.birkhoff import decompose
from engine.policies.group_exposure import parity_table
from engine.policies.mixture import draw_lists
from engine.policies.registry import make_policy
from tests import worlds

COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=4).filter(any)


@given(counts=COUNTS, n=st.integers(1, 6))
def test_every_place_has_every_group_at_its_share(counts: list[int], n: int) -> None:
    n = min(n, sum(counts))
    table = parity_table(tuple(counts), n)
    np.testing.assert_allclose(table.sum(axis=0), 1, atol=1e-12)
    assert (table.sum(axis=1) <= 1 + 1e-12).all()
    by_group = table.reshape(len(counts), n, n)
    shares = np.array(counts) / sum(counts)
    np.testing.assert_allclose(by_group.sum(axis=1), np.tile(shares[:, None], n), atol=1e-12)
    assert not by_group[np.array(counts) == 0].any()


@given(counts=COUNTS, n=st.integers(1, 6))
def test_the_assignments_add_up_to_the_table(counts: list[int], n: int) -> None:
    n = min(n, sum(counts))
    table = parity_table(tuple(counts), n)
    assignments, weights = decompose(table)
    rebuilt = np.zeros_like(table)
    for rows, weight in zip(assignments, weights, strict=True):
        assert len(set(rows.tolist())) == n
        rebuilt[rows, np.arange(n)] += weight
    np.testing.assert_allclose(rebuilt, table, atol=1e-9)


@given(seed=st.integers(0, 2**32), size=st.integers(1, 6))
def test_any_doubly_stochastic_table_is_decomposed(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    parts = rng.dirichlet(np.ones(4))
    table = sum(part * np.eye(size)[rng.permutation(size)] for part in parts)
    assignments, weights = decompose(np.asarray(table))
    rebuilt = sum(w * np.eye(size)[:, rows].T for rows, w in zip(assignments, weights, strict=True))
    np.testing.assert_allclose(np.asarray(rebuilt).T, table, atol=1e-9)


@pytest.mark.parametrize("rate", [0.4, 1.0])
def test_places_are_shared_between_the_models_list_and_parity(rate: float) -> None:
    people, items, n = 20_000, 60, 6
    context = worlds.policy_context(people, items)
    scores = np.tile(np.where(context.groups == 0, 2.0, 1.0), (people, 1)) + np.linspace(
        0, 1, items
    )
    slates = make_policy("group-exposure", context).choose(
        scores, np.ones_like(scores, dtype=bool), n=n, rate=rate, rng=np.random.default_rng(2)
    )
    shares = np.bincount(context.groups) / items
    expected = rate * shares + (1 - rate) * np.array([1, 0, 0])
    for place in range(n):
        shown = np.bincount(context.groups[slates.items[:, place]], minlength=3) / people
        spread = 5 * np.sqrt(expected * (1 - expected) / people)
        assert (np.abs(shown - expected) <= spread + 1e-12).all()


def test_a_group_with_too_few_items_left_shares_by_what_is_left() -> None:
    context = worlds.policy_context(4000, 12)
    eligible = np.tile(context.groups != 0, (4000, 1))
    eligible[:, np.flatnonzero(context.groups == 1)[1:]] = False
    slates = make_policy("group-exposure", context).choose(
        np.zeros(eligible.shape), eligible, n=5, rate=1, rng=np.random.default_rng(2)
    )
    assert eligible.sum(axis=1).tolist() == [5] * 4000
    assert (np.sort(slates.items, axis=1) == np.flatnonzero(eligible[0])).all()
    assert (context.groups[slates.items[:, 0]] == 1).mean() == pytest.approx(0.2, abs=0.03)


def test_equal_lists_are_counted_together() -> None:
    lists = np.array([[[0, 1], [1, 0], [0, 1], [0, 2]]], dtype=np.int32).repeat(3, axis=0)
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    items, chances = draw_lists(lists, weights, luck=np.array([0.05, 0.2, 0.9]))
    assert items.tolist() == [[0, 1], [1, 0], [0, 2]]
    np.testing.assert_allclose(chances, [[0.8, 0.5], [0.2, 1], [0.8, 0.5]])
