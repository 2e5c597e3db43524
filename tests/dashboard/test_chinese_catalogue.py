"""Every Chinese sentence of the pages and commands is set by the same few rules."""

from __future__ import annotations

import re

import pytest

from audits.catalogue import EVERYTHING
from tests.dashboard.test_catalogues import _catalogue, _parts

HAN = r"[\u4e00-\u9fff]"
# What is quoted is somebody's input, and a formula is a formula.
_AS_IT_STANDS = re.compile(r"“[^”]*”|log2\([^)]*\)")
RULES = {
    "punctuation beside Chinese is full width": (
        rf"{HAN}[,;:!?()]|[,;:!?()]{HAN}",
        "没有这个模型, 请选择另一个",
    ),
    "numbers and Latin letters are parted from Chinese": (
        rf"{HAN}[0-9A-Za-z]|[0-9A-Za-z%]{HAN}",
        "平均10个位置中有1个",
    ),
    "no punctuation stands twice": ("[，。：；、！？]{2}", "请先取得数据。。"),
    "no space stands beside full-width punctuation": (
        r"[，。：；、！？（《]\s|\s[，。：；、！？）》]",
        "没有这个模型， 请选择另一个",
    ),
    "no small word stands twice": ("(的|了|是|在|和|为)\\1", "推荐的的列表"),
}
FORMULAS = {spec.formula for spec in EVERYTHING}
SENTENCES = [
    part
    for message in _catalogue("zh")
    if message.id and message.id not in FORMULAS
    for part in _parts(message.string)
]


def broken(pattern: str, sentence: str) -> bool:
    return re.search(pattern, _AS_IT_STANDS.sub("“”", sentence)) is not None


@pytest.mark.parametrize("rule", RULES)
def test_every_sentence_keeps_the_rule(rule: str) -> None:
    pattern, _ = RULES[rule]
    assert [sentence for sentence in SENTENCES if broken(pattern, sentence)] == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_finds_its_mistake(rule: str) -> None:
    assert broken(*RULES[rule])


def test_there_is_something_to_read() -> None:
    assert len(SENTENCES) > 1000
    assert sum(re.search(HAN, sentence) is not None for sentence in SENTENCES) > 1000
