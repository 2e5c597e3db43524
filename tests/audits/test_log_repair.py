"""Foreign logs: what is odd is found and explained, and mended only where asked."""

import polars as pl
import pytest

from audits.log_repair import FIXES, inspect_log, repair_log
from engine.errors import TableError


def log(*rows):
    return pl.DataFrame(rows, schema=["user_id", "item_id", "rank"], orient="row")


GOOD = log(("u", "a", 1), ("u", "b", 2), ("v", "a", 1))
FROM_ZERO = log(("u", "a", 0), ("u", "b", 1), ("v", "a", 0))
TWICE = log(("u", "a", 1), ("u", "a", 2), ("u", "b", 3), ("v", "c", 1))
SHARED = log(("u", "a", 1), ("u", "b", 1), ("v", "c", 1))
HOLES = log(("u", "a", 1), ("u", "b", 3), ("v", "c", 1))


def test_nothing_is_said_of_a_good_log():
    assert inspect_log(GOOD) == ()
    assert repair_log(GOOD, list(FIXES), source="f") == (GOOD, ())


@pytest.mark.parametrize(
    ("table", "fix", "text", "n"),
    [
        (FROM_ZERO, "ranks-from-zero", "the first place is numbered 0", 2),
        (TWICE, "duplicates", "an item stands twice on a list", 1),
        (SHARED, "renumber", "two items share a place", 1),
        (HOLES, "renumber", "places are left empty between items", 1),
    ],
)
def test_what_is_odd_is_found_and_mended_on_request(table, fix, text, n):
    [finding] = inspect_log(table)
    assert (finding.fix, finding.text, finding.n) == (fix, text, n)
    mended, notes = repair_log(table, [fix, "renumber"], source="f")
    assert inspect_log(mended) == ()
    assert f"mended ({fix}): {text}, {n} users" in notes


@pytest.mark.parametrize("table", [FROM_ZERO, TWICE, SHARED])
def test_what_an_audit_cannot_take_is_refused_with_its_mend(table):
    with pytest.raises(TableError, match=r"f.csv: .* \(\d users, u for one\).*--fix "):
        repair_log(table, [], source="f.csv")


def test_holes_are_left_and_said():
    same, notes = repair_log(HOLES, [], source="f")
    assert same.equals(HOLES)
    assert notes == ("left as it is: places are left empty between items, 1 users",)


def test_mending_keeps_the_order_of_what_is_shown():
    mended, _ = repair_log(TWICE, ["duplicates", "renumber"], source="f")
    shown = mended.filter(pl.col("user_id") == "u").sort("rank")
    assert shown.rows() == [("u", "a", 1), ("u", "b", 2)]
    counted, _ = repair_log(FROM_ZERO, ["ranks-from-zero"], source="f")
    assert counted["rank"].to_list() == [1, 2, 1]


def test_a_log_that_is_no_log_is_left_to_the_audit():
    assert inspect_log(pl.DataFrame({"user_id": ["u"]})) == ()
    assert inspect_log(GOOD.with_columns(pl.col("rank").cast(pl.String))) == ()
    assert inspect_log(GOOD.clear()) == ()
    assert inspect_log(GOOD.with_columns(rank=pl.lit(None, pl.Int64))) == ()
