"""Placeholders: a sentence is made and checked with them; names and numbers come in last."""

from __future__ import annotations

import re
from collections.abc import Collection

from engine.justifications.facts import FactRecord
from engine.justifications.templates.wording import Wording

__all__ = ["SLOT", "contributor_slot", "fill", "fill_some", "history_slots", "slot_values"]

SLOT = re.compile(r"<(T|N|FOR|AGAINST|REST|R|M|P|J|H[1-9]|S[1-9])>")


def contributor_slot(rank: int) -> str:
    """Return the placeholder of the contributor of that rank.

    >>> contributor_slot(1)
    '<H1>'
    """
    return f"<H{rank}>"


def history_slots(text: str) -> list[int]:
    """Return the ranks of the contributors a text names, in its order.

    >>> history_slots("<H2> and <H1> spoke for <T>.")
    [2, 1]
    """
    return [int(name[1:]) for name in SLOT.findall(text) if name[0] == "H"]


def fill(text: str, facts: FactRecord, *, wording: Wording) -> str:
    """Put names and numbers in place of all placeholders, in one pass.

    What is filled in is never looked at again, so a title that looks like a placeholder stays a
    title. A placeholder the record knows nothing of raises KeyError: `verify` comes first.
    """
    return fill_some(text, facts, wording=wording, named=history_slots(text))


def fill_some(text: str, facts: FactRecord, *, wording: Wording, named: Collection[int]) -> str:
    """Fill a part of a text; ``named`` are the ranks the whole of it names."""
    values = slot_values(facts, wording=wording, named=named)
    return SLOT.sub(lambda found: values[found.group(1)], text)


def slot_values(facts: FactRecord, *, wording: Wording, named: Collection[int]) -> dict[str, str]:
    """Return what each placeholder stands for, given the ranks that the text names.

    T the item, M the next one; Hk the contributor of rank k, Sk its share; R the titles of the
    counterfactual; N, FOR and AGAINST counts of titles, REST those for it that are not named;
    J the share that belongs to no single title, P the chance of an exploring policy.
    """
    named_for = sum(each.rank in named for each in facts.supporters)
    values = {
        "T": wording.quote(facts.title),
        "N": wording.count_titles(facts.history_size),
        "FOR": wording.count_titles(facts.supporting),
        "AGAINST": wording.count_titles(facts.opposing),
        "J": _percent(facts.residual_share),
    }
    if facts.supporting > named_for:
        values["REST"] = wording.count_others(facts.supporting - named_for)
    for each in facts.contributors:
        values[f"H{each.rank}"] = wording.quote(each.title)
        values[f"S{each.rank}"] = _percent(each.share)
    if facts.removal is not None:
        values["R"] = wording.join([wording.quote(title) for title in facts.removal.titles])
    if facts.next_title is not None:
        values["M"] = wording.quote(facts.next_title)
    if facts.propensity is not None:
        values["P"] = _percent(facts.propensity)
    return values


def _percent(share: float) -> str:
    """Two digits that matter, never a 0 or a 100 that is not one."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{100 * share:.0f}%" if share >= 0.1 else f"{100 * share:.1f}%"
