"""What somebody sees before the pages: the sign-in, a friendly refusal, and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access.roster import PEOPLE
from dashboard.components.plain import JOINER
from tests.dashboard.apptest import PATIENCE, shown_text
from tests.dashboard.messages import ROOT


@pytest.fixture
def _people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "people.toml"
    file.write_text('[people]\n"ana@example.org" = "analyst"\n', encoding="utf-8")
    monkeypatch.setenv(PEOPLE, str(file))


def _open(user: dict[str, object], **chosen: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE)
    app.secrets["auth"] = {"client_id": "recscope", "server_metadata_url": "http://127.0.0.1/"}
    app.user = user
    for key, value in {"dataset": "planted", **chosen}.items():
        app.session_state[key] = value
    return app.run()


def _plainly(text: str) -> str:
    """Return what a reader sees, without what keeps data from being markup."""
    return text.replace("\\", "").replace(JOINER, "")


def _buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(("language", "label"), [("en", "Sign in"), ("zh", "登录")])
def test_who_has_not_signed_in_sees_the_way_in_and_no_page(language: str, label: str) -> None:
    app = _open({"is_logged_in": False}, language=language)
    assert not app.exception
    assert _buttons(app) == [label]
    assert not app.slider
    assert not app.sidebar.selectbox


@pytest.mark.usefixtures("_people")
def test_who_is_not_on_the_list_is_told_so_and_can_leave() -> None:
    app = _open({"is_logged_in": True, "email": "eve@example.org"})
    assert "eve@example.org is not on the list" in _plainly(app.warning[0].value)
    assert _buttons(app) == ["Sign out"]
    assert not app.slider


@pytest.mark.usefixtures("_people")
def test_who_is_on_the_list_sees_the_page_and_who_they_are() -> None:
    app = _open({"is_logged_in": True, "email": "ana@example.org"})
    assert not app.exception
    assert "Signed in as ana@example.org (analyst)" in shown_text(app)
    assert "Sign out" in _buttons(app)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.0.0.1:8501", "X-Forwarded-For": "127.0.0.1"},
        {"Host": "127.0.0.1:8501", "X-Real-Ip": "127.0.0.1"},
        {"Host": "recscope.example.org"},
    ],
)
def test_where_nobody_signs_in_a_proxy_lets_nobody_in(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PEOPLE, raising=False)
    monkeypatch.setattr(type(st.context), "headers", property(lambda _: headers))
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE).run()
    assert "you come from another machine" in _plainly(app.error[0].value)
    assert not app.slider


def test_a_sign_in_without_a_list_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PEOPLE, raising=False)
    app = _open({"is_logged_in": True, "email": "ana@example.org"})
    assert "there is no list of people" in app.error[0].value
    assert not app.slider


@pytest.mark.parametrize(
    ("view", "label", "least"),
    [
        ("report", "Sign this report", "reviewer"),
        ("feedback", "Run the simulation", "analyst"),
        ("settings", "Measure these settings", "analyst"),
    ],
)
def test_a_button_that_is_shown_all_the_same_does_nothing(
    view: str, label: str, least: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gets past the page meets the service."""
    file = tmp_path / "people.toml"
    file.write_text('[people]\n"vera@example.org" = "viewer"\n', encoding="utf-8")
    monkeypatch.setenv(PEOPLE, str(file))
    monkeypatch.setenv("RECSCOPE_TRAIL", str(tmp_path / "trail.db"))
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    for place in ("allowed", "signing"):
        monkeypatch.setattr(f"dashboard.components.{place}.why_not", lambda *_: None)
    path = ROOT / "dashboard" / "views" / f"{view}.py"
    app = AppTest.from_file(str(path), default_timeout=PATIENCE)
    app.user = {"is_logged_in": True, "email": "vera@example.org"}
    app.session_state["dataset"] = "planted"
    app.run()
    assert not app.error
    button = next(button for button in app.button if button.label == label)
    assert not button.disabled
    button.click().run()
    assert f"takes the role {least}" in app.error[0].value.replace("\\", "")
    assert not (tmp_path / "trail.db").exists()
