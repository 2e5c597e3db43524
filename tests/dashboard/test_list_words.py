"""The reason under each item: it comes when it has been checked, and one fault holds nothing up."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.person import LOCAL
from dashboard.jobs import keeper, place, queue
from tests.dashboard.apptest import page, shown_text
from tests.dashboard.test_words import Chooser, begin, use


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeper, "tend", lambda: None)


def test_each_stands_under_its_item_as_soon_as_it_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(Chooser(), monkeypatch)
    app = page("person", rate=0.0, generator="local")
    assert not app.exception
    assert "Thanks to" not in shown_text(app)
    app.button("write-words").click().run()
    job = begin(texts=4)
    app.run()
    assert (
        shown_text(app).count("Thanks to") == 4 + 2
    )  # the list; beside it, and what that rests on
    place.table().settle(job.id, "here")
    queue.resume(job.id, LOCAL)
    begin()
    app.run()
    assert not app.exception
    assert shown_text(app).count("Thanks to") >= 10
    assert "write-words" not in [button.key for button in app.button]
    app.toggle("sentences").set_value(False).run()
    assert shown_text(app).count("Thanks to") <= 2


def test_what_does_not_hold_never_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Chooser(lies=True), monkeypatch)
    app = page("person", rate=0.0, generator="local")
    before = shown_text(app)
    app.button("write-words").click().run()
    begin()
    app.run()
    assert not app.exception
    assert "great film" not in shown_text(app)
    assert shown_text(app).count("Recommended") == before.count("Recommended") >= 10
    assert "AI-generated" not in shown_text(app)


def test_it_is_off_at_first_where_reasons_are_sampled() -> None:
    assert page("person", rate=0.0).toggle("sentences").value is True
    assert page("person", rate=0.0, model="user-knn").toggle("sentences").value is False


@pytest.mark.parametrize(("language", "words"), [("en", "spoke for it and"), ("zh", "件支持它")])
def test_every_phrase_has_its_fact(language: str, words: str) -> None:
    app = page("person", rate=0.0, reviewer=True, language=language)
    assert not app.exception
    assert words in shown_text(app)
