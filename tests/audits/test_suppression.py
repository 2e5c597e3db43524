"""What is withheld stays withheld: against arithmetic, and against a solver that attacks."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from audits.group_expressions import find_groups
from audits.groups import make_groups
from audits.suppression import shown_cells, visible_cells

sizes = st.lists(st.integers(0, 60), min_size=1, max_size=12).map(np.array)


def shown(counts, minimum):
    codes = np.repeat(np.arange(len(counts)), counts)
    return shown_cells([(codes, len(counts))], minimum=minimum)[0]


def test_only_small_group_takes_the_next_smallest_with_it():
    assert shown([50, 9, 12, 30], 10).tolist() == [True, False, False, True]


def test_two_small_groups_hide_each_other_where_they_are_enough_together():
    assert shown([50, 9, 3, 12], 10).tolist() == [True, False, False, True]


def test_two_small_groups_that_are_a_small_group_together_take_another_with_them():
    assert shown([50, 4, 3, 12], 10).tolist() == [True, False, False, False]


def test_empty_group_hides_nobody():
    assert shown([50, 0, 12], 10).tolist() == [True, False, True]


@given(sizes, st.integers(1, 20))
def test_total_and_shown_groups_never_leave_a_small_rest(counts, minimum):
    visible = shown(counts, minimum)
    rest = counts.sum() - counts[visible].sum()
    assert not (visible & (counts < minimum)).any()
    assert rest == 0 or rest >= minimum or not visible.any()


@given(sizes, st.integers(1, 20), st.integers(0, 99))
def test_choice_rests_on_sizes_and_not_on_names(counts, minimum, seed):
    distinct = counts * 13 + np.arange(len(counts)) * (counts > 0)
    order = np.random.default_rng(seed).permutation(len(counts))
    direct = shown(distinct, minimum * 13)[order]
    assert (shown(distinct[order], minimum * 13) == direct).all()


def test_each_measure_counts_its_own_users():
    groups = make_groups("gender", pl.Series(["F"] * 12 + ["M"] * 30))
    values = np.ones((42, 2))
    values[:4, 1] = np.nan
    (mask,) = visible_cells(values, [groups], minimum=10)
    assert mask.tolist() == [[True, False], [True, False]]


def crossed(table):
    """Codes of the rows, the columns and the cells of a two-way table of counts."""
    table = np.array(table)
    first, second = np.divmod(np.repeat(np.arange(table.size), table.ravel()), table.shape[1])
    cells = first * table.shape[1] + second
    return [(first, len(table)), (second, table.shape[1]), (cells, table.size)]


def test_margins_do_not_give_a_cell_of_a_crossing_back():
    partitions = crossed([[30, 3, 30], [30, 30, 30], [30, 30, 30]])
    rows, columns, cells = shown_cells(partitions, minimum=10)
    assert rows.all()
    assert columns.all()
    assert not cells[1]
    assert cells.sum() >= 4
    [small] = Attack(partitions, (rows, columns, cells), np.ones(243)).small
    assert Attack(partitions, (rows, columns, cells), np.ones(243)).width(small, of="sum") > 1


def test_two_bandings_of_one_number_are_not_subtracted_from_each_other():
    age = np.repeat([17, 18, 30], [40, 4, 40])
    users = pl.DataFrame({"user_id": [str(i) for i in range(84)], "age": age})
    nobody = pl.Series([0] * 84)
    partitions = [
        (groups.codes, len(groups.names))
        for groups in (find_groups(users, f"age[{cut}]", activity=nobody) for cut in (18, 19))
    ]
    older, eighteen = np.array([0, 1]), np.array([1, 0])
    first, second = shown_cells(partitions, minimum=10)
    assert not (first * older).any() or not (second * eighteen).any()
    assert first.any() or second.any()


class Attack:
    """What a reader can do: solve for people and sums of all atoms, given what is shown."""

    def __init__(self, partitions, masks, values):
        codes = np.stack([code for code, _ in partitions], axis=1)
        atoms, owner = np.unique(codes, axis=0, return_inverse=True)
        cells = [
            (atoms[:, p] == g, bool(masks[p][g]))
            for p, (_, n) in enumerate(partitions)
            for g in range(n)
        ]
        people = np.bincount(owner.ravel())
        sums = np.bincount(owner.ravel(), weights=values)
        known = [np.ones(len(atoms))] + [m.astype(float) for m, seen in cells if seen]
        self.equations, self.people = np.array(known), people
        self.right = {"n": self.equations @ people, "sum": self.equations @ sums}
        self.small = [m for m, _ in cells if 0 < m @ people < 10]

    def width(self, cell, *, of):
        """How far the attacker's range for a cell reaches; 0 = the cell is recovered."""
        box = (0, None) if of == "n" else (None, None)
        ends: list[float] = []
        for sign in (1, -1):
            answer = linprog(
                sign * cell.astype(float),
                A_eq=self.equations,
                b_eq=self.right[of],
                bounds=box,
            )
            if answer.status == 3:
                return np.inf
            ends.append(sign * answer.fun)
        return abs(ends[1] - ends[0])


tables = st.lists(
    st.lists(st.sampled_from([0, 1, 3, 8, 11, 14, 25, 40]), min_size=3, max_size=3),
    min_size=2,
    max_size=4,
)


@settings(max_examples=30, deadline=None)
@given(tables, st.integers(0, 9))
def test_a_solver_never_recovers_a_small_cell(table, seed):
    partitions = crossed(table)
    n_users = len(partitions[0][0])
    if n_users < 10:
        return
    masks = shown_cells(partitions, minimum=10)
    values = np.random.default_rng(seed).random(n_users)
    attack = Attack(partitions, masks, values)
    for cell in attack.small:
        assert attack.width(cell, of="sum") > 1e-6
    for mask, (codes, n) in zip(masks, partitions, strict=True):
        assert (np.bincount(codes, minlength=n)[mask] >= 10).all()


def test_the_attack_finds_what_is_left_open():
    partitions = crossed([[30, 3], [30, 30]])
    masks = [np.array([True, True]), np.array([True, True]), np.array([True, False, True, True])]
    attack = Attack(partitions, masks, np.ones(93))
    [cell] = attack.small
    assert attack.width(cell, of="sum") == pytest.approx(0, abs=1e-6)
    assert attack.width(cell, of="n") == pytest.approx(0, abs=1e-6)
