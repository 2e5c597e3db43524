"""The reason in words, every claim of it checked."""

from __future__ import annotations

from dashboard import word_loaders
from dashboard.access.person import Person, require
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification
from engine.justifications.sources import GeneratorName

__all__ = ["words"]


@service(Action.LOOK)
def words(
    person: Person,
    facts: FactRecord,
    *,
    language: str,
    audience: Audience,
    generator: GeneratorName = "template",
) -> Justification:
    """Return the kept text about a record; one by a language model is work to ask for.

    Raises
    ------
    AccessError
        A language model is asked for, and the person may not run work.
    """
    if generator != "template":
        require(person, Action.RUN)
    return word_loaders.words(facts, language=language, audience=audience, generator=generator)
