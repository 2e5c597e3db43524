from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError
from engine.splits import SPLITS, Split, leave_last_one, random_ratio, temporal

LENGTHS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


def world(lengths: list[int], *, seed: int = 0, moments: int = 4) -> Dataset:
    """Users with the given numbers of interactions, at few moments so that ties abound."""
    rng = np.random.default_rng(seed)
    log = pl.DataFrame(
        {
            "user_id": [f"u{u}" for u, length in enumerate(lengths) for _ in range(length)],
            "item_id": [f"i{i}" for length in lengths for i in range(length)],
            "timestamp": rng.integers(moments, size=sum(lengths)),
        }
    )
    return make_dataset("world", log)


def split_by(name: str, dataset: Dataset, *, share: float = 0.3, seed: int = 0) -> Split:
    return SPLITS[name](dataset, test_share=share, rng=np.random.default_rng(seed))


def per_user(dataset: Dataset, rows: pl.DataFrame) -> list[int]:
    counts = dict(rows["user_id"].value_counts().rows())
    return [counts.get(user, 0) for user in dataset.user_ids]


@pytest.mark.parametrize("name", SPLITS)
@given(lengths=LENGTHS, seed=st.integers(0, 9))
def test_the_two_parts_are_the_log_in_its_order(name: str, lengths: list[int], seed: int) -> None:
    dataset = world([*lengths, 9], seed=seed, moments=1000)
    split = split_by(name, dataset, share=0.5, seed=seed)
    log = dataset.interactions
    held_out = split.held_out.select("user_id", "item_id").rows()
    train = split.train.interactions.select("user_id", "item_id").rows()
    assert not set(train) & set(held_out)
    pairs = log.select("user_id", "item_id").rows()
    assert [pair for pair in pairs if pair in set(train)] == train
    assert [pair for pair in pairs if pair in set(held_out)] == held_out
    assert len(train) + len(held_out) == log.height
    assert split.train.user_ids == dataset.user_ids
    assert split.train.item_ids == dataset.item_ids


@given(LENGTHS, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_random_ratio_takes_the_rounded_share_of_each_user(
    lengths: list[int], share: float
) -> None:
    dataset = world(lengths)
    split = random_ratio(dataset, test_share=share, rng=np.random.default_rng(1))
    expected = [min(round(share * length), length - 1) for length in lengths]
    assert per_user(dataset, split.held_out) == expected


def test_random_ratio_draws_every_interaction_equally_often() -> None:
    dataset = world([4])
    drawn = [
        random_ratio(dataset, test_share=0.25, rng=np.random.default_rng(seed)).held_out["item_id"]
        for seed in range(2000)
    ]
    counts = pl.concat(drawn).value_counts()["count"].to_list()
    # Five standard deviations of a binomial(2000, 1/4).
    assert max(abs(count - 500) for count in counts) < 97


def test_a_seed_is_a_split() -> None:
    dataset = world([9, 9, 9])
    one, same, other = (split_by("random", dataset, seed=seed).held_out for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


@given(LENGTHS, st.integers(0, 9), st.sampled_from([0.2, 0.5, 0.8]))
def test_temporal_cuts_all_users_at_one_moment(lengths: list[int], seed: int, share: float) -> None:
    dataset = world([*lengths, 9], seed=seed, moments=1000)
    split = temporal(dataset, test_share=share)
    latest = split.train.interactions["timestamp"].max()
    assert (split.held_out["timestamp"] > latest).all()
    assert 0 < split.held_out.height <= round(share * dataset.interactions.height)


def test_temporal_is_exact_without_ties_and_never_tears_one() -> None:
    log = pl.DataFrame({"user_id": ["u"] * 8, "item_id": list("abcdefgh")})
    assert temporal(make_dataset("steps", log), test_share=0.25).held_out.height == 2
    tied = log.with_columns(timestamp=pl.Series([1, 2, 3, 4, 5, 6, 6, 7]))
    assert temporal(make_dataset("tied", tied), test_share=0.25).held_out["item_id"].to_list() == [
        "h"
    ]


def test_one_moment_cannot_be_cut() -> None:
    dataset = world([5, 5], moments=1)
    with pytest.raises(OptionError, match="nothing is later than the cut"):
        temporal(dataset, test_share=0.5)


def test_leave_last_one_takes_the_later_row_of_a_tie() -> None:
    log = pl.DataFrame(
        {
            "user_id": ["u", "u", "u", "v"],
            "item_id": ["c", "b", "a", "a"],
            "timestamp": [5, 9, 9, 1],
        }
    )
    split = leave_last_one(make_dataset("tied", log))
    assert split.held_out.select("user_id", "item_id").rows() == [("u", "a")]
    assert per_user(split.train, split.train.interactions) == [2, 1]


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan")])
@pytest.mark.parametrize("name", ["random", "temporal"])
def test_a_share_outside_0_to_1_is_refused(name: str, share: float) -> None:
    with pytest.raises(OptionError, match="number between 0 and 1"):
        split_by(name, world([3]), share=share)
