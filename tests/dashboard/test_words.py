"""The reason in words on the person's page: for whom, by whom, and what a reviewer decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import word_loaders
from dashboard.components import words
from engine.errors import ServiceError
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft, Generator
from tests.dashboard.apptest import page, shown_text


class Chooser:
    """A language model that says one true thing, or something else when it is told to lie."""

    produced_by = "local"

    def __init__(self, *, lies: bool = False) -> None:
        self._lies = lies

    def write(self, facts: FactRecord, *, language: str, audience: str, refused: object) -> Draft:
        text = f"Thanks to <H{facts.supporters[0].rank}> in your history."
        return Draft("A great film!" if self._lies else text, "m" * 64, "p" * 64)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))


def use(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_loaders, "make_generator", lambda name: generator)
    monkeypatch.setattr(words, "at_hand", lambda: ("template", "local"))
    word_loaders._words.clear()
    word_loaders._writer.clear()


def test_the_person_reads_one_side_the_reviewer_both() -> None:
    app = page("person", rate=0.0)
    assert "in your history" in shown_text(app)
    app.toggle("reviewer").set_value(True).run()
    assert not app.exception
    assert "in the history" in shown_text(app)
    assert "of what the history did" in shown_text(app)


def test_a_decision_is_kept_and_shown() -> None:
    app = page("person", rate=0.0, reviewer=True)
    app.button("accept").click().run()
    assert "accepted" in shown_text(app)
    app.text_area[0].set_value("Better words.")
    app.button("save-edit").click().run()
    assert "edited. Better words." in " ".join(shown_text(app).split())


def test_an_empty_edit_is_refused_in_a_sentence() -> None:
    app = page("person", rate=0.0, reviewer=True)
    app.text_area[0].set_value("")
    app.button("save-edit").click().run()
    assert "an edited text is empty" in shown_text(app)


def test_a_model_chooses_the_words_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Chooser(), monkeypatch)
    app = page("person", rate=0.0, generator="local")
    assert not app.exception
    assert "Thanks to" in shown_text(app)
    assert "AI-generated" in shown_text(app)


def test_what_does_not_hold_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Chooser(lies=True), monkeypatch)
    app = page("person", rate=0.0, generator="local")
    assert "great film" not in shown_text(app)
    assert "did not hold against the facts" in shown_text(app)


class Failing(Chooser):
    """A server that is down, until it is up."""

    down = True

    def write(self, facts: FactRecord, *, language: str, audience: str, refused: object) -> Draft:
        if self.down:
            raise ServiceError(
                "RECSCOPE_LLM_SECONDS is {seconds}; give a number of seconds", seconds=0
            )
        return super().write(facts, language=language, audience=audience, refused=refused)


@pytest.mark.parametrize(("language", "words_of_it"), [("en", "give a number"), ("zh", "请给出")])
def test_a_fault_is_told_with_fixed_words_and_not_remembered(
    language: str, words_of_it: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Failing()
    use(model, monkeypatch)
    app = page("person", rate=0.0, generator="local", language=language)
    assert not app.exception
    assert words_of_it in app.warning[0].value.replace("\\", "")
    assert app.text[0].value
    model.down = False
    app.run()
    assert not app.warning
