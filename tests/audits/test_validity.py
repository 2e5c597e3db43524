"""The card beside a simulation: a copy of the log is perfect, a reversal is not."""

import polars as pl
import pytest

from audits.data import AuditData, prepare
from audits.validity import FIT_LIMITS, NOT_CHECKED, compare_with_log
from engine.errors import TableError

ITEMS = pl.DataFrame(
    {"item_id": ["a", "b", "c"], "categories": [["x"], ["y"], ["x", "y"]]},
)
LATER = pl.DataFrame({"user_id": list("uvwuvw"), "item_id": list("aaabbc")})


def data(*, items: pl.DataFrame = ITEMS) -> AuditData:
    return prepare(interactions=LATER.head(1), held_out=LATER, items=items)


def chosen(items: str, *, users: str = "uvwuvw", arm: str = "one", seed: int = 1) -> pl.DataFrame:
    users = (users * len(items))[: len(items)]
    return pl.DataFrame(
        {
            "user_id": [*users],
            "item_id": [*items],
            "round": range(1, len(items) + 1),
            "seed": seed,
            "arm": arm,
        },
        schema_overrides={"user_id": pl.String, "item_id": pl.String},
    )


def card(choices: pl.DataFrame, known: AuditData) -> dict[str, float | None]:
    found = compare_with_log(choices, known, logged=LATER)
    return dict(found.select("measure", "value").iter_rows())


def test_the_log_itself_is_fully_valid() -> None:
    found = compare_with_log(chosen("aaabbc"), data(), logged=LATER)
    perfect = dict.fromkeys(FIT_LIMITS, 0.0) | {"popularity_correlation": 1.0}
    assert dict(found.select("measure", "value").iter_rows()) == pytest.approx(perfect)
    assert found["fits"].all()


def test_two_worlds_like_the_log_are_as_valid_as_one() -> None:
    worlds = pl.concat([chosen("aaabbc"), chosen("aaabbc", seed=2)])
    assert card(worlds, data()) == pytest.approx(card(chosen("aaabbc"), data()))


def test_another_order_and_another_mix_are_told() -> None:
    # x and y share 3.5 and 2.5 in the log, 1 and 5 in the simulation.
    assert card(chosen("abbbbb"), data())["category_share_l1"] == pytest.approx(5 / 6)
    assert card(chosen("aaaaaaaabbc"), data())["popularity_correlation"] == pytest.approx(1)
    assert card(chosen("abbccc"), data())["popularity_correlation"] == pytest.approx(-1)


def test_a_steeper_curve_and_uneven_people_are_told() -> None:
    steep = card(chosen("aaaaab"), data())
    # The most chosen item has 5/6 of all in place of 3/6; the three counts differ everywhere but
    # at the end of the scale.
    assert steep["popularity_curve_distance"] == pytest.approx(1 / 3)
    assert steep["per_item_distance"] == pytest.approx(1 / 3)
    # Two choices each in the log; four, two and none here.
    uneven = card(chosen("aaabbc", users="uuuuvv"), data())
    assert uneven["per_user_distance"] == pytest.approx(1 / 3)


def test_repeats_are_told() -> None:
    found = card(chosen("aaabbc", users="u"), data())
    assert found["repeat_rate_gap"] == pytest.approx(0.5)
    # a a a b b c: every next shares a category but the b after a; in the log, a-b, a-b, a-c.
    assert found["category_repeat_gap"] == pytest.approx(4 / 5 - 1 / 3)


def test_arms_are_compared_one_by_one_and_bad_fits_are_marked() -> None:
    both = pl.concat([chosen("aaabbc"), chosen("cc", arm="two")])
    rows = compare_with_log(both, data(), logged=LATER)

    assert rows["arm"].unique(maintain_order=True).to_list() == ["one", "two"]
    assert set(rows.filter(pl.col("arm") == "two")["n"]) == {2}
    assert "per_item_distance" in rows.filter(~pl.col("fits"))["measure"].to_list()
    assert set(rows.filter(~pl.col("fits"))["arm"]) == {"two"}


def test_what_has_no_meaning_is_missing() -> None:
    found = compare_with_log(chosen("aab"), data(items=ITEMS.drop("categories")), logged=LATER)
    missing = found.filter(pl.col("value").is_null())

    assert set(missing["measure"]) == {"category_share_l1", "category_repeat_gap"}
    assert missing["fits"].is_null().all()
    assert compare_with_log(chosen(""), data(), logged=LATER).is_empty()


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(TableError, match="lacks the column\\(s\\) round"):
        compare_with_log(chosen("a").drop("round"), data(), logged=LATER)


def test_something_is_always_left_unchecked() -> None:
    assert all(sentence.endswith(".") for sentence in NOT_CHECKED)
