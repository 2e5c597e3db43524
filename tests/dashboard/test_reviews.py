"""What reviewers decide is kept, with the record it was about."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.reviews import DECISIONS, reviews_file, reviews_of, save_review
from engine.errors import OptionError, OutputError
from engine.justifications.justify import justify
from engine.justifications.sentences import sentences_of
from engine.justifications.template import LANGUAGES
from tests.records import AUDIENCES, explained_record, random_record


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    return tmp_path


FOUND = justify(explained_record(np.random.default_rng(0)))


def test_decisions_are_kept_the_latest_first() -> None:
    assert reviews_of(FOUND) == ()
    for decision in DECISIONS:
        save_review(FOUND, decision, note=f"{decision} it", edited="Mine.")
    kept = reviews_of(FOUND)
    assert [each.decision for each in kept] == list(reversed(DECISIONS))
    assert [each.edited for each in kept] == [None, "Mine.", None]
    assert all(each.text == FOUND.text for each in kept)


def test_decisions_belong_to_their_record() -> None:
    save_review(FOUND, "accepted")
    other = justify(replace(FOUND.facts, score=2.0))
    assert reviews_of(other) == ()
    assert reviews_of(justify(FOUND.facts, language="zh")) == ()


def test_an_empty_edit_and_a_long_note_are_refused() -> None:
    with pytest.raises(OptionError, match="edited text is empty"):
        save_review(FOUND, "edited", edited="  ")
    with pytest.raises(OptionError, match="2001 characters; shorten it to 2000"):
        save_review(FOUND, "accepted", note="x" * 2001)
    assert reviews_of(FOUND) == ()


def test_a_file_that_is_no_database_is_named(folder: Path) -> None:
    reviews_file().parent.mkdir()
    reviews_file().write_text("not a database at all, but long enough to be looked at" * 20)
    with pytest.raises(OutputError, match="set RECSCOPE_DATA"):
        save_review(FOUND, "accepted")


def test_sentences_together_are_the_text() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        facts = random_record(rng)
        for language in LANGUAGES:
            for audience in AUDIENCES:
                found = justify(facts, language=language, audience=audience)
                sentences = sentences_of(found)
                gap = LANGUAGES[language].separator
                assert gap.join(each.text for each in sentences) == found.text
                named = {each.item_id for one in sentences for each in one.contributors}
                assert set(found.cited) <= named
