"""From tables to per-user values: edge rules, bad input, and merging partitions."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.blocks import count_blocks
from audits.data import prepare
from audits.evaluation import evaluate
from audits.partials import USER_METRICS, Partial, measure, merge
from engine.errors import OptionError, TableError

from .worlds import HELD_OUT, ITEMS, SHOWN, TRAIN, USERS, log

DATA = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=ITEMS)
OWN_TASTES = prepare(
    interactions=TRAIN, held_out=log(lambda row: "abcde"[row * row % 5]), users=USERS, items=ITEMS
)


def table(rows, columns=("user_id", "item_id", "rank")):
    return pl.DataFrame(rows, schema=list(columns), orient="row")


def values_of(evaluation, name):
    return evaluation.partial.values[:, USER_METRICS.index(name)]


def test_user_without_a_list_has_accuracy_zero_and_no_variety():
    evaluation = evaluate(DATA, table([("u00", "b", 1), ("u00", "c", 2)]), k=2)
    assert evaluation.tally.n_without_list == 39
    assert values_of(evaluation, "ndcg")[:2].tolist() == [1, 0]
    assert np.isnan(values_of(evaluation, "intra_list_diversity")[1])
    assert evaluation.tally.n_lists == 1


def test_short_list_is_counted_and_its_empty_places_are_misses():
    evaluation = evaluate(DATA, table([("u00", "b", 1)]), k=4)
    assert evaluation.tally.n_short_lists == 1
    assert values_of(evaluation, "precision")[0] == 0.25


def test_ranks_beyond_k_count_for_nothing():
    long = table([("u00", "a", 1), ("u00", "b", 2)])
    assert values_of(evaluate(DATA, long, k=1), "recall")[0] == 0


def test_rank_and_not_row_order_decides():
    lists = table([("u00", "b", 2), ("u00", "a", 1)])
    assert values_of(evaluate(DATA, lists, k=2), "mrr")[0] == 0.5


def test_user_with_nothing_held_out_counts_for_the_system_alone():
    data = prepare(interactions=TRAIN, held_out=HELD_OUT.head(39), users=USERS, items=ITEMS)
    evaluation = evaluate(data, SHOWN, k=1)
    assert (evaluation.tally.n_not_audited, evaluation.tally.n_lists) == (1, 40)
    assert len(evaluation.partial.values) == 39
    assert evaluation.partial.counts.sum() == 40


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        (table([("u00", "zz", 1)]), "item zz .user u00., which is not in the catalogue"),
        (table([("u00", "a", 1), ("u00", "b", 1)]), "user u00 two items at rank 1"),
        (table([("u00", "a", 0)]), "column rank, row 1: 0 is not a whole number from 1"),
        (table([("u00", "a", 1), ("u00", "a", 2)]), "rows 1 and 2 both hold user_id u00"),
        (table([("u00", "a")], ("user_id", "item_id")), r"lacks the column\(s\) rank"),
        (table([("u00", "a", 1)]).clear(), "has no rows"),
    ],
)
def test_bad_lists_are_named(lists, message):
    with pytest.raises(TableError, match=message):
        evaluate(DATA, lists, k=3)


@pytest.mark.parametrize("propensity", [0.0, 1.5, -1.0])
def test_propensity_outside_its_range_is_named(propensity):
    lists = table([("u00", "a", 1)]).with_columns(propensity=pl.lit(propensity))
    with pytest.raises(TableError, match="column propensity, row 1"):
        evaluate(DATA, lists, k=1)


def test_k_below_one_is_refused():
    with pytest.raises(OptionError, match="k is 0"):
        evaluate(DATA, SHOWN, k=0)


def test_held_out_item_outside_the_catalogue_is_named():
    with pytest.raises(TableError, match="the held-out table, row 1: item b"):
        prepare(
            interactions=TRAIN.filter(pl.col("item_id") != "b"),
            held_out=HELD_OUT,
            items=ITEMS.filter(pl.col("item_id") != "b"),
        )


def partial_of(rows, lists):
    return Partial(
        rows, measure(OWN_TASTES, rows, lists), count_blocks(OWN_TASTES.blocks[rows], lists, 5)
    )


@given(st.lists(st.integers(0, 4), min_size=40, max_size=40), st.integers(0, 99))
def test_any_partition_of_the_users_in_any_order_gives_the_same(owner, seed):
    rng = np.random.default_rng(seed)
    lists = rng.permuted(np.tile(np.arange(5), (40, 1)), axis=1)[:, :3]
    whole = partial_of(np.arange(40), lists)
    pieces = [np.flatnonzero(np.array(owner) == part) for part in rng.permutation(5)]
    merged = merge([partial_of(rows, lists[rows]) for rows in pieces])
    assert np.array_equal(merged.user_rows, whole.user_rows)
    assert np.array_equal(merged.values, whole.values, equal_nan=True)
    assert np.array_equal(merged.counts, whole.counts)
