"""A link carries the choices; what it carries is checked before anything believes it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.apptest import PATIENCE
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
    assert app.title[0].value == "探索还是利用"
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
    assert _opened(language="<script>").title[0].value == "Explore or exploit"
