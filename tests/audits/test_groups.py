"""Who is in which group, and which groups may be shown."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from audits.groups import MISSING, make_groups, shown, visible_cells

sizes = st.lists(st.integers(0, 60), min_size=1, max_size=12).map(np.array)


def test_missing_values_are_a_group_of_their_own():
    groups = make_groups("gender", pl.Series(["M", None, "F"]))
    assert groups.names == ("F", "M", MISSING)
    assert groups.codes.tolist() == [1, 2, 0]


def test_only_small_group_takes_the_next_smallest_with_it():
    assert shown(np.array([50, 9, 12, 30]), minimum=10).tolist() == [True, False, False, True]


def test_two_small_groups_hide_each_other():
    assert shown(np.array([50, 9, 3, 12]), minimum=10).tolist() == [True, False, False, True]


def test_empty_group_hides_nobody():
    assert shown(np.array([50, 0, 12]), minimum=10).tolist() == [True, False, True]


@given(sizes, st.integers(1, 20))
def test_total_and_shown_groups_never_give_a_small_group_back(sizes, minimum):
    visible = shown(sizes, minimum=minimum)
    hidden = (~visible) & (sizes > 0)
    small = (sizes > 0) & (sizes < minimum)
    assert not (visible & small).any()
    assert hidden.sum() != 1 or not visible.any()


@given(sizes, st.integers(1, 20), st.integers(0, 99))
def test_choice_rests_on_sizes_and_not_on_names(sizes, minimum, seed):
    distinct = sizes * 100 + np.arange(len(sizes)) * (sizes > 0)
    order = np.random.default_rng(seed).permutation(len(sizes))
    direct = shown(distinct, minimum=minimum * 100)[order]
    assert (shown(distinct[order], minimum=minimum * 100) == direct).all()


def test_each_measure_counts_its_own_users():
    groups = make_groups("gender", pl.Series(["F"] * 12 + ["M"] * 30))
    values = np.ones((42, 2))
    values[:4, 1] = np.nan
    assert visible_cells(values, groups, minimum=10).tolist() == [[True, False], [True, False]]
