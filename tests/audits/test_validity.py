"""The card beside a simulation: a copy of the log is perfect, a reversal is not."""

import polars as pl
import pytest

from audits.data import AuditData, prepare
from audits.validity import NOT_CHECKED, compare_with_log
from engine.errors import TableError

ITEMS = pl.DataFrame(
    {"item_id": ["a", "b", "c"], "categories": [["x"], ["y"], ["x", "y"]]},
)
LATER = pl.DataFrame({"user_id": list("uvwuvw"), "item_id": list("aaabbc")})


def data(*, items: pl.DataFrame = ITEMS) -> AuditData:
    return prepare(interactions=LATER.head(1), held_out=LATER, items=items)


def chosen(items: str, *, arm: str = "one") -> pl.DataFrame:
    """Choices of these items, and a list of `a` that nobody took."""
    return pl.DataFrame(
        {"item_id": [*items, "a"], "clicked": [True] * len(items) + [False], "arm": arm}
    )


def card(feedback: pl.DataFrame, known: AuditData) -> dict[str, float | None]:
    return dict(compare_with_log(feedback, known).select("measure", "value").iter_rows())


def test_the_log_itself_is_fully_valid() -> None:
    assert card(chosen("aaabbc"), data()) == pytest.approx(
        {"popularity_correlation": 1.0, "category_share_l1": 0.0}
    )


def test_another_order_and_another_mix_are_told() -> None:
    # x and y share 3.5 and 2.5 in the log, 1 and 5 in the simulation.
    assert card(chosen("abbbbb"), data())["category_share_l1"] == pytest.approx(5 / 6)
    assert card(chosen("aaaaaaaabbc"), data())["popularity_correlation"] == pytest.approx(1)
    assert card(chosen("abbccc"), data())["popularity_correlation"] == pytest.approx(-1)


def test_arms_are_compared_one_by_one() -> None:
    rows = compare_with_log(pl.concat([chosen("aaabbc"), chosen("c", arm="two")]), data())

    assert rows["arm"].to_list() == ["one", "one", "two", "two"]
    assert rows["n"].to_list() == [6, 6, 1, 1]


def test_what_has_no_meaning_is_missing() -> None:
    assert card(chosen(""), data()) == {"popularity_correlation": None, "category_share_l1": None}
    plain = data(items=ITEMS.drop("categories"))
    assert card(chosen("aab"), plain)["category_share_l1"] is None


def test_a_table_without_choices_is_refused() -> None:
    with pytest.raises(TableError, match="lacks the column\\(s\\) clicked"):
        compare_with_log(chosen("a").drop("clicked"), data())


def test_something_is_always_left_unchecked() -> None:
    assert all(sentence.endswith(".") for sentence in NOT_CHECKED)
