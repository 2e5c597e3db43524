"""How good many texts are, as the verifier sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.justifications.justification import Justification
from engine.justifications.verdict import Verdict

__all__ = ["Assessment", "assess", "precision"]


@dataclass(frozen=True)
class Assessment:
    """Figures over n texts; shares are of n unless said otherwise.

    Attributes
    ----------
    texts
        n.
    claims, precision
        Claims found in the texts, and the share of them the record bears out; None without any.
    agreement
        The same for each kind of claim: sign, rank, share, …
    complete
        Share that names the strongest contributor, or says what takes its place.
    produced_by
        Share by who made the text: local, endpoint, template, refused.
    retried
        Share that needed more than one attempt of the language model.
    unique
        Distinct texts over n, before names and numbers are filled in.
    """

    texts: int
    claims: int
    precision: float | None
    agreement: dict[str, float]
    complete: float
    produced_by: dict[str, float]
    retried: float
    unique: float


def assess(found: Sequence[Justification]) -> Assessment:
    """Return the figures of the texts as they are shown."""
    n = len(found)
    makers = Counter(each.produced_by for each in found)
    verdicts = [each.verdict for each in found]
    kinds = sorted({claim.kind for verdict in verdicts for claim in verdict.claims})
    return Assessment(
        texts=n,
        claims=sum(len(verdict.claims) for verdict in verdicts),
        precision=precision(verdicts),
        agreement={kind: _of_kind(verdicts, kind) for kind in kinds},
        complete=sum(_is_complete(verdict) for verdict in verdicts) / n,
        produced_by={name: count / n for name, count in sorted(makers.items())},
        retried=sum(bool(each.attempts) for each in found) / n,
        unique=len({each.slotted for each in found}) / n,
    )


def precision(verdicts: Sequence[Verdict]) -> float | None:
    """Return the share of all claims that hold; None where nothing is claimed."""
    claims = [claim.holds for verdict in verdicts for claim in verdict.claims]
    return sum(claims) / len(claims) if claims else None


def _of_kind(verdicts: Sequence[Verdict], kind: str) -> float:
    held = [claim.holds for verdict in verdicts for claim in verdict.claims if claim.kind == kind]
    return sum(held) / len(held)


def _is_complete(verdict: Verdict) -> bool:
    return all(check.holds for check in verdict.checks if check.kind == "coverage")
