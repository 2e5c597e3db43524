"""Every claim of 1,000 texts about MovieLens-100K is true; false texts are caught.

Real recommendations of several models and policies; a local language model (SmolLM2-135M) chooses
plan, order and wording inside the grammar, and the verifier reads what comes out. The same model
unconstrained, from the same prompt, is judged by the same verifier. Then 10,000 false texts, made
of true ones by the ways in ``tests.mutations``, and 10,000 true ones.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from engine.justifications.ablation import write_freely
from engine.justifications.assessment import assess
from engine.justifications.justification import Justification
from engine.justifications.justify import justify
from engine.justifications.language_model import LanguageModel, load_language_model
from engine.justifications.local import LocalGenerator
from engine.justifications.local_weights import local_model_folder
from engine.justifications.sampling import sample_facts
from engine.justifications.template import LANGUAGES
from engine.justifications.verifier import verify
from engine.sources.registry import load
from tests.mutations import WAYS
from tests.records import AUDIENCES, any_text, explained_record

__all__ = ["caught", "run"]

MODELS = ("ease", "item-knn", "als", "graph-filter")
POLICIES = ("greedy", "epsilon-greedy", "plackett-luce", "mmr")
RATE = 0.2
TEXTS = 1000
FREE = 50
MUTATIONS = 10_000
SEED = 7


def run() -> dict[str, object]:
    """Return precision, coverage and makers of the texts, and what the verifier caught."""
    model = load_language_model(local_model_folder())
    texts = _texts(model)
    figures = assess(texts)
    free = write_freely(
        LocalGenerator(model),
        [text.facts for text in texts[:: max(1, TEXTS // FREE)][:FREE]],
        language="en",
        audience="user",
    )
    false, true = caught(MUTATIONS, np.random.default_rng(SEED))
    holds = figures.precision == 1 and figures.complete == 1
    return {
        "headline": f"{figures.claims} claims in {figures.texts} texts, "
        f"{100 * (figures.precision or 0):.1f}% true; unconstrained {free.shown} of "
        f"{free.texts} texts would pass; {false} of {MUTATIONS} false texts caught, "
        f"{MUTATIONS - true} of {MUTATIONS} true ones refused",
        "holds": holds and false >= 0.995 * MUTATIONS and true >= 0.995 * MUTATIONS,
        "settings": {
            "models": MODELS, "policies": POLICIES, "rate": RATE, "seed": SEED,
            "language model": model.digest,
        },
        "texts": asdict(figures),
        "by audience and language": {
            f"{audience} {language}": asdict(
                assess([t for t in texts if (t.audience, t.language) == (audience, language)])
            )
            for audience in AUDIENCES
            for language in LANGUAGES
        },
        "records with a counterfactual": sum(t.facts.removal is not None for t in texts),
        "texts that tell it": sum("<R>" in t.slotted for t in texts),
        "unconstrained": asdict(free),
        "false texts caught": false,
        "true texts accepted": true,
    }  # fmt: skip


def caught(count: int, rng: np.random.Generator) -> tuple[int, int]:
    """Return how many of ``count`` false texts are refused, and of as many true ones accepted."""
    false = true = made = 0
    while made < count:
        facts = explained_record(rng)
        language = ("en", "zh")[int(rng.integers(2))]
        audience = AUDIENCES[int(rng.integers(2))]
        text = any_text(facts, rng, language=language, audience=audience)
        mutant = WAYS[int(rng.integers(len(WAYS)))](facts, text, language, rng)
        if mutant is None:
            continue
        made += 1
        true += verify(text, facts, language=language, audience=audience).holds
        verdict = verify(mutant[1], mutant[0], language=language, audience=audience)
        false += not verdict.holds
    return false, true


def _texts(model: LanguageModel) -> list[Justification]:
    """Half in English for the person, the rest in the other three ways."""
    ways = [("user", "en")] * 5 + [("user", "zh")] * 2 + [("reviewer", "en")] * 2
    ways += [("reviewer", "zh")]
    records = sample_facts(
        load("ml-100k"), dataset="ml-100k", models=MODELS, policies=POLICIES, rate=RATE,
        count=TEXTS, seed=SEED,
    )  # fmt: skip
    generator = LocalGenerator(model)
    return [
        justify(
            facts,
            audience=ways[number % len(ways)][0],
            language=ways[number % len(ways)][1],
            generator=generator,
        )
        for number, facts in enumerate(records)
    ]
