"""Every sentence a person can see exists in every language, with the same fields."""

from __future__ import annotations

from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from audits.results import Result
from dashboard.components.figures import NO_INTERVAL
from dashboard.i18n import LANGUAGES, LOCALES, SOURCE, translator
from engine.errors import OptionError
from tests.dashboard.messages import ROOT, all_messages, literals

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]


def _catalogue(language: str) -> Catalog:
    path = ROOT / "dashboard" / "locales" / language / "LC_MESSAGES" / "recscope.po"
    with path.open("rb") as file:
        return read_po(file, locale=LOCALES[language])


def _parts(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = _catalogue(language)
    missing = [
        f"{message.where}: {message.id}"
        for message in all_messages()
        if message.id not in catalogue or not all(_parts(catalogue[message.id].string))
    ]
    assert missing == [], "run python -m tests.dashboard.sync and translate what is empty"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_entry_is_fuzzy_or_left_over(language: str) -> None:
    catalogue = _catalogue(language)
    known = {message.id for message in all_messages()}
    entries = [entry for entry in catalogue if entry.id]
    assert [entry.id for entry in entries if entry.fuzzy] == []
    assert [entry.id for entry in entries if _parts(entry.id)[0] not in known] == []
    assert dict(catalogue.obsolete) == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_fields(language: str) -> None:
    for entry in _catalogue(language):
        wanted = {field for text in _parts(entry.id) for field in _fields(text)}
        for text in _parts(entry.string):
            if entry.id:
                assert _fields(text) == wanted, f"{entry.id} → {text}"


def test_every_reason_for_no_interval_has_words() -> None:
    reasons = {text for text in literals("audits") if text.startswith("none: ")}
    assert reasons == set(NO_INTERVAL)


def test_an_error_is_told_in_the_readers_language_with_its_values() -> None:
    error = OptionError("the seed is {seed}; give a whole number from 0", seed=-3)
    assert translator("en").error(error) == str(error)
    assert translator("zh").error(error) == "随机种子为 -3；请给出不小于 0 的整数"


def test_plurals_follow_the_language() -> None:
    def others(language: str, n: int) -> str:
        return translator(language).ngettext("{n} other item", "{n} other items", n)

    assert [others("en", n) for n in (1, 2)] == ["1 other item", "2 other items"]
    assert [others("zh", n) for n in (1, 1234)] == ["其余 1 件物品", "其余 1,234 件物品"]


def test_a_value_that_looks_like_a_field_stays_a_value() -> None:
    assert translator("zh")("rate {rate}", rate="{rate}") == "探索率 {rate}"
    row = Result("ndcg", 10, None, None, 0, None, None, None, "none: no user has a value")
    assert row.interval in NO_INTERVAL
