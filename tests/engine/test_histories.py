from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TableError
from engine.histories import Histories

N_ITEMS = 6
LISTS = st.lists(st.lists(st.integers(0, N_ITEMS - 1), unique=True, max_size=4), max_size=4)


def lists_of(histories: Histories) -> list[list[int]]:
    return [histories.items_of(row).tolist() for row in range(len(histories))]


@given(LISTS)
def test_what_goes_in_comes_out_in_order(lists: list[list[int]]) -> None:
    histories = Histories.from_lists(lists, n_items=N_ITEMS)
    assert len(histories) == len(lists)
    assert lists_of(histories) == lists
    assert histories.lengths.tolist() == [len(items) for items in lists]


@given(LISTS)
def test_matrix_and_seen_agree_with_the_lists(lists: list[list[int]]) -> None:
    histories = Histories.from_lists(lists, n_items=N_ITEMS)
    expected = np.zeros((len(lists), N_ITEMS), dtype=bool)
    for row, items in enumerate(lists):
        expected[row, items] = True
    assert (histories.seen() == expected).all()
    assert (histories.matrix().toarray() == expected).all()


@given(LISTS, st.data())
def test_take_is_the_named_lists(lists: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1))) if lists else []
    taken = Histories.from_lists(lists, n_items=N_ITEMS).take(rows)
    assert lists_of(taken) == [lists[row] for row in rows]


@given(LISTS, st.data())
def test_keep_drops_entries_and_nobody(lists: list[list[int]], data: st.DataObject) -> None:
    histories = Histories.from_lists(lists, n_items=N_ITEMS)
    unwanted = data.draw(st.integers(0, N_ITEMS - 1))
    kept = histories.keep(histories.items != unwanted)
    assert lists_of(kept) == [[item for item in items if item != unwanted] for items in lists]


@given(LISTS)
def test_append_adds_at_the_end_in_the_order_given(lists: list[list[int]]) -> None:
    histories = Histories.from_lists([*lists, []], n_items=N_ITEMS)
    last = len(lists)
    grown = histories.append(np.array([last, 0, last]), np.array([3, 5, 1]), weight=2)
    assert lists_of(grown)[last][-2:] == ([3, 1] if last else [5, 1])
    assert lists_of(histories) == [*lists, []]
    assert grown.weights.sum() == histories.weights.sum() + 6


def test_weights_and_attributes_follow_their_lists() -> None:
    histories = Histories(
        np.array([0, 2, 3]),
        np.array([0, 1, 2], dtype=np.int32),
        np.array([5, 4, 3], dtype=np.float32),
        N_ITEMS,
        pl.DataFrame({"age": [20, 30]}),
    )
    taken = histories.take([1, 0])
    assert taken.weights_of(1).tolist() == [5, 4]
    assert taken.attributes is not None
    assert taken.attributes["age"].to_list() == [30, 20]


def test_empty_histories_are_people_without_items() -> None:
    nobody = Histories.empty(3, n_items=N_ITEMS)
    assert lists_of(nobody) == [[], [], []]
    assert not nobody.seen().any()


@pytest.mark.parametrize("lists", [[[N_ITEMS]], [[-1]], [[1, 1]]])
def test_lists_that_cannot_be_are_refused(lists: list[list[int]]) -> None:
    with pytest.raises(TableError, match="history"):
        Histories.from_lists(lists, n_items=N_ITEMS)


def test_weights_must_be_finite_and_one_an_item() -> None:
    with pytest.raises(TableError, match="not finite"):
        Histories.from_lists([[0]], n_items=N_ITEMS, weights=[[float("nan")]])
    with pytest.raises(TableError, match="2 items but 1 weights"):
        Histories.from_lists([[0, 1]], n_items=N_ITEMS, weights=[[1.0]])
