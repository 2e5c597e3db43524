"""Luck: even, without memory, and a function of whom and what it is asked for."""

import numpy as np
from scipy import stats

from engine.simulation.luck import Luck

PEOPLE, ITEMS = np.arange(300)[:, None], np.arange(400)


def test_luck_is_uniform_and_gumbel() -> None:
    drawn = Luck(7).uniform(PEOPLE, ITEMS)
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 0.001
    assert stats.kstest(Luck(8).gumbel(PEOPLE, ITEMS).ravel(), "gumbel_r").pvalue > 0.001
    assert 0 < drawn.min() < drawn.max() < 1


def test_neighbours_do_not_know_of_each_other() -> None:
    drawn = Luck(7).uniform(PEOPLE, ITEMS)
    limit = 4.5 / np.sqrt(drawn.size)
    for first, second in (
        (drawn[:-1], drawn[1:]),
        (drawn[:, :-1], drawn[:, 1:]),
        (drawn, Luck(8).uniform(PEOPLE, ITEMS)),
    ):
        assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < limit


def test_luck_does_not_hang_on_what_else_is_asked() -> None:
    whole = Luck(3).uniform(PEOPLE, ITEMS)
    assert Luck(3).uniform(np.array([[17]]), np.array([203])).item() == whole[17, 203]
    np.testing.assert_array_equal(Luck(3).uniform(PEOPLE[5:9], ITEMS[::-1])[:, ::-1], whole[5:9])


def test_keys_come_from_the_generator() -> None:
    first, second = (Luck.draw(np.random.default_rng(seed)) for seed in (1, 2))
    assert first == Luck.draw(np.random.default_rng(1))
    assert first != second
