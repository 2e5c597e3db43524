"""One word for one thing: the Chinese sentences keep to the glossary."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.messages import ROOT
from tests.dashboard.test_catalogues import _catalogue, _parts
from tests.dashboard.test_chinese_catalogue import FORMULAS

_ROW = re.compile(r"^\| (?P<english>[^|]+) \| (?P<chinese>[^|]+) \| (?P<wrong>[^|]+) \|$", re.M)
_NAMES = re.compile(r"\{[^}]*\}|--[\w-]+|recscope [\w-]+|\w+(?:[_.]\w+)+|(?:resamples|folds) is")
GLOSSARY = {
    row["english"]: (row["chinese"].split("、"), row["wrong"].split("、"))
    for row in _ROW.finditer((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    if row["english"] != "English"
}
PAIRS = [
    (_parts(message.id)[0], chinese)
    for message in _catalogue("zh")
    if message.id and message.id not in FORMULAS
    for chinese in _parts(message.string)
]


def spoken(english: str, sentence: str) -> bool:
    """Whether an English sentence has the term, outside names of fields, options and commands."""
    bare = _NAMES.sub(" ", sentence)
    return any(
        re.search(rf"(?<![\w-]){word}s?(?![\w-])", bare, re.I) for word in english.split(", ")
    )


def test_the_glossary_is_read() -> None:
    assert len(GLOSSARY) > 30
    assert GLOSSARY["provider"][0] == ["提供方"]


@pytest.mark.parametrize("english", GLOSSARY)
def test_a_term_has_its_chinese_word(english: str) -> None:
    right, _ = GLOSSARY[english]
    found = [(sentence, chinese) for sentence, chinese in PAIRS if spoken(english, sentence)]
    assert found, "no sentence has it: drop the row"
    assert [pair for pair in found if not any(word in pair[1] for word in right)] == []


@pytest.mark.parametrize("english", GLOSSARY)
def test_no_other_word_stands_for_it(english: str) -> None:
    _, wrong = GLOSSARY[english]
    assert [pair for pair in PAIRS if any(word in pair[1] for word in wrong)] == []
