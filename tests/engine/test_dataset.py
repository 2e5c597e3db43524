from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dataset import Dataset, make_dataset
from engine.errors import TableError, UnknownNameError
from engine.histories import Histories
from engine.tables import Origin

LOG = pl.DataFrame(
    {
        "user_id": ["10", "9", "10", "10"],
        "item_id": ["b", "a", "c", "a"],
        "weight": [5.0, 4.0, 3.0, 2.0],
        "timestamp": [7, 1, 7, 3],
    }
)


def test_rows_are_ids_in_order_numbers_as_numbers() -> None:
    dataset = make_dataset("small", LOG)
    assert dataset.user_ids == ("9", "10")
    assert dataset.item_ids == ("a", "b", "c")
    assert [dataset.user_row("10"), dataset.item_row("c")] == [1, 2]


def test_padded_numbers_are_text() -> None:
    log = pl.DataFrame({"user_id": ["10", "007", "9"], "item_id": ["a", "a", "a"]})
    assert make_dataset("spies", log).user_ids == ("007", "10", "9")


def test_histories_are_oldest_first_with_ties_in_input_order() -> None:
    histories = make_dataset("small", LOG).histories
    assert histories.items_of(1).tolist() == [0, 1, 2]
    assert histories.weights_of(1).tolist() == [2, 5, 3]


def test_defaults_are_weight_one_and_input_order() -> None:
    log = pl.DataFrame({"user_id": ["u", "u", "u"], "item_id": ["c", "a", "b"]})
    dataset = make_dataset("bare", log)
    assert dataset.interactions["weight"].to_list() == [1, 1, 1]
    assert dataset.histories.items_of(0).tolist() == [2, 0, 1]
    assert dataset.items["title"].to_list() == ["a", "b", "c"]
    assert dataset.items["categories"].to_list() == [[], [], []]


def test_counting_repeats_needs_no_weights() -> None:
    log = pl.DataFrame({"user_id": ["u", "u", "u"], "item_id": ["a", "b", "a"]})
    dataset = make_dataset("plays", log, duplicates="sum")
    assert dict(dataset.interactions.select("item_id", "weight").rows()) == {"a": 2, "b": 1}


def test_users_without_interactions_and_without_attributes_both_count() -> None:
    users = pl.DataFrame({"user_id": ["9", "11"], "age": [30, 40]})
    dataset = make_dataset("small", LOG, users=users)
    assert dataset.users.rows() == [("9", 30), ("10", None), ("11", 40)]
    assert dataset.histories.lengths.tolist() == [1, 3, 0]


def test_the_declared_catalogue_is_the_catalogue() -> None:
    items = pl.DataFrame({"item_id": ["d", "c", "b", "a"], "title": [None, "C", "B", "A"]})
    dataset = make_dataset("small", LOG, items=items)
    assert dataset.items["title"].to_list() == ["A", "B", "C", "d"]
    assert dataset.histories.n_items == 4


@pytest.mark.parametrize("duplicates", ["error", "last", "sum"])
def test_an_item_outside_the_catalogue_is_named_with_its_own_row(duplicates: str) -> None:
    log = pl.DataFrame({"user_id": ["u", "u", "u"], "item_id": ["a", "a", "z"]})
    log = log[1:] if duplicates == "error" else log
    row = 2 if duplicates == "error" else 3
    with pytest.raises(TableError, match=rf"^log:{row}, column item_id, row {row}: item z .* Add"):
        make_dataset(
            "small",
            log,
            items=pl.DataFrame({"item_id": ["a"]}),
            duplicates=duplicates,  # type: ignore[arg-type]
            sources=(Origin("log", 1), None, None, None),
        )


def test_unknown_users_and_items_are_named_errors() -> None:
    dataset = make_dataset("small", LOG)
    with pytest.raises(UnknownNameError, match="no user x in small; its users are 9 to 10"):
        dataset.user_row("x")
    with pytest.raises(UnknownNameError, match="no item x in small; its items are a to c"):
        dataset.item_row("x")


def test_with_histories_is_the_way_back_from_histories() -> None:
    dataset = make_dataset("small", LOG)
    again = dataset.with_histories(dataset.histories)
    assert again.histories.items.tolist() == dataset.histories.items.tolist()
    assert again.histories.weights.tolist() == dataset.histories.weights.tolist()
    assert again.with_histories(Histories.empty(2, n_items=3)).interactions.is_empty()


def test_fingerprint_is_of_the_content_and_not_of_the_name() -> None:
    one = make_dataset("one", LOG)
    assert one.fingerprint == make_dataset("other", LOG.select(reversed(LOG.columns))).fingerprint
    changed = LOG.with_columns(weight=pl.Series([5.0, 4.0, 3.0, 2.5]))
    assert one.fingerprint != make_dataset("one", changed).fingerprint


def test_fingerprint_is_the_same_on_every_machine() -> None:
    assert make_dataset("small", LOG).fingerprint.startswith("87c9e06f05d5cace")


@given(st.randoms(use_true_random=False))
def test_row_order_of_the_input_does_not_matter_when_times_differ(random: object) -> None:
    log = LOG.with_columns(timestamp=pl.Series([7, 1, 8, 3]))
    order = list(range(log.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert make_dataset("a", log[order]).fingerprint == make_dataset("a", log).fingerprint


def large_log(users: int = 1000, items: int = 1500, each: int = 100) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    chosen = rng.permuted(np.tile(np.arange(items), (users, 1)), axis=1)[:, :each]
    return pl.DataFrame({"user_id": np.repeat(np.arange(users), each), "item_id": chosen.ravel()})


def test_a_hundred_thousand_rows_take_well_under_a_second() -> None:
    log = large_log()
    start = time.perf_counter()
    dataset = make_dataset("large", log)
    _ = dataset.histories, dataset.fingerprint
    assert isinstance(dataset, Dataset)
    assert time.perf_counter() - start < 2
