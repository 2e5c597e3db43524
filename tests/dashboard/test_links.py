"""A link carries the choices; what it carries is checked before anything believes it."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import loaders
from dashboard.reports import about
from tests.dashboard.apptest import PATIENCE, VIEWS, linked, page, shown_text, tables
from tests.dashboard.messages import ROOT


def _opened(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE)
    for key, value in {"dataset": "planted", **parameters}.items():
        app.query_params[key] = value
    return app.run()


def test_a_link_opens_the_view_it_was_copied_from() -> None:
    app = _opened(rate="0.35", model="item-knn", seed="11", language="zh")
    assert app.slider(key="rate").value == 0.35
    assert app.selectbox(key="model").value == "item-knn"
    assert app.number_input(key="seed").value == 11
    assert app.title[0].value == "总览"
    app.slider(key="rate").set_value(0.5).run()
    copied = {key: "".join(value) for key, value in app.query_params.items()}
    again = _opened(**copied)
    assert again.slider(key="rate").value == 0.5
    assert again.metric[0].value == app.metric[0].value


@pytest.mark.parametrize(
    ("parameter", "value", "taken"),
    [
        ("rate", "7", 1.0),
        ("rate", "-1", 0.0),
        ("rate", "0.33", 0.35),
        ("rate", "many", 0.1),
        ("rate", "nan", 0.1),
        ("seed", "-5", 0),
        ("seed", "1e3", 7),
        ("model", "../../etc/passwd", "ease"),
        ("policy", "greedy", "epsilon-greedy"),
    ],
)
def test_a_value_nobody_offers_is_brought_into_range_or_left_out(
    parameter: str, value: str, taken: object
) -> None:
    app = _opened(**{parameter: value})
    assert not app.exception
    assert app.session_state[parameter] == taken


def test_an_unknown_language_falls_back_to_the_browsers() -> None:
    assert _opened(language="<script>").title[0].value == "Overview"


CHOSEN = {
    "rate": 0.3,
    "policy": "plackett-luce",
    "attribute": "group",
    "measure": "recall",
    "effect": "arp",
    "user": "u014",
    "place": 3,
    "question": "what-if",
    "drop-u014": [0],
    "reason-game": "margin",
    "reviewer": True,
    "item_measure": "selection_rate",
    "merit": "catalogue",
    "presets": ["diversity_floor"],
    "report_mode": "china",
    "compared": ["popularity", "ease"],
    "tried_policies": [],
    "within": 10,
    "campaign": "women",
    "left_to_chance": 0.25,
    "least_ess": 7,
    "loop_rates": [0.0, 0.5],
    "loop_arms": [],
    "loop_rounds": 5,
    "loop_drift": 0.1,
    "purpose": "audit",
}


def _drawn(app: AppTest) -> tuple[object, ...]:
    """Return what a reader sees: words, tables, pictures, and where every choice stands."""
    kinds = (
        "selectbox",
        "multiselect",
        "slider",
        "select_slider",
        "radio",
        "button_group",
        "toggle",
    )
    choices = [(kind, one.label, one.value) for kind in kinds for one in app.get(kind)]
    numbers = [table.to_dict(as_series=False) for table in tables(app)]
    return shown_text(app), choices, numbers, len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("view", VIEWS)
def test_the_link_of_a_page_shows_somebody_new_the_same_view(
    view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A report has an id and a time of its own each time it is made.
    monkeypatch.setattr(about, "uuid4", lambda: "an id")
    monkeypatch.setattr(about, "datetime", SimpleNamespace(now=lambda zone: datetime(2026, 1, 1)))
    app = page(view, **_known(CHOSEN))
    assert not app.exception
    again = linked(view, app.query_params)
    assert not again.exception
    assert _drawn(again) == _drawn(app)


def _known(chosen: dict[str, object]) -> dict[str, object]:
    """Return the choices, with an item that the person's history really holds."""
    train = loaders.split("planted", 7).train
    first = int(train.histories.items_of(train.user_row("u014"))[0])
    return {**chosen, "drop-u014": [first]}


def test_policies_that_were_measured_side_by_side_are_measured_again() -> None:
    app = page("settings", tried_policies=["mmr"])
    app.button(key="measure-settings").click().run()
    assert "mmr" in app.query_params["tried"]
    again = linked("settings", app.query_params)
    assert "The rule suggests" in shown_text(again)


LIES = {
    **{"attribute": "<script>", "measure": "../x", "place": "99999999999999999999"},
    **{"presets": "nothing", "compared": "pickle", "loop_rates": "inf", "user": "nobody"},
    **{"least_ess": "1e99", "left_to_chance": "nan", "drop": "-1", "add": "x"},
    **{"question": "what-if", "rerate": "None", "rating": "None", "if-group": "77"},
}


@pytest.mark.parametrize("view", ["person", "groups", "verdicts", "feedback", "off_policy"])
def test_a_link_that_lies_is_not_believed(view: str) -> None:
    app = linked(view, {"dataset": ["planted"], **{key: [lie] for key, lie in LIES.items()}})
    assert not app.exception
    assert not app.error
