"""One door to the reason in words: written, checked, and shown only if every claim holds."""

from __future__ import annotations

from engine.errors import RecscopeError, UnknownNameError
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft, Generator
from engine.justifications.justification import Justification, ProducedBy
from engine.justifications.slots import fill, history_slots
from engine.justifications.template import LANGUAGES, template_text
from engine.justifications.verdict import Verdict
from engine.justifications.verifier import verify

__all__ = ["RETRIES", "justify"]

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
    if generator is not None and facts.refusal is None:
        for _ in range(1 + RETRIES):
            draft = _draft(generator, facts, language, audience, tuple(attempts))
            if draft is None:
                break
            verdict = verify(draft.text, facts, language=language, audience=audience)
            if verdict.holds:
                return _shown(
                    draft.text, facts, language, audience, verdict,
                    produced_by=generator.produced_by, attempts=tuple(attempts), draft=draft,
                )  # fmt: skip
            attempts.append(draft.text)
    text = template_text(facts, language=language, audience=audience)
    verdict = verify(text, facts, language=language, audience=audience)
    produced_by: ProducedBy = "template" if facts.refusal is None else "refused"
    return _shown(
        text, facts, language, audience, verdict,
        produced_by=produced_by, attempts=tuple(attempts), draft=None,
    )  # fmt: skip


def _draft(
    generator: Generator,
    facts: FactRecord,
    language: str,
    audience: Audience,
    refused: tuple[str, ...],
) -> Draft | None:
    """Ask once; a model that cannot answer leaves the fixed words."""
    try:
        return generator.write(facts, language=language, audience=audience, refused=refused)
    except RecscopeError:
        return None


def _shown(
    text: str,
    facts: FactRecord,
    language: str,
    audience: Audience,
    verdict: Verdict,
    *,
    produced_by: ProducedBy,
    attempts: tuple[str, ...],
    draft: Draft | None,
) -> Justification:
    by_rank = {each.rank: each.item_id for each in facts.contributors}
    return Justification(
        text=fill(text, facts, wording=LANGUAGES[language]),
        slotted=text,
        language=language,
        audience=audience,
        produced_by=produced_by,
        facts=facts,
        cited=tuple(by_rank[rank] for rank in history_slots(text)),
        verdict=verdict,
        attempts=attempts,
        model_digest=None if draft is None else draft.model_digest,
        prompt_digest=None if draft is None else draft.prompt_digest,
    )
