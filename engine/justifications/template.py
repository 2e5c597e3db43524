"""The deterministic text: the plainest true sentence of each step."""

from __future__ import annotations

from engine.justifications.clauses import Audience, plan, wordings
from engine.justifications.facts import FactRecord
from engine.justifications.templates.en import ENGLISH
from engine.justifications.templates.wording import Wording
from engine.justifications.templates.zh import CHINESE

__all__ = ["LANGUAGES", "template_text"]

LANGUAGES: dict[str, Wording] = {"en": ENGLISH, "zh": CHINESE}


def template_text(facts: FactRecord, *, language: str, audience: Audience) -> str:
    """Return the text with placeholders: of every needed step its first claim, plainly worded."""
    wording = LANGUAGES[language]
    sentences = [
        wordings(step.choices[0], wording, audience)[0]
        for step in plan(facts, audience)
        if step.needed
    ]
    return wording.separator.join(sentences)
