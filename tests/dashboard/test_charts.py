"""Charts are functions of frames: what a frame says is what the picture holds."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.effect import effect
from dashboard.charts.groups import groups
from dashboard.charts.models import models
from dashboard.charts.palette import BEFORE, NOW, QUIET, rate_colours
from dashboard.charts.reasons import reasons, steps
from dashboard.charts.rounds import rounds

HOSTILE = "datum['x'] + \"</script>\" ![i](http://elsewhere.example/i.png)"


def _points(**changed: object) -> pl.DataFrame:
    rows = {
        "state": ["rate 0", "rate 0.30"],
        "text": ["0.48", "0.37"],
        "spoken": ["a", "b"],
        "value": [0.48, 0.37],
        "low": [0.46, 0.35],
        "high": [0.50, 0.39],
    }
    return pl.DataFrame({**rows, **changed})


def _spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    return chart.to_dict(context={"pre_transform": False})


def _data(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for rows in spec["datasets"].values() for row in rows]


def _expressions(node: object) -> list[str]:
    """Every string Vega would run: tests, filters, label expressions."""
    if isinstance(node, dict):
        found = [v for k, v in node.items() if k in ("test", "expr", "labelExpr", "filter")]
        kept = [value for value in found if isinstance(value, str)]
        return kept + [e for k, v in node.items() if k != "datasets" for e in _expressions(v)]
    if isinstance(node, list):
        return [e for value in node for e in _expressions(value)]
    return []


def test_an_effect_holds_both_states_with_their_intervals() -> None:
    rows = _data(_spec(effect(_points())))
    assert [(row["value"], row["low"], row["high"]) for row in rows] == [
        (0.48, 0.46, 0.50),
        (0.37, 0.35, 0.39),
    ]


def test_before_is_grey_and_now_is_blue_everywhere() -> None:
    colour = _spec(effect(_points()))["layer"][1]["encoding"]["color"]
    assert colour["scale"] == {"domain": ["rate 0", "rate 0.30"], "range": [BEFORE, NOW]}
    assert rate_colours([0.0, 0.1, 0.3], now=0.3)[::2] == [BEFORE, NOW]


def test_no_two_rates_share_a_colour() -> None:
    colours = rate_colours([0.0, 0.1, 0.3, 0.45], now=0.45)
    assert len(set(colours)) == 4


def test_a_gap_keeps_the_line_of_no_difference_in_view() -> None:
    spec = _spec(effect(_points(), zero_line=True))
    assert 0.0 in [row["value"] for row in _data(spec)]
    assert spec["layer"][2]["encoding"]["y"]["scale"]["zero"] is True


def test_rounds_draw_a_band_and_a_line_for_every_arm() -> None:
    frame = pl.DataFrame(
        {
            "arm": ["rate 0", "rate 0", "rate 0.30", "rate 0.30"],
            "round": [1, 2, 1, 2],
            "value": [0.1, 0.2, 0.3, 0.4],
            "low": [0.0, 0.1, 0.2, 0.3],
            "high": [0.2, 0.3, 0.4, 0.5],
        }
    )
    spec = _spec(rounds(frame, colours=[BEFORE, NOW], round_title="Round"))
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["area", "line"]
    assert spec["layer"][0]["encoding"]["y2"]["field"] == "high"
    assert spec["layer"][1]["encoding"]["color"]["scale"]["range"] == [BEFORE, NOW]


@given(st.lists(st.floats(-5, 5), max_size=12))
def test_bars_of_reasons_end_at_their_sum(values: list[float]) -> None:
    total = sum(values)
    parts = pl.DataFrame(
        {
            "label": [f"film {place}" for place in range(len(values))] + ["score"],
            "value": [*values, total],
            "kind": ["step"] * len(values) + ["total"],
        },
        schema={"label": pl.String, "value": pl.Float64, "kind": pl.String},
    )
    drawn = steps(parts)
    ends = [0.0, *drawn["end"][:-1]]
    assert drawn["start"][:-1].to_list() == pytest.approx(ends[:-1], abs=1e-9)
    assert ends[-1] == pytest.approx(drawn["end"][-1], abs=1e-9)


def _parts(labels: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "label": labels,
            "value": [0.5, -0.2, 0.3],
            "kind": ["step", "step", "total"],
            "text": ["+0.500", "−0.200", "0.300"],
            "error": [0.1, None, None],
        }
    )


def test_whiskers_stand_where_a_bar_ends_and_only_where_an_error_is_known() -> None:
    spec = _spec(reasons(_parts(["a", "b", "score"]), axis_title="score"))
    rule = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "rule")
    (row,) = spec["datasets"][rule["data"]["name"]]
    assert (row["label"], row["low"], row["high"]) == ("a", 0.4, 0.6)


def test_two_films_of_one_title_keep_their_own_bars() -> None:
    spec = _spec(reasons(_parts(["Solaris", "Solaris", "score"]), axis_title="score"))
    order = spec["layer"][0]["encoding"]["y"]["sort"]
    assert len(set(order)) == 3
    assert [label.strip("\u200b") for label in order] == ["Solaris", "Solaris", "score"]


def test_groups_are_drawn_largest_first_beside_everyone() -> None:
    points = pl.DataFrame(
        {
            "group": ["women (n = 2)", "men (n = 3)"],
            "value": [0.3, 0.4],
            "low": [0.2, 0.3],
            "high": [0.4, 0.5],
            "value_text": ["0.300", "0.400"],
            "text": ["a", "b"],
        }
    )
    spec = _spec(groups(points, overall=0.36, overall_label="everyone: 0.360", title="Accuracy"))
    assert spec["layer"][2]["encoding"]["y"]["sort"] == ["men (n = 3)", "women (n = 2)"]
    assert {"value": 0.36, "label": "everyone: 0.360"} in _data(spec)


def _compared(names: list[str]) -> pl.DataFrame:
    place = [0.1 * number for number in range(len(names))]
    ends = {f"{axis}_{end}": place for axis in "xy" for end in ("low", "high")}
    frame = {"model": names, "chosen": [True] + [False] * (len(names) - 1), "x": place, "y": place}
    return pl.DataFrame({**frame, **ends, "size": ["1.00"] * len(names)})


def test_models_have_one_mark_each_and_their_row_in_the_hover() -> None:
    hover = {"model": "Model", "size": "Size, MB"}
    spec = _spec(models(_compared(["EASE", "ALS"]), x_title="Variety", y_title="nDCG", hover=hover))
    assert [row["model"] for row in _data(spec)] == ["ALS", "EASE"]
    mark = spec["layer"][2]
    assert mark["mark"]["type"] == "point"
    assert [(t["field"], t["title"]) for t in mark["encoding"]["tooltip"]] == list(hover.items())
    assert mark["encoding"]["x"]["title"] == "Variety"
    assert mark["encoding"]["y"]["title"] == "nDCG"


def test_the_chosen_model_is_blue_and_the_others_are_quiet() -> None:
    spec = _spec(models(_compared(["EASE", "ALS"]), x_title="x", y_title="y", hover={}))
    colour = spec["layer"][2]["encoding"]["color"]
    assert (colour["condition"]["value"], colour["value"]) == (NOW, QUIET)
    assert colour["condition"]["test"] == "datum.chosen"


@pytest.mark.parametrize(
    "chart",
    [
        models(_compared([HOSTILE, "b"]), x_title="x", y_title="y", hover={"model": "Model"}),
        effect(_points(state=[HOSTILE, "now"])),
        reasons(_parts([HOSTILE, "other", "score"]), axis_title="score"),
        groups(
            _points(group=[HOSTILE, "b"], value_text=["1", "2"]),
            overall=0.4,
            overall_label=HOSTILE,
            title="Accuracy",
        ),
    ],
)
def test_text_from_data_never_becomes_an_expression(chart: alt.TopLevelMixin) -> None:
    assert not [text for text in _expressions(_spec(chart)) if "elsewhere" in text]
