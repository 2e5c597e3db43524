"""Draws are made once for the same state of a generator, which cannot tell the difference."""

from collections.abc import Iterator

import numpy as np

from audits import replayed as module
from audits.intervals import bootstrap_means
from audits.permutation import permute_labels
from audits.replayed import replayed

EVERYONE = [np.arange(40)]


def values() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(40, 3))


def resampled(rng: np.random.Generator, *, resamples: int = 50) -> np.ndarray:
    return bootstrap_means(values(), EVERYONE, resamples=resamples, rng=rng)


def test_the_second_time_gives_the_same_numbers_and_leaves_the_same_state() -> None:
    first, second = np.random.default_rng(3), np.random.default_rng(3)
    assert (resampled(first) == resampled(second)).all()
    assert first.random() == second.random()


def test_labels_are_replayed_to_the_same_p_values_and_state() -> None:
    first, second = np.random.default_rng(4), np.random.default_rng(4)
    found = [
        permute_labels(values(), (15, 25), np.full(3, 0.2), permutations=60, rng=rng)
        for rng in (first, second)
    ]
    assert (found[0].p_values == found[1].p_values).all()
    assert (found[0].by_chance == found[1].by_chance).all()
    assert first.random() == second.random()


def test_draws_hang_on_state_size_and_number_of_people() -> None:
    rng = np.random.default_rng(3)
    first, then = resampled(rng), resampled(rng)
    assert (first != then).any()
    assert len(resampled(np.random.default_rng(3), resamples=20)) == 20
    longer = np.vstack([values(), values()])
    again = bootstrap_means(longer, EVERYONE, resamples=50, rng=np.random.default_rng(3))
    assert (again != first).any()


def test_few_draws_are_kept_and_large_ones_not_at_all() -> None:
    made = []

    def draw() -> Iterator[np.ndarray]:
        made.append(1)
        yield np.ones((1, 1), dtype=np.uint16)

    def ask(seed: int, cells: int) -> None:
        list(replayed(np.random.default_rng(seed), draw, of=("test",), cells=cells))

    for _ in range(2):
        ask(0, 1)
    assert len(made) == 1
    for seed in range(1, 9):
        ask(seed, 1)
    assert len(module._KEPT) == module._MOST_KEPT
    for _ in range(2):
        ask(99, module._MOST_CELLS + 1)
    assert len(made) == 1 + 8 + 2
