"""Cutting a text with placeholders into clauses, and their words into what they claim."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.justifications.lexicons.lexicon import Lexicon
from engine.justifications.slots import SLOT

__all__ = ["Said", "read_clauses"]

_SENTENCE_END = re.compile(r"[.!?;。！？；]")


@dataclass(frozen=True)
class Said:
    """One clause: its placeholders in order, its phrases, and the classes those belong to."""

    slots: tuple[str, ...]
    phrases: tuple[str, ...]
    classes: frozenset[str]
    unknown: tuple[str, ...]

    @property
    def ranks(self) -> tuple[int, ...]:
        """Ranks of the contributors it names."""
        return tuple(int(slot[1:]) for slot in self.slots if slot[0] == "H")

    @property
    def shares(self) -> tuple[int, ...]:
        """Ranks of the contributors whose share it gives."""
        return tuple(int(slot[1:]) for slot in self.slots if slot[0] == "S")


def read_clauses(text: str, lexicon: Lexicon) -> list[Said]:
    """Cut at the ends of sentences and at words that set one clause against another."""
    known = lexicon.known
    clauses = []
    for sentence in _SENTENCE_END.split(text):
        if not sentence.strip():
            continue
        pieces: list[tuple[bool, str]] = []
        # Odd pieces of the split are the names of placeholders.
        for number, piece in enumerate(SLOT.split(sentence)):
            if number % 2:
                pieces.append((True, piece))
            else:
                pieces += [(False, phrase) for phrase in lexicon.segment(piece, known)]
        clauses += _clauses(pieces, lexicon)
    return clauses


def _clauses(pieces: list[tuple[bool, str]], lexicon: Lexicon) -> list[Said]:
    parts: list[list[tuple[bool, str]]] = [[]]
    for piece in pieces:
        if not piece[0] and piece[1] in lexicon.contrasts:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [_said(part, lexicon) for part in parts if part]


def _said(part: list[tuple[bool, str]], lexicon: Lexicon) -> Said:
    phrases = tuple(text for is_slot, text in part if not is_slot)
    return Said(
        slots=tuple(text for is_slot, text in part if is_slot),
        phrases=phrases,
        classes=frozenset(
            name
            for name, members in lexicon.classes.items()
            if any(phrase in members for phrase in phrases)
        ),
        unknown=tuple(phrase for phrase in phrases if phrase not in lexicon.known),
    )
