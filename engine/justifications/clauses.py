"""What may be said about one record, clause by clause, before any wording is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.justifications.facts import Contributor, FactRecord
from engine.justifications.slots import contributor_slot
from engine.justifications.templates.wording import Wording

__all__ = ["Audience", "Clause", "Step", "plan", "wordings"]

Audience = Literal["user", "reviewer"]

HALF = 0.5
NOTABLE = 0.1
_MOST_NAMED = 2


@dataclass(frozen=True)
class Clause:
    """One claim: its kind in `KINDS`, and the ranks of the contributors it is about."""

    kind: str
    ranks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing to say, with the claims that say it; exactly one of them is chosen.

    ``needed`` steps are said in any case; the others may be left out.
    """

    choices: tuple[Clause, ...]
    needed: bool = True


def plan(facts: FactRecord, audience: Audience) -> tuple[Step, ...]:
    """Return what may be said; the first step comes first, the others in any order.

    To the person: one short sentence of what spoke for the item, and the validated
    counterfactual. To the reviewer: also what spoke against it, shares, counts and what belongs
    to no single item. Every claim is true of the record, so that whatever is chosen is.
    """
    if not facts.from_history:
        return _without_history(facts, audience)
    if facts.refusal is not None:
        return (Step((Clause("no_reason"),)),)
    steps = [Step(_reasons(facts))]
    if facts.removal is not None:
        steps.append(Step((Clause("without"),), needed=audience == "reviewer"))
    if audience == "reviewer":
        steps += _for_the_reviewer(facts)
    return tuple(steps)


def wordings(clause: Clause, wording: Wording, audience: Audience) -> tuple[str, ...]:
    """Return the sentences that say a clause, with placeholders, the plainest first."""
    fields = {
        "history": wording.history[audience],
        "near": wording.near[audience],
        "novel": wording.novel[audience],
        "list": "",
        "share": "",
    }
    if clause.ranks:
        fields["list"] = wording.join([contributor_slot(rank) for rank in clause.ranks])
        fields["share"] = f"<S{clause.ranks[0]}>"
    return tuple(sentence.format(**fields) for sentence in wording.said[clause.kind])


def _without_history(facts: FactRecord, audience: Audience) -> tuple[Step, ...]:
    """Return what is said of an item whose place the history cannot explain."""
    if facts.explored:
        steps = [Step((Clause("chance"),))]
        if facts.known_kind is not None:
            kind = "near" if facts.known_kind else "novel"
            by_text = "_by_text" if facts.kind_from == "text" else ""
            steps.append(Step((Clause(kind + by_text),)))
        if audience == "reviewer" and facts.propensity is not None:
            steps.append(Step((Clause("chance_of"),)))
        return tuple(steps)
    return (Step((Clause("no_history" if facts.personalised else "same_for_all"),)),)


def _reasons(facts: FactRecord) -> tuple[Clause, ...]:
    """Return the ways to name the strongest one or two supporters, the fullest first."""
    ways: list[Clause] = []
    for count in range(min(_MOST_NAMED, len(facts.supporters)), 0, -1):
        named = facts.supporters[:count]
        ranks = tuple(each.rank for each in named)
        kinds = [_strength(named, facts), "reason"]
        # Of one alone, only where it is: "strongest" of the only one says nothing.
        if facts.supporting > count:
            kinds.append("strongest")
        ways += [Clause(kind, ranks) for kind in kinds]
    return tuple(ways)


def _strength(named: tuple[Contributor, ...], facts: FactRecord) -> str:
    if sum(each.share for each in named) >= HALF:
        return "mainly"
    return "among_others" if facts.supporting > len(named) else "partly"


def _for_the_reviewer(facts: FactRecord) -> list[Step]:
    steps = []
    if facts.opponents:
        kind = "against" if facts.opposing == 1 else "most_against"
        steps.append(Step((Clause(kind, (facts.opponents[0].rank,)),)))
    steps.append(Step((Clause("share", (facts.supporters[0].rank,)),)))
    if facts.supporting and facts.opposing:
        # Where no opponent is strong enough to be named, the counts are what is said against it.
        steps.append(Step((Clause("counts"),), needed=not facts.opponents))
    if facts.residual_share >= NOTABLE:
        steps.append(Step((Clause("joint"),)))
    if facts.next_title is not None:
        steps.append(Step((Clause("next"),), needed=False))
    return steps
