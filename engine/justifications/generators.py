"""Who may write a text with placeholders from a record; the verifier judges them all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord

__all__ = ["Draft", "Generator"]


@dataclass(frozen=True)
class Draft:
    """A text with placeholders, not yet checked.

    ``model_digest`` and ``prompt_digest`` are the SHA-256 of who wrote it and of what it read.
    """

    text: str
    model_digest: str
    prompt_digest: str


class Generator(Protocol):
    """A language model behind one door; one that fails raises `RecscopeError`."""

    produced_by: Literal["local", "endpoint"]

    def write(
        self,
        facts: FactRecord,
        *,
        language: str,
        audience: Audience,
        refused: tuple[str, ...],
    ) -> Draft:
        """Return a text about the record; ``refused`` are its earlier ones that did not hold."""
        ...
