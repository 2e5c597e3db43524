"""Fact records made by chance, for laws that must hold of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.justifications.clauses import Audience, plan, wordings
from engine.justifications.facts import Contributor, FactRecord, Removal
from engine.justifications.template import LANGUAGES

AUDIENCES: tuple[Audience, ...] = ("user", "reviewer")


def random_record(rng: np.random.Generator) -> FactRecord:
    """A record with up to five contributors of either sign, and now and then each extra."""
    kept = int(rng.integers(0, 6))
    total = rng.uniform(0.05, 1)
    shares = -np.sort(-rng.dirichlet(np.ones(kept + 1))[:kept] * total)
    signs = rng.choice([1, -1], kept, p=[0.7, 0.3])
    contributors = tuple(
        Contributor(
            item_id=f"h{rank}",
            title=f"History {rank}",
            contribution=float(sign * share),
            sign=1 if sign > 0 else -1,
            rank=rank,
            share=float(share),
            uncertain=bool(rng.random() < 0.05),
        )
        for rank, (share, sign) in enumerate(zip(shares, signs, strict=True), start=1)
    )
    # Beyond the five that are kept, others may have spoken too.
    more = rng.integers(0, 30, size=2) if kept == 5 else (0, 0)
    supporting = int((signs == 1).sum() + more[0])
    opposing = int((signs == -1).sum() + more[1])
    explored = bool(rng.random() < 0.05)
    return FactRecord(
        item_id="t",
        title="The Target",
        contributors=contributors,
        history_size=supporting + opposing,
        supporting=supporting,
        opposing=opposing,
        base_value=0.0,
        score=1.0,
        method="exact",
        residual_share=float(rng.choice([0.0, 0.3])),
        personalised=bool(rng.random() > 0.05),
        explored=explored,
        propensity=float(rng.choice([0.2, 1.0])),
        removal=_removal(rng),
        next_title="The Next" if rng.random() < 0.5 else None,
        known_kind=[None, False, True][rng.integers(3)] if explored else None,
        kind_from="text" if explored and rng.random() < 0.3 else "category",
    )


def explained_record(rng: np.random.Generator) -> FactRecord:
    """A record whose place the history explains."""
    while True:
        facts = random_record(rng)
        if facts.from_history and facts.refusal is None:
            return facts


def any_text(
    facts: FactRecord, rng: np.random.Generator, *, language: str, audience: Audience
) -> str:
    """One of the texts that may be said of a record, each choice made by chance."""
    wording = LANGUAGES[language]
    said = []
    for step in plan(facts, audience):
        if step.needed or rng.random() < 0.5:
            clause = step.choices[rng.integers(len(step.choices))]
            sentences = wordings(clause, wording, audience)
            said.append(sentences[rng.integers(len(sentences))])
    rest = [said[1:][place] for place in rng.permutation(len(said) - 1)]
    return wording.separator.join([said[0], *rest])


def flipped(facts: FactRecord, rank: int) -> FactRecord:
    """The same record with one contributor on the other side."""
    each = facts.contributors[rank - 1]
    turned = replace(each, sign=-each.sign, contribution=-each.contribution)
    others = facts.contributors
    return replace(
        facts,
        contributors=(*others[: rank - 1], turned, *others[rank:]),
        supporting=facts.supporting - each.sign,
        opposing=facts.opposing + each.sign,
    )


def _removal(rng: np.random.Generator) -> Removal | None:
    return Removal(("h1",), ("History 1",), 12) if rng.random() < 0.3 else None
