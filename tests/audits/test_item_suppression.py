"""What few people chose of a group of items cannot be worked out from what is shown."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from audits.item_suppression import shown_item_groups


@st.composite
def worlds(draw):
    """Who was shown which item, and items in two or three groupings, some of them shared."""
    n_items = draw(st.integers(3, 9))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    viewers = rng.random((60, n_items)) < rng.choice([0.02, 0.1, 0.6], size=n_items)
    groupings = []
    for _ in range(draw(st.integers(1, 3))):
        members = np.zeros((n_items, draw(st.integers(2, 5))))
        members[np.arange(n_items), rng.integers(0, members.shape[1], n_items)] = 1
        shared = rng.random(n_items) < 0.3
        members[shared] = 1 / members.shape[1]
        groupings.append(members)
    people = [
        ((viewers[:, :, None] * members[None]) > 0).any(axis=1).sum(axis=0).astype(float)
        for members in groupings
    ]
    return viewers, groupings, people


def width(known, right, target):
    """How far an attacker's range for a sum of hits reaches, given sums and that hits are >= 0."""
    ends = []
    for sign in (1, -1):
        answer = linprog(sign * target, A_eq=known, b_eq=right, bounds=(None, None))
        if answer.status == 3:
            return np.inf
        ends.append(sign * answer.fun)
    return abs(ends[1] - ends[0])


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(0, 99))
def test_a_solver_never_recovers_the_hits_of_a_small_group(world, seed):
    viewers, groupings, people = world
    masks = shown_item_groups(groupings, people, minimum=10)
    hits = (viewers * np.random.default_rng(seed).random(viewers.shape)).sum(axis=0)
    shown = [members[:, mask] for members, mask in zip(groupings, masks, strict=True)]
    known = np.column_stack([np.ones(viewers.shape[1]), *shown]).T
    for members, counts, mask in zip(groupings, people, masks, strict=True):
        small = (counts > 0) & (counts < 10)
        assert not (mask & small).any()
        if viewers.any(axis=1).sum() < 10:
            continue
        for group in np.flatnonzero(small):
            if len(known) == 1 and np.ptp(members[:, group]) == 0:
                continue  # The total itself, which is everyone's.
            assert width(known, known @ hits, members[:, group]) > 1e-6


def test_the_attack_finds_what_is_left_open():
    items = np.eye(3)
    known = np.column_stack([np.ones(3), items[:, :2]]).T
    assert width(known, known @ np.array([5.0, 4.0, 1.0]), items[:, 2]) < 1e-6


def test_groups_that_are_few_people_together_take_another_with_them():
    items = np.eye(4)
    (mask,) = shown_item_groups([items], [np.array([50.0, 4.0, 3.0, 12.0])], minimum=10)
    assert mask.tolist() == [True, False, False, False]


def test_a_group_nobody_stands_behind_hides_nothing():
    items = np.eye(3)
    (mask,) = shown_item_groups([items], [np.array([50.0, 0.0, 30.0])], minimum=10)
    assert mask.all()
