"""The reason under each item: it comes when it has been checked, and one fault holds nothing up."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.components import list_words
from dashboard.components.list_rows import Place
from dashboard.i18n import translator
from engine.config import RunConfig
from engine.errors import ServiceError
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft
from engine.justifications.justify import justify
from tests.dashboard.apptest import page, shown_text
from tests.dashboard.test_words import Chooser, use
from tests.engine.test_verifier import facts as one_record

PLACES = [
    Place(rank, rank, 1.0, 1.0, f"Title {rank}", (), False, False, False) for rank in (1, 2, 3)
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))


class Spots:
    """Where sentences go, with everything that ever stood there, in order."""

    def __init__(self) -> None:
        self.written: list[tuple[int, str]] = []

    def spot(self, rank: int) -> object:
        spots = self

        class Spot:
            def caption(self, text: str) -> None:
                spots.written.append((rank, text))

        return Spot()


def filled(model: Chooser, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What stood under three items, one after the other."""
    spots = Spots()

    def written(_: object, facts: FactRecord, *, generator: str = "template", **how: str) -> object:
        return justify(facts, generator=None if generator == "template" else model, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(list_words, "words", written)
    monkeypatch.setattr(list_words.word_loaders, "facts", lambda *_: one_record())
    monkeypatch.setattr(list_words, "current_person", lambda: None)
    under = {place.rank: spots.spot(place.rank) for place in PLACES}
    list_words.fill_list_words(
        RunConfig("planted", "ease"), "u", PLACES, spots=under,  # type: ignore[arg-type]
        maker="local", language="en", _=translator("en"),
    )  # fmt: skip
    return spots.written


def test_each_is_replaced_as_soon_as_it_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    written = filled(Chooser(), monkeypatch)
    assert [rank for rank, _ in written] == [1, 2, 3, 1, 2, 3]
    assert all(text.startswith("Recommended") for _, text in written[:3])
    assert all(text.startswith("Thanks to") and "AI" in text for _, text in written[3:])


def test_what_does_not_hold_never_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    written = filled(Chooser(lies=True), monkeypatch)
    assert len(written) == 6
    assert all(text.startswith("Recommended") and "AI" not in text for _, text in written)


def test_a_model_in_trouble_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Down(Chooser):
        def write(self, facts: FactRecord, **how: object) -> Draft:
            asked.append(facts.title)
            raise ServiceError("the language model server did not answer")

    assert len(filled(Down(), monkeypatch)) == 4
    assert len(asked) == 1


def test_the_page_has_one_under_each_item(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Chooser(), monkeypatch)
    app = page("person", rate=0.0, generator="local")
    assert not app.exception
    assert shown_text(app).count("Thanks to") >= 10
    app.toggle("sentences").set_value(False).run()
    assert shown_text(app).count("Thanks to") <= 2


def test_it_is_off_at_first_where_reasons_are_sampled() -> None:
    assert page("person", rate=0.0).toggle("sentences").value is True
    assert page("person", rate=0.0, model="user-knn").toggle("sentences").value is False


@pytest.mark.parametrize(("language", "words"), [("en", "spoke for it and"), ("zh", "件支持它")])
def test_every_phrase_has_its_fact(language: str, words: str) -> None:
    app = page("person", rate=0.0, reviewer=True, language=language)
    assert not app.exception
    assert words in shown_text(app)
