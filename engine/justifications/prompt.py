"""What the model reads before it chooses: the facts in placeholders, never a title."""

from __future__ import annotations

from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord

__all__ = ["PROMPT_ID", "prompt_for"]

PROMPT_ID = "facts-1"

_READER = {
    "user": "Tell the reader in one short, friendly sentence why this was recommended.",
    "reviewer": "Tell a reviewer soberly what spoke for this recommendation and what against it.",
}
_LANGUAGE = {"en": "Write in English.", "zh": "用中文写。"}


def prompt_for(facts: FactRecord, *, language: str, audience: Audience) -> str:
    """Return a fixed form of words around coarse facts.

    Only placeholders, signs and ranks stand in it: no title, no number a title could hide in, no
    chat template that came with a model.
    """
    lines = [_READER[audience], _LANGUAGE[language], "Facts:"]
    for each in facts.contributors:
        way = "spoke for it" if each.sign > 0 else "spoke against it"
        lines.append(f"- <H{each.rank}> in the history {way}, {_size(each.share)}")
    if facts.explored:
        lines.append("- it was shown by chance")
    if facts.known_kind is not None:
        known = facts.known_kind
        lines.append(
            f"- it {'reads' if known else 'does not read'} much like the history"
            if facts.kind_from == "text"
            else f"- {'some' if known else 'no'} titles of its kind are in the history"
        )
    if facts.removal is not None:
        lines.append("- without <R> it would leave the list")
    if not facts.personalised:
        lines.append("- everyone gets the same list")
    return "\n".join([*lines, "Reason:"])


def _size(share: float) -> str:
    if share >= 0.5:
        return "by far the strongest"
    return "strongly" if share >= 0.2 else "a little"
