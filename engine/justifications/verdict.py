"""What the verifier says of a text: every claim it found, and whether the record bears it out."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CLAIMS", "Check", "Verdict"]

# Kinds of checks that are about something the text claims; the rest are about its form.
CLAIMS = frozenset(
    {
        "sign", "rank", "share", "count", "counterfactual", "chance", "refusal", "next",
        "kind", "invented",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    kind
        What it is about: one of `CLAIMS`, or "slot", "word", "coverage", "audience", "length",
        "language", "markup".
    what
        The words or the placeholder.
    holds
        Whether the record bears it out.
    """

    kind: str
    what: str
    holds: bool


@dataclass(frozen=True)
class Verdict:
    """Every check of one text."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether the text may be shown."""
        return all(check.holds for check in self.checks)

    @property
    def problems(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.holds)

    @property
    def claims(self) -> tuple[Check, ...]:
        """The checks of something the text claims: precision is the share of them that hold."""
        return tuple(check for check in self.checks if check.kind in CLAIMS)
