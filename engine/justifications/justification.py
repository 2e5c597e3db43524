"""A reason in words, with the facts it cites and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import RecscopeError
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.verdict import Verdict

__all__ = ["Justification", "ProducedBy"]

ProducedBy = Literal["local", "endpoint", "template", "refused"]


@dataclass(frozen=True)
class Justification:
    """A few sentences about why an item is in a list.

    Attributes
    ----------
    text
        Plain text, never markup.
    slotted
        The same with placeholders: what was checked.
    language
        "en" or "zh".
    audience
        "user": one short sentence of what spoke for it. "reviewer": for and against, in numbers.
    produced_by
        "local", "endpoint": a language model chose the words. "template": fixed words around
        facts. "refused": the facts name no reason, and the text says so.
    facts
        All that was known; the text says nothing beyond it.
    cited
        item_id of the history items the text names, in its order.
    verdict
        The verifier's checks of the text shown.
    attempts
        Texts of the language model that the verifier refused.
    model_digest, prompt_digest
        SHA-256 of the language model and of what it read; None for fixed words.
    trouble
        Why the language model gave no text at all; None where it did or was not asked.
    """

    text: str
    slotted: str
    language: str
    audience: Audience
    produced_by: ProducedBy
    facts: FactRecord
    cited: tuple[str, ...]
    verdict: Verdict
    attempts: tuple[str, ...] = ()
    model_digest: str | None = None
    prompt_digest: str | None = None
    trouble: RecscopeError | None = None

    @property
    def generated(self) -> bool:
        """Whether a language model had a hand in it; such a text is marked as AI-generated."""
        return self.produced_by in ("local", "endpoint")
