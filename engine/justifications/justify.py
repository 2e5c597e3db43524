"""One door to the reason in words: written, checked, and shown only if every claim holds."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import RecscopeError, UnknownNameError
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Generator
from engine.justifications.justification import Justification, ProducedBy
from engine.justifications.slots import fill, history_slots
from engine.justifications.template import LANGUAGES, template_text
from engine.justifications.verifier import verify

__all__ = ["RETRIES", "justify", "restore"]

RETRIES = 2


def justify(
    facts: FactRecord,
    *,
    language: str = "en",
    audience: Audience = "user",
    generator: Generator | None = None,
) -> Justification:
    """Say why an item is in a list, in the words of one language.

    A language model is asked up to three times; what it wrote is shown only if `verify` finds
    every claim borne out by the record. Otherwise, and without a model, the fixed words are
    shown, which pass the same check. Where the facts name no reason the text says that, and no
    model is asked.

    Raises
    ------
    UnknownNameError
        No such language.
    """
    if language not in LANGUAGES:
        raise UnknownNameError(
            "there are no sentences in {language}; choose one of {names}",
            language=language,
            names=", ".join(LANGUAGES),
        )
    attempts: list[str] = []
    trouble: RecscopeError | None = None
    if generator is not None and facts.refusal is None:
        try:
            for _ in range(1 + RETRIES):
                draft = generator.write(
                    facts, language=language, audience=audience, refused=tuple(attempts)
                )
                found = _checked(draft.text, facts, language, audience, generator.produced_by)
                if found.verdict.holds:
                    return replace(
                        found,
                        attempts=tuple(attempts),
                        model_digest=draft.model_digest,
                        prompt_digest=draft.prompt_digest,
                    )
                attempts.append(draft.text)
        except RecscopeError as error:
            # Without its traceback, which would keep the connection alive.
            trouble = type(error)(error.template, **error.values)
    fixed = template_text(facts, language=language, audience=audience)
    produced_by: ProducedBy = "template" if facts.refusal is None else "refused"
    found = _checked(fixed, facts, language, audience, produced_by)
    return replace(found, attempts=tuple(attempts), trouble=trouble)


def restore(
    facts: FactRecord,
    slotted: str | None,
    *,
    language: str,
    audience: Audience,
    produced_by: ProducedBy,
    attempts: tuple[str, ...] = (),
    model_digest: str | None = None,
    prompt_digest: str | None = None,
) -> Justification:
    """Return a text that was written before, checked against the facts as they are now.

    ``slotted`` is what a language model wrote, with placeholders; None where it wrote nothing
    that held. Then, and where it no longer holds, the fixed words are shown, with the attempt.
    """
    if slotted is not None:
        found = _checked(slotted, facts, language, audience, produced_by)
        if found.verdict.holds:
            return replace(
                found,
                attempts=attempts,
                model_digest=model_digest,
                prompt_digest=prompt_digest,
            )
        attempts = (*attempts, slotted)
    return replace(justify(facts, language=language, audience=audience), attempts=attempts)


def _checked(
    slotted: str,
    facts: FactRecord,
    language: str,
    audience: Audience,
    produced_by: ProducedBy,
) -> Justification:
    """Return the text with its verdict; names come in only where the verdict holds."""
    verdict = verify(slotted, facts, language=language, audience=audience)
    by_rank = {each.rank: each.item_id for each in facts.contributors}
    return Justification(
        text=fill(slotted, facts, wording=LANGUAGES[language]) if verdict.holds else "",
        slotted=slotted,
        language=language,
        audience=audience,
        produced_by=produced_by,
        facts=facts,
        cited=tuple(by_rank[rank] for rank in history_slots(slotted) if rank in by_rank),
        verdict=verdict,
    )
