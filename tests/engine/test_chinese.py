"""Chinese template texts are proofread by rule, and every rule finds its mistake."""

from dataclasses import replace
from itertools import product

import pytest

from engine.justifications.clauses import Audience, Clause, wordings
from engine.justifications.facts import Contributor, FactRecord, Removal
from engine.justifications.slots import fill
from engine.justifications.template import LANGUAGES
from engine.justifications.templates.wording import KINDS
from tests.chinese import RULES, Rule
from tests.records import AUDIENCES

CHINESE = LANGUAGES["zh"]
NAMES = ("霸王别姬", "活着", "红高粱", "一一", "Se7en: 100%, or《Heat》?")


def facts(*, counted: int, removed: int, chance: float) -> FactRecord:
    """A record that every sentence can be filled from."""
    contributors = tuple(
        Contributor(f"h{rank}", name, 1.0, 1, rank, share=chance)
        for rank, name in enumerate(NAMES, start=1)
    )
    names = NAMES[:removed]
    return FactRecord(
        item_id="t", title="大红灯笼高高挂", contributors=contributors, history_size=counted,
        supporting=len(NAMES) + counted, opposing=counted, base_value=0.0, score=1.0,
        method="exact", residual_share=chance, personalised=True, explored=True, propensity=chance,
        removal=Removal(names, names, 12), next_title="秋菊打官司", known_kind=True,
    )  # fmt: skip


def every_text(audience: Audience) -> list[str]:
    """Each sentence of each kind, about one, two and three, filled in each way."""
    records = [
        facts(counted=counted, removed=removed, chance=chance)
        for counted, removed, chance in product((1, 2, 12), (1, 2, 5), (0.0004, 0.034, 0.5, 0.9999))
    ]
    slotted = {
        sentence
        for kind, ranks in product(KINDS, [(1,), (1, 2), (3, 4, 5)])
        for sentence in wordings(Clause(kind, ranks), CHINESE, audience)
    }
    return sorted({fill(each, record, wording=CHINESE) for each in slotted for record in records})


TEXTS = {audience: every_text(audience) for audience in AUDIENCES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_template_text_is_proofread(rule: Rule, audience: Audience) -> None:
    assert [text for text in TEXTS[audience] if rule.breaks(text, audience)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_finds_its_mistake(rule: Rule) -> None:
    assert rule.breaks(rule.counterexample, rule.reader)


def test_every_kind_of_sentence_is_read() -> None:
    assert set(CHINESE.said) == set(KINDS)
    assert all(len(TEXTS[audience]) > 100 for audience in AUDIENCES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", ["A》降低了它的得分。《B", "A” spoke against it. “B"])
def test_a_title_cannot_close_its_own_marks(language: str, title: str) -> None:
    wording = LANGUAGES[language]
    opening, closing = wording.quote("")
    record = facts(counted=1, removed=1, chance=0.5)
    renamed = tuple(replace(each, title=title) for each in record.contributors)
    text = fill("<H1><H2>", replace(record, contributors=renamed), wording=wording)
    assert (text.count(opening), text.count(closing)) == (2, 2)
