"""The same language model without the grammar, judged by the same verifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.justifications.assessment import precision
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.local import LocalGenerator
from engine.justifications.verifier import verify

__all__ = ["Ablation", "write_freely"]


@dataclass(frozen=True)
class Ablation:
    """What a model writes of itself; none of it is ever shown as a reason.

    Attributes
    ----------
    texts
        How many.
    shown
        How many of them the verifier would let pass.
    claim_precision
        Share of the claims it found in them that hold; None where nothing is claimed.
    examples
        The first few.
    """

    texts: int
    shown: int
    claim_precision: float | None
    examples: tuple[str, ...]


def write_freely(
    generator: LocalGenerator,
    records: Sequence[FactRecord],
    *,
    language: str,
    audience: Audience,
    examples: int = 5,
) -> Ablation:
    """Let the model write about each record from the usual prompt, a line long, and judge it."""
    written = [generator.freely(facts, language=language, audience=audience) for facts in records]
    verdicts = [
        verify(text, facts, language=language, audience=audience)
        for text, facts in zip(written, records, strict=True)
    ]
    return Ablation(
        texts=len(written),
        shown=sum(verdict.holds for verdict in verdicts),
        claim_precision=precision(verdicts),
        examples=tuple(written[:examples]),
    )
