"""No title reaches a prompt, moves a verdict, or comes out as anything but a title."""

from dataclasses import replace

import numpy as np
import pytest

from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft
from engine.justifications.justify import justify
from engine.justifications.prompt import prompt_for
from engine.justifications.template import LANGUAGES
from engine.justifications.templates.wording import Wording
from engine.justifications.titles import plain_title
from tests.hostile_titles import HOSTILE_TITLES
from tests.records import AUDIENCES, explained_record


class Repeater:
    """A generator that notes what it could have read, and writes one fixed text."""

    produced_by = "local"

    def write(self, facts: FactRecord, *, language: str, audience: str, refused: object) -> Draft:
        prompt = prompt_for(facts, language=language, audience=audience)
        return Draft(f"<H{facts.supporters[0].rank}> spoke for it.", "digest", prompt)


def named(facts: FactRecord, title: str) -> FactRecord:
    """The same facts about things with a hostile title, as `collect_facts` takes it in."""
    plain = plain_title(title)
    contributors = tuple(replace(each, title=plain) for each in facts.contributors)
    removal = None
    if facts.removal is not None:
        removal = replace(facts.removal, titles=tuple(plain for _ in facts.removal.titles))
    return replace(facts, title=plain, contributors=contributors, removal=removal, next_title=plain)


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE_TITLES)) == len(HOSTILE_TITLES) >= 100


@pytest.mark.parametrize("title", HOSTILE_TITLES, ids=range(len(HOSTILE_TITLES)))
def test_the_title_changes_nothing_but_itself(title: str) -> None:
    facts = replace(explained_record(np.random.default_rng(6)), next_title="The Next")
    attacked = named(facts, title)
    plain = plain_title(title)
    for language in LANGUAGES:
        for audience in AUDIENCES:
            before = justify(facts, language=language, audience=audience)
            after = justify(attacked, language=language, audience=audience)
            assert after.slotted == before.slotted
            assert after.verdict == before.verdict
            assert prompt_for(attacked, language=language, audience=audience) == prompt_for(
                facts, language=language, audience=audience
            )
            assert after.text == renamed(before.text, facts, LANGUAGES[language], plain)


def renamed(text: str, facts: FactRecord, wording: Wording, title: str) -> str:
    """The text with every name in it replaced by one title, and nothing else changed."""
    names = {each.title for each in facts.contributors} | {facts.title, "The Next"}
    for name in names:
        text = text.replace(wording.quote(name), wording.quote(title))
    return text


@pytest.mark.parametrize("title", HOSTILE_TITLES, ids=range(len(HOSTILE_TITLES)))
def test_a_title_is_one_short_line_without_hidden_letters(title: str) -> None:
    plain = plain_title(title)
    assert len(plain) <= 80
    assert plain == plain_title(plain)
    assert plain.isprintable()


def test_a_language_model_reads_no_title() -> None:
    facts = explained_record(np.random.default_rng(6))
    prompts = {justify(named(facts, title), generator=Repeater()).prompt_digest for title in
               HOSTILE_TITLES}  # fmt: skip
    assert len(prompts) == 1
