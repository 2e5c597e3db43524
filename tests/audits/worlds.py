"""Small tables whose audit is known by construction."""

from __future__ import annotations

import polars as pl

USERS = pl.DataFrame(
    {
        "user_id": [f"u{i:02d}" for i in range(40)],
        "gender": ["F"] * 20 + ["M"] * 20,
        "town": ["A"] * 29 + ["B"] * 6 + ["C"] * 5,
    }
)
ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d", "e"],
        "categories": [["x"], ["x"], ["y"], ["y"], ["x", "y"]],
    }
)


def log(item_of):
    """One row a user: the item the function names."""
    users = USERS["user_id"].to_list()
    return pl.DataFrame({"user_id": users, "item_id": [item_of(row) for row in range(len(users))]})


TRAIN = log(lambda row: "abcde"[row % 5])
HELD_OUT = log(lambda row: "b")


def lists(item_of):
    """Lists of length 1."""
    return log(item_of).with_columns(pl.lit(1).alias("rank"))


# Every man and every fourth woman is shown the one item they chose afterwards.
SHOWN = lists(lambda row: "b" if row >= 20 or row % 4 == 0 else "c")
