"""Deciding for the record: about a report, about a text."""

from __future__ import annotations

import os
from typing import Literal

from audits.ledger import Ledger, pseudonym
from audits.report import AuditReport
from dashboard.access.person import LOCAL, Person
from dashboard.access.role import Action
from dashboard.reviews import Decision, Review, reviews_of, save_review
from dashboard.services.service import service
from dashboard.trail_keys import load_key, pseudonym_key, trail_path
from engine.errors import OptionError
from engine.justifications.justification import Justification

__all__ = ["decide_on_report", "decide_on_text", "decisions_on_text"]

# Who writes an entry needs milliseconds; whoever waits longer is told.
_PATIENCE = 3.0


@service(Action.DECIDE)
def decide_on_report(
    person: Person,
    report: AuditReport,
    decision: Literal["signed", "rejected"],
    *,
    note: str = "",
    name: str = "",
) -> None:
    """Write a decision into the trail, under the person's pseudonym.

    ``name`` is who it was where nobody signs in; somebody who has signed in is who they are.

    Raises
    ------
    OptionError
        Nobody has signed in, and no name is given.
    """
    who = name.strip() if person == LOCAL else person.identity
    if not who:
        raise OptionError("say who you are before you sign or reject a report")
    key = load_key(os.environ.get("RECSCOPE_KEY"))
    path = trail_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    actor = pseudonym(who, key=pseudonym_key(key))
    ledger = Ledger(path, patience=_PATIENCE)
    ledger.append(decision, report.hash, actor=actor, note=note, inputs=report.fingerprints)


@service(Action.DECIDE)
def decide_on_text(
    person: Person,
    found: Justification,
    decision: Decision,
    *,
    note: str = "",
    edited: str | None = None,
) -> None:
    """Keep a decision about a text, with all that the text was made from."""
    save_review(found, decision, note=note, edited=edited, actor=_actor(person))


@service(Action.DECIDE)
def decisions_on_text(person: Person, found: Justification) -> tuple[Review, ...]:
    """Return the person's own decisions about texts of the same record, latest first."""
    return reviews_of(found, actor=_actor(person))


def _actor(person: Person) -> str:
    """Return a pseudonym; nobody needs one at a machine of their own."""
    if person == LOCAL:
        return person.identity
    key = load_key(os.environ.get("RECSCOPE_KEY"))
    return pseudonym(person.identity, key=pseudonym_key(key))
