"""Charts are functions of frames: what a frame says is what the picture holds."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.curve import curve
from dashboard.charts.effect import effect
from dashboard.charts.estimates import estimates
from dashboard.charts.groups import groups
from dashboard.charts.models import apart, models
from dashboard.charts.palette import AGAINST, BEFORE, NOW, QUIET, policy_look, rate_colours
from dashboard.charts.pareto import pareto
from dashboard.charts.payers import payers
from dashboard.charts.reasons import reasons, steps
from dashboard.charts.removal import removal
from dashboard.charts.rounds import rounds

HOSTILE = "datum['x'] + \"</script>\" ![i](http://elsewhere.example/i.png)"


def _points(**changed: object) -> pl.DataFrame:
    rows = {
        "place": [0, 1],
        "short": ["0", "0.30"],
        "state": ["rate 0", "rate 0.30"],
        "text": ["0.48", "0.37"],
        "spoken": ["a", "b"],
        "value": [0.48, 0.37],
        "low": [0.46, 0.35],
        "high": [0.50, 0.39],
    }
    return pl.DataFrame({**rows, **changed})


def _spec(chart: alt.TopLevelMixin | dict[str, Any]) -> dict[str, Any]:
    if isinstance(chart, dict):  # raises where it is not Vega-Lite
        alt.Chart.from_dict(chart, validate=True)
        return chart
    return chart.to_dict(context={"pre_transform": False})


def _data(spec: dict[str, Any]) -> list[dict[str, Any]]:
    inline = [layer["data"].get("values", []) for layer in spec.get("layer", []) if "data" in layer]
    return [row for rows in [*spec["datasets"].values(), *inline] for row in rows]


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
    rows = _data(_spec(effect(_points(), x_title="rate")))
    assert [(row["value"], row["low"], row["high"]) for row in rows] == [
        (0.48, 0.46, 0.50),
        (0.37, 0.35, 0.39),
    ]


def test_an_effect_is_read_aloud_as_it_is_told() -> None:
    for layer in _spec(effect(_points(), x_title="rate"))["layer"]:
        assert layer["encoding"]["description"]["field"] == "spoken"


def test_before_is_grey_and_now_is_blue_everywhere() -> None:
    colour = _spec(effect(_points(), x_title="rate"))["layer"][1]["encoding"]["color"]
    assert colour["scale"] == {"domain": [0, 1], "range": [BEFORE, NOW]}
    assert rate_colours([0.0, 0.1, 0.3], now=0.3)[::2] == [BEFORE, NOW]


def test_no_two_rates_share_a_colour() -> None:
    colours = rate_colours([0.0, 0.1, 0.3, 0.45], now=0.45)
    assert len(set(colours)) == 4


def test_a_gap_keeps_the_line_of_no_difference_in_view() -> None:
    spec = _spec(effect(_points(), x_title="rate", zero_line=True))
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
    mark = spec["layer"][3]
    assert mark["mark"]["type"] == "point"
    assert [(t["field"], t["title"]) for t in mark["encoding"]["tooltip"]] == list(hover.items())
    assert mark["encoding"]["x"]["title"] == "Variety"
    assert mark["encoding"]["y"]["title"] == "nDCG"


def test_the_chosen_model_is_blue_and_the_others_are_quiet() -> None:
    spec = _spec(models(_compared(["EASE", "ALS"]), x_title="x", y_title="y", hover={}))
    colour = spec["layer"][3]["encoding"]["color"]
    assert (colour["condition"]["value"], colour["value"]) == (NOW, QUIET)
    assert colour["condition"]["test"] == "datum.chosen"


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=14), st.floats(0.01, 2))
def test_names_stand_a_line_apart_in_order_and_move_no_more_than_they_must(
    values: list[float], gap: float
) -> None:
    before = np.array(values)
    after = apart(before, gap=gap)
    order = np.argsort(before, kind="stable")
    assert (np.diff(after[order]) >= gap - 1e-9).all()
    assert after.mean() == pytest.approx(before.mean(), abs=1e-9)
    if (np.diff(np.sort(before)) >= gap).all():
        assert after == pytest.approx(before)


def test_every_model_has_its_name_a_line_from_the_next() -> None:
    close = _compared(["A", "B", "C"]).with_columns(y=pl.Series([0.5, 0.5, 0.5]))
    rows = _data(_spec(models(close, x_title="x", y_title="y", hover={})))
    heights = sorted(row["name_y"] for row in rows)
    assert len(set(heights)) == 3
    assert heights[1] == pytest.approx(0.5)


def _at(rates: list[float]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rate": rates,
            "value": [1 - rate for rate in rates],
            "low": [0.9 - rate for rate in rates],
            "high": [1.1 - rate for rate in rates],
            "text": ["x"] * len(rates),
        }
    )


def test_the_curve_holds_every_rate_with_its_band_and_the_point_now() -> None:
    now = _at([0.35]).with_columns(label=pl.lit("0.65"))
    spec = _spec(curve(_at([0.0, 0.5, 1.0]), now, x_title="Rate", y_title=""))
    band, line, _dots, rule, point, words = spec["layer"]
    assert (band["mark"]["type"], band["encoding"]["y2"]["field"]) == ("area", "high")
    assert line["encoding"]["x"]["scale"]["domain"] == [0, 1]
    assert spec["datasets"][point["data"]["name"]] == now.to_dicts()
    assert point["encoding"]["color"]["value"] == rule["encoding"]["color"]["value"] == NOW
    assert words["encoding"]["text"]["field"] == "label"
    gap = _spec(curve(_at([0.0, 1.0]), now, x_title="Rate", y_title="", zero_line=True))
    assert gap["datasets"][gap["layer"][0]["data"]["name"]] == [{"value": 0.0}]


def _payers(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "group": names,
            "value": [0.1, -0.2],
            "low": [0.0, -0.3],
            "high": [0.2, -0.1],
            "value_text": ["+0.1", "-0.2"],
            "text": ["a", "b"],
            "sign": [0, -1],
        }
    )


def test_who_pays_most_stands_on_top_in_the_colour_of_a_loss() -> None:
    spec = _spec(payers(_payers(["women", "men"]), title="Change"))
    rule = spec["layer"][1]
    assert rule["encoding"]["y"]["sort"] == ["men", "women"]
    colours = {one["test"]: one["value"] for one in rule["encoding"]["color"]["condition"]}
    assert colours == {"(datum.sign > 0)": NOW, "(datum.sign < 0)": AGAINST}
    assert rule["encoding"]["color"]["value"] == QUIET


def _settings(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "policy": names,
            "nth": [1, 2],
            "x": [0.1, 0.2],
            "y": [0.5, 0.4],
            "x_low": [0.05, None],
            "x_high": [0.15, None],
            "y_low": [0.4, 0.3],
            "y_high": [0.6, 0.5],
            "on_front": [True, False],
            "text": names,
            "name": ["", names[1]],
            "suggested": [False, True],
        }
    )


def test_policies_are_told_apart_by_shape_and_colour_and_the_front_is_joined() -> None:
    spec = _spec(pareto(_settings(["a", "b"]), x_title="x", y_title="y", policy_title="Policy"))
    line, across, upright, marks, ring, name = spec["layer"]
    assert line["transform"] == [{"filter": "datum.on_front"}]
    for whisker, ends in ((across, "x"), (upright, "y")):
        assert f"isValid(datum.{ends}_low)" in whisker["transform"][0]["filter"]
        assert whisker["encoding"][ends]["field"] == f"{ends}_low"
        assert whisker["encoding"][f"{ends}2"]["field"] == f"{ends}_high"
    assert ring["transform"] == [{"filter": "datum.suggested"}]
    scales = [marks["encoding"][channel]["scale"] for channel in ("color", "shape")]
    assert all(scale["domain"] == ["a", "b"] for scale in scales)
    assert all(len(set(scale["range"])) == 2 for scale in scales)
    assert name["encoding"]["text"]["field"] == "name"


def test_fourteen_policies_have_fourteen_looks() -> None:
    names = [f"p{number}" for number in range(14)]
    frame = pl.concat(
        [
            _settings([name, name]).head(1).with_columns(nth=pl.lit(number))
            for number, name in enumerate(names)
        ]
    )
    marks = _spec(pareto(frame, x_title="x", y_title="y", policy_title="Policy"))["layer"][3]
    looks = zip(*(marks["encoding"][c]["scale"]["range"] for c in ("color", "shape")), strict=True)
    assert len(set(looks)) == 14


def _estimates(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "estimator": names,
            "value": [0.1, 0.2],
            "low": [0.0, 0.1],
            "high": [0.2, 0.3],
            "value_text": ["0.1", "0.2"],
            "text": ["a", "b"],
            "measured": [False, True],
        }
    )


def test_estimators_stand_in_order_beside_what_the_log_earned() -> None:
    chart = estimates(
        _estimates(["SNIPS", "IPS"]),
        logged=0.15,
        logged_label="log",
        title="r",
        number_format=".2f",
    )
    spec = _spec(chart)
    assert spec["layer"][2]["encoding"]["y"]["sort"] == ["SNIPS", "IPS"]
    assert {"value": 0.15, "label": "log"} in _data(spec)
    colour = spec["layer"][3]["encoding"]["color"]
    assert (colour["condition"]["test"], colour["value"]) == ("datum.measured", NOW)


@pytest.mark.parametrize(
    "chart",
    [
        models(_compared([HOSTILE, "b"]), x_title="x", y_title="y", hover={"model": "Model"}),
        effect(_points(short=[HOSTILE, "now"]), x_title=HOSTILE),
        curve(
            _at([0.0, 1.0]),
            _at([0.5]).with_columns(label=pl.lit(HOSTILE)),
            x_title="x",
            y_title="y",
        ),
        payers(_payers([HOSTILE, "b"]), title="Change"),
        pareto(_settings(["a", HOSTILE]), x_title="x", y_title="y", policy_title="Policy"),
        estimates(
            _estimates([HOSTILE, "b"]),
            logged=0.1,
            logged_label=HOSTILE,
            title="r",
            number_format=".2f",
        ),
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


def test_a_policy_looks_the_same_whoever_stands_beside_it() -> None:
    alone = _settings(["a", "b"]).tail(1).vstack(_settings(["c", "b"]).tail(1))
    among = _settings(["a", "b"])
    for frame in (alone, among):
        marks = _spec(pareto(frame, x_title="x", y_title="y", policy_title="Policy"))["layer"][3]
        scale = marks["encoding"]["color"]["scale"]
        assert dict(zip(scale["domain"], scale["range"], strict=True))["b"] == policy_look(2)[0]


def test_each_order_of_removal_has_a_line_a_band_and_its_own_dash() -> None:
    rows = [
        {"order": order, "share": share, "value": 1 - share, "low": 0.0, "high": 1.0, "text": "t"}
        for order in ("first", "random", "last")
        for share in (0.0, 0.5, 1.0)
    ]
    labels = {"first": "named first", "random": "drawn", "last": "named last"}
    drawn = removal(pl.DataFrame(rows), labels, x_title="gone", y_title="left").to_dict()
    band, line, point = drawn["layer"]
    assert [layer["mark"]["type"] for layer in (band, line, point)] == ["area", "line", "point"]
    assert line["encoding"]["color"]["scale"]["domain"] == list(labels.values())
    assert len({tuple(dash) for dash in line["encoding"]["strokeDash"]["scale"]["range"]}) == 3
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
