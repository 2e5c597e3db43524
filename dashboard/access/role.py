"""What a role may do: look at what was measured, run what costs work, decide for the record."""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = ["LEAST", "Action", "Role"]


class Role(IntEnum):
    """What somebody is here for; each role may do all that the ones before it may."""

    VIEWER = 1
    ANALYST = 2
    REVIEWER = 3


class Action(StrEnum):
    """What somebody wants to do.

    ``look`` reads pages and moves the slider; ``run`` starts work of its own (fits, simulations,
    comparisons, texts, large audits); ``bring`` puts up a data set; ``decide`` signs, rejects or
    edits for the record.
    """

    LOOK = "look"
    RUN = "run"
    BRING = "bring"
    DECIDE = "decide"


LEAST = {
    Action.LOOK: Role.VIEWER,
    Action.RUN: Role.ANALYST,
    Action.BRING: Role.ANALYST,
    Action.DECIDE: Role.REVIEWER,
}
