"""The local language model: it chooses among sentences that are true of the record."""

from __future__ import annotations

import hashlib
from typing import Literal

from engine.justifications.clauses import Audience, plan, wordings
from engine.justifications.decoding import decode
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft
from engine.justifications.language_model import LanguageModel
from engine.justifications.prompt import prompt_for
from engine.justifications.template import LANGUAGES

__all__ = ["LocalGenerator"]

_FREE_TOKENS = 48


class LocalGenerator:
    """Any causal model of transformers; see `decode` for what it decides.

    Parameters
    ----------
    model
        From `load_language_model`.
    """

    produced_by: Literal["local", "endpoint"] = "local"

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def write(
        self,
        facts: FactRecord,
        *,
        language: str,
        audience: Audience,
        refused: tuple[str, ...] = (),
    ) -> Draft:
        """Return the likeliest true text; sentences of refused ones are not offered again."""
        wording = LANGUAGES[language]
        prompt = prompt_for(facts, language=language, audience=audience)
        steps = plan(facts, audience)
        sentences = {
            sentence
            for step in steps
            for clause in step.choices
            for sentence in wordings(clause, wording, audience)
        }
        banned = frozenset(s for s in sentences if any(s in text for text in refused))
        text = decode(self._model, prompt, steps, wording=wording, audience=audience, banned=banned)
        return Draft(text, self._model.digest, hashlib.sha256(prompt.encode()).hexdigest())

    def freely(self, facts: FactRecord, *, language: str, audience: Audience) -> str:
        """Return what the model writes of itself, from the same prompt; never to be shown."""
        prompt = prompt_for(facts, language=language, audience=audience)
        return self._model.write(prompt, most_tokens=_FREE_TOKENS).strip().split("\n")[0]
