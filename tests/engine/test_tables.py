from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import tables
from engine.errors import OptionError, TableError
from engine.tables import (
    INTERACTIONS,
    ITEMS,
    RECOMMENDATIONS,
    USERS,
    Origin,
    TableSpec,
    conform,
    fingerprint,
)

GOOD = {"user_id": ["u", "v"], "item_id": ["a", "b"]}
LIST = {"user_id": ["u", "u"], "item_id": ["a", "b"], "rank": [1, 2]}


def interactions(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame({**GOOD, **columns}, strict=False)


BAD_TABLES = [
    (pl.DataFrame({"user_id": ["u"]}), INTERACTIONS, ["lacks", "item_id", "--map item_id="]),
    (pl.DataFrame(), INTERACTIONS, ["user_id, item_id", "no columns"]),
    (interactions().clear(), INTERACTIONS, ["no rows", "at least one row"]),
    (interactions(user_id=["u", None]), INTERACTIONS, ["user_id", "row 2", "empty", "Mend"]),
    (interactions(user_id=["u", ""]), INTERACTIONS, ["user_id", "row 2", "empty", "Mend"]),
    (interactions(item_id=[1.0, float("nan")]), INTERACTIONS, ["item_id", "row 2", "nan", "Mend"]),
    (interactions(item_id=["NaN", "b"]), INTERACTIONS, ["item_id", "row 1", "'NaN'", "Mend"]),
    (interactions(item_id=[["a"], ["b"]]), INTERACTIONS, ["item_id", "row 1", "['a'] is not"]),
    (interactions(weight=["1", "x"]), INTERACTIONS, ["weight", "row 2", "'x'", "finite number"]),
    (interactions(weight=[1.0, float("inf")]), INTERACTIONS, ["weight", "row 2", "inf"]),
    (interactions(weight=[1.0, None]), INTERACTIONS, ["weight", "row 2", "empty cell"]),
    (interactions(timestamp=[1, None]), INTERACTIONS, ["timestamp", "row 2", "empty cell"]),
    (interactions(timestamp=[1.5, 2.0]), INTERACTIONS, ["timestamp", "row 1", "1.5", "seconds"]),
    (interactions(timestamp=["7", "soon"]), INTERACTIONS, ["timestamp", "row 2", "'soon'", "ISO"]),
    (interactions(user_id=["u", "u"], item_id=["a", "a"]), INTERACTIONS, ["rows 1 and 2", "both"]),
    (pl.DataFrame({"user_id": ["u", "v", "u"]}), USERS, ["rows 1 and 3", "user_id u"]),
    (pl.DataFrame({**LIST, "rank": [1, 0]}), RECOMMENDATIONS, ["rank", "row 2", "from 1"]),
    (pl.DataFrame({**LIST, "rank": [1.0, 1.5]}), RECOMMENDATIONS, ["rank", "row 2", "1.5"]),
    (
        pl.DataFrame({**LIST, "propensity": [1.0, 0.0]}),
        RECOMMENDATIONS,
        ["propensity", "row 2", "0"],
    ),
    (pl.DataFrame({**LIST, "propensity": [1.1, 1.0]}), RECOMMENDATIONS, ["row 1", "at most 1"]),
]


@pytest.mark.parametrize(("table", "spec", "parts"), BAD_TABLES)
def test_says_what_is_wrong_where_and_how_to_mend_it(
    table: pl.DataFrame, spec: TableSpec, parts: list[str]
) -> None:
    with pytest.raises(TableError) as caught:
        conform(table, spec, source="log.csv")
    message = str(caught.value)
    assert message.startswith("log.csv")
    assert all(part in message for part in parts), message


def test_an_origin_with_lines_names_the_line() -> None:
    with pytest.raises(TableError, match=r"^log\.csv:3, column weight, row 2: 'x'"):
        conform(interactions(weight=["1", "x"]), INTERACTIONS, source=Origin("log.csv", 2))


def test_the_table_is_named_where_no_source_is() -> None:
    with pytest.raises(TableError, match="^the users table lacks"):
        conform(pl.DataFrame({"age": [1]}), USERS)


def test_types_are_exactly_as_declared_and_the_caller_keeps_their_frame() -> None:
    given_frame = interactions(
        user_id=[7, 8], weight=["1", "2.5"], timestamp=["5", "6"], extra=[1, 2]
    )
    before = given_frame.clone()
    log = conform(given_frame, INTERACTIONS)
    assert log.schema == {
        "user_id": pl.String,
        "item_id": pl.String,
        "weight": pl.Float64,
        "timestamp": pl.Int64,
        "extra": pl.Int64,
    }
    assert log.equals(conform(log, INTERACTIONS))
    assert given_frame.equals(before)


def test_float_ids_from_a_gappy_reader_lose_their_point() -> None:
    assert conform(interactions(user_id=[7.0, 8.0]), INTERACTIONS)["user_id"].to_list() == [
        "7",
        "8",
    ]


@pytest.mark.parametrize(
    "moment",
    [
        1704103200,
        1704103200.0,
        "1704103200",
        "1704103200.0",
        "2024-01-01 10:00:00",
        "2024-01-01T10:00:00Z",
        "2024-01-01T12:00:00+02:00",
        datetime(2024, 1, 1, 10),
        datetime(2024, 1, 1, 10, tzinfo=UTC),
        datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_every_spelling_of_a_moment_is_the_same_second(moment: object) -> None:
    table = pl.DataFrame({"user_id": ["u"], "item_id": ["a"], "timestamp": [moment]})
    assert conform(table, INTERACTIONS)["timestamp"].item() == 1704103200


def test_spellings_of_time_may_be_mixed() -> None:
    log = conform(interactions(timestamp=["1970-01-02", "9"]), INTERACTIONS)
    assert log["timestamp"].to_list() == [86400, 9]


def test_times_beyond_the_whole_floats_keep_every_digit() -> None:
    log = conform(interactions(timestamp=["9007199254740993", "1"]), INTERACTIONS)
    assert log["timestamp"].to_list() == [9007199254740993, 1]


@pytest.mark.parametrize(
    "categories",
    [["a|b", "", None], [["a", "b"], [], None], [["a", None, "b"], [""], []]],
)
def test_categories_come_as_text_or_lists(categories: list[object]) -> None:
    table = pl.DataFrame({"item_id": ["x", "y", "z"], "categories": categories})
    assert conform(table, ITEMS)["categories"].to_list() == [["a", "b"], [], []]


def test_duplicates_can_be_kept_last_or_summed() -> None:
    log = pl.DataFrame(
        {
            "user_id": ["u", "v", "u"],
            "item_id": ["a", "a", "a"],
            "weight": [1, 2, 4],
            "n": [1, 2, 3],
        }
    )
    last = conform(log, INTERACTIONS, duplicates="last")
    total = conform(log, INTERACTIONS, duplicates="sum")
    assert last.rows() == [("v", "a", 2.0, 2), ("u", "a", 4.0, 3)]
    assert total.rows() == [("v", "a", 2.0, 2), ("u", "a", 5.0, 3)]


def test_a_table_without_weights_cannot_be_summed() -> None:
    with pytest.raises(OptionError, match="duplicates=sum"):
        conform(pl.DataFrame({"user_id": ["u", "u"]}), USERS, duplicates="sum")


def test_fingerprint_ignores_column_order_and_number_width() -> None:
    one = pl.DataFrame({"a": ["x", None], "b": [1, 2]})
    same = pl.DataFrame({"b": [1.0, 2.0], "a": ["x", None]}, schema_overrides={"b": pl.Float32})
    assert fingerprint([one]) == fingerprint([same])


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ([1, None], [1, 0], False),
        ([0.5, None], [0.5, 0.0], False),
        ([0.5, -0.0], [0.5, 0.0], True),
        (["a", None], ["a", ""], False),
        ([["a"], []], [["a"], None], False),
        ([["a", "b"], []], [["a"], ["b"]], False),
        ([1], ["1"], False),
        ([True], [1], False),
    ],
)
def test_fingerprint_tells_near_likes_apart(
    left: list[object], right: list[object], is_same: bool
) -> None:
    one, other = (fingerprint([pl.DataFrame({"c": cells})]) for cells in (left, right))
    assert (one == other) == is_same


def test_a_fingerprint_does_not_hang_on_how_a_long_column_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = pl.DataFrame({"c": ["", None, "日本", "a", "bc"], "l": [["x"], [], ["y", "z"], [], []]})
    whole = fingerprint([table])
    monkeypatch.setattr(tables, "PIECE", 2)
    assert fingerprint([table]) == whole


def columns_of(cells: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(st.one_of(st.none(), cells), max_size=3)


SEPARATORS = st.text(alphabet="a\x1e\x1f\x00", max_size=2)
KINDS = st.sampled_from(
    [
        (pl.String(), columns_of(SEPARATORS)),
        (pl.Int64(), columns_of(st.integers(-(2**62), 2**62))),
        (pl.Float64(), columns_of(st.floats(-2, 2, width=16))),
        (pl.List(pl.String()), columns_of(st.lists(SEPARATORS, max_size=2))),
    ]
)


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind[0]), kind[1], kind[1])))
def test_fingerprint_is_equal_exactly_when_the_content_is(
    columns: tuple[pl.DataType, list[object], list[object]],
) -> None:
    dtype, *contents = columns
    one, other = (fingerprint([pl.DataFrame({"c": c}, schema={"c": dtype})]) for c in contents)
    assert (one == other) == (contents[0] == contents[1])
