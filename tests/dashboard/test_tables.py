"""Tables of a page are text, whatever stands in them, and say what each cell is about."""

from __future__ import annotations

import re

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.tables import MOST_ROWS, is_slim
from tests.dashboard.apptest import HOSTILE, tables


def _drawn(table: pl.DataFrame, *, whole: bool = False) -> AppTest:
    def script(rows: list[dict[str, object]], whole: bool) -> None:
        import polars as pl

        from dashboard.components.tables import grid

        grid(pl.DataFrame(rows), whole=whole)

    arguments = {"rows": table.to_dicts(), "whole": whole}
    app = AppTest.from_function(script, kwargs=arguments).run()
    assert not app.exception
    return app


def test_markup_in_heads_and_cells_is_text() -> None:
    table = pl.DataFrame({HOSTILE: [HOSTILE, "b"], '"><b>': [HOSTILE, None]})
    app = _drawn(table)
    body = app.get("html")[0].proto.body
    assert "<img" not in body
    assert "<b>" not in body
    assert tables(app)[0].to_dict(as_series=False) == {
        HOSTILE: [HOSTILE, "b"],
        '"><b>': [HOSTILE, "–"],
    }


def test_every_cell_names_its_column_and_every_row_its_head() -> None:
    table = pl.DataFrame({"Group": ["A", "B"], "Value": ["0.1", "0.2"], "n": [1500, 10]})
    body = _drawn(table).get("html")[0].proto.body
    assert re.findall('data-label="(\\w+)"[^>]*>([^<]+)', body) == [
        ("Value", "0.1"), ("n", "1,500"), ("Value", "0.2"), ("n", "10"),
    ]  # fmt: skip
    assert re.findall('scope="row"[^>]*>(\\w)', body) == ["A", "B"]


@pytest.mark.parametrize("whole", [False, True])
def test_a_long_table_scrolls_and_is_reached_by_the_keyboard(whole: bool) -> None:
    for rows in (MOST_ROWS, MOST_ROWS + 1):
        table = pl.DataFrame({"n": range(rows), "m": range(rows)})
        body = _drawn(table, whole=whole).get("html")[0].proto.body
        assert ('tabindex="0" role="region" aria-label="n, m"' in body) == (" tall" in body)
        assert (" tall" in body) == (rows > MOST_ROWS and not whole)


@pytest.mark.parametrize(
    ("names", "row", "slim"),
    [
        (["Group", "Value", "95% interval", "People (n)"], ["A", "0.281", "0.2 to 0.3", "5"], True),
        (["群体", "数值", "95% 置信区间", "用户数（n）"], ["A", "0.281", "0.2 至 0.3", "5"], True),
        (["Group", "Value"], ["a name that may break as often as it has to", "0.281"], True),
        (["Group", "Value"], ["A", "no interval: nobody has a value"], False),
        (["a", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"], False),
    ],
)  # fmt: skip
def test_columns_stand_beside_each_other_only_where_a_phone_has_room(
    names: list[str], row: list[str], slim: bool
) -> None:
    assert is_slim(names, [row]) == slim
