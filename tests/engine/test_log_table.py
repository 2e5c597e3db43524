"""Logs in tables: what their rows become, and how a wrong one is refused."""

import numpy as np
import polars as pl
import pytest

from engine.errors import TableError
from engine.off_policy.log_table import chances, feedback_from, lists_from, read_log, spread
from engine.tables import Origin

HERE = Origin("log.csv", first_line=2)


def choices(**columns: list) -> pl.DataFrame:
    base = {"item_id": ["b", "a", "b"], "reward": [1.0, 0.0, 0.5], "propensity": [0.5, 0.25, 1.0]}
    frame = pl.DataFrame({**base, **columns})
    return read_log(frame, source=HERE)


def lists(**columns: list) -> pl.DataFrame:
    base = {
        "list_id": [7, 7, 3],
        "rank": [2, 1, 1],
        "item_id": ["a", "b", "c"],
        "reward": ["true", "false", "true"],
        "propensity": [0.5, 0.25, 1.0],
    }
    return read_log(pl.DataFrame({**base, **columns}), source=HERE)


def test_rows_become_choices() -> None:
    found = feedback_from(choices(user_id=["u", "v", "u"], rank=[1, 2, 1]), source=HERE)
    assert found.action_ids == ("a", "b")
    assert found.actions.tolist() == [1, 0, 1]
    assert found.rewards.tolist() == [1, 0, 0.5]
    assert found.places.tolist() == [0, 1, 0]
    assert found.users.tolist() == [0, 1, 0]
    assert found.names_users
    assert not found.estimated


def test_what_a_log_need_not_have() -> None:
    log = choices().drop("propensity")
    found = feedback_from(log, source=HERE)
    assert found.propensities is None
    assert not found.names_users
    assert found.users.tolist() == [0, 1, 2]
    assert found.n_places == 1
    assert found.contexts.shape == (3, 0)


def test_contexts_are_standardised_or_one_column_a_value() -> None:
    log = choices(age=[10, 20, 30], city=["x", "y", None])
    found = feedback_from(log, context=["age", "city"], source=HERE)
    assert found.contexts.shape == (3, 3)
    assert found.contexts[:, 0].mean() == pytest.approx(0)
    assert found.contexts[:, 0].std() == pytest.approx(1)
    assert set(found.contexts[:, 1:].ravel()) == {0.0, 1.0}


def test_rows_of_one_list_id_become_one_list() -> None:
    log = lists(user_id=["u", "u", "v"])
    found = lists_from(log, independent=False, source=HERE)
    rows = {tuple(row) for row in found.actions.tolist()}
    assert rows == {(1, 0), (2, -1)}
    short = found.actions[:, 1].tolist().index(-1)
    assert found.rewards[short].tolist() == [1, 0]
    assert found.propensities[short].tolist() == [1, 1]
    assert found.rewards[1 - short].tolist() == [0, 1]
    assert found.propensities[1 - short].tolist() == [0.25, 0.5]
    assert found.names_users
    placed = spread(found, log, np.array([0.1, 0.2, 0.3]))
    assert placed[1 - short].tolist() == [0.2, 0.1]
    assert placed[short].tolist() == [0.3, 1]


def test_the_targets_chances_are_read_from_a_column() -> None:
    assert chances(choices(new=[0.0, 1.0, 0.5]), "new", source=HERE).tolist() == [0, 1, 0.5]


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: choices(propensity=[0.5, 0.0, 1.0]), "log.csv:3, column propensity, row 2: 0"),
        (lambda: choices(reward=["1", "x", "0"]), "column reward, row 2: 'x'"),
        (
            lambda: feedback_from(choices(propensity=[0.5, None, 1.0]), source=HERE),
            "log.csv:3, row 2: the propensity is empty",
        ),
        (
            lambda: feedback_from(choices(), context=["age"], source=HERE),
            "no context column age",
        ),
        (
            lambda: feedback_from(
                read_log(
                    pl.DataFrame(
                        {
                            "item_id": ["a"] * 60,
                            "reward": [1] * 60,
                            "name": [f"n{i}" for i in range(60)],
                        }
                    ),
                    source=HERE,
                ),
                context=["name"],
                source=HERE,
            ),
            "name has 60 values",
        ),
        (lambda: chances(choices(), "new", source=HERE), "no column new"),
        (lambda: chances(choices(new=["x", "1", "1"]), "new", source=HERE), "'x' is not a finite"),
        (
            lambda: lists_from(lists().drop("rank"), independent=False, source=HERE),
            "list_id but no rank",
        ),
        (
            lambda: lists_from(lists().drop("propensity"), independent=False, source=HERE),
            "cannot be estimated",
        ),
        (
            lambda: lists_from(lists(rank=[3, 1, 1]), independent=False, source=HERE),
            "ranks of the list 7",
        ),
        (
            lambda: lists_from(lists(rank=[1, 1, 1]), independent=False, source=HERE),
            "ranks of the list 7",
        ),
        (
            lambda: lists_from(lists(user_id=["u", "v", "v"]), independent=False, source=HERE),
            "list 7 belongs to two users",
        ),
    ],
)
def test_a_wrong_log_is_refused_with_its_place(read, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read()
