"""The reason in words, every claim of it checked."""

from __future__ import annotations

from dashboard import word_loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.jobs import queue
from dashboard.jobs.kind import Config
from dashboard.jobs.record import JobRecord
from dashboard.services.service import service
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification

__all__ = ["ask_for_words", "words", "written"]


@service(Action.LOOK)
def words(
    _person: Person, facts: FactRecord, *, language: str, audience: Audience
) -> Justification:
    """Return the fixed words about a record."""
    return word_loaders.words(facts, language=language, audience=audience)


@service(Action.RUN)
def written(_person: Person, wanted: Config, facts: FactRecord) -> Justification | None:
    """Return what a language model wrote about a record; None if it has not come to it yet.

    ``wanted`` is of `dashboard.jobs.justify.wanted_words`.
    """
    return word_loaders.written(wanted, facts)


@service(Action.RUN)
def ask_for_words(person: Person, wanted: Config) -> JobRecord:
    """Have a language model write, by a job; the same texts again are the same job."""
    return queue.submit("justify", wanted, person=person)
