"""Each sentence of a text beside the facts it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.justifications.facts import Contributor
from engine.justifications.justification import Justification
from engine.justifications.slots import SLOT, fill_some, history_slots
from engine.justifications.template import LANGUAGES

__all__ = ["Sentence", "sentences_of"]

_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]")


@dataclass(frozen=True)
class Sentence:
    """One sentence as it is shown.

    Attributes
    ----------
    text
        With names and numbers.
    contributors
        The history items it names, or whose share it gives.
    slots
        All its placeholders: see `engine.justifications.slots`.
    """

    text: str
    contributors: tuple[Contributor, ...]
    slots: tuple[str, ...]


def sentences_of(found: Justification) -> tuple[Sentence, ...]:
    """Return the sentences in order; together they are the text."""
    named = history_slots(found.slotted)
    wording = LANGUAGES[found.language]
    return tuple(
        Sentence(
            text=fill_some(sentence.strip(), found.facts, wording=wording, named=named),
            contributors=tuple(
                each
                for each in found.facts.contributors
                if {f"H{each.rank}", f"S{each.rank}"} & set(SLOT.findall(sentence))
            ),
            slots=tuple(SLOT.findall(sentence)),
        )
        for sentence in _SENTENCE.findall(found.slotted)
    )
