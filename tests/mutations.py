"""Ways to make a true text false, and the check that each must run into.

Each way takes a record and a text that is true of it, and gives a pair that is false by
construction, or None where it does not apply: a flipped fact, two facts swapped, the strongest
dropped, strength exaggerated, something invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.justifications.clauses import HALF
from engine.justifications.facts import FactRecord
from engine.justifications.slots import history_slots
from tests.records import flipped

Pair = tuple[FactRecord, str]
Way = Callable[[FactRecord, str, str, np.random.Generator], Pair | None]

INVENTED = {
    "en": (
        "Titanic", "1999", "Comedy", "three", "“a great film”", "Tom Hanks", "42%", "you will love",
        "guaranteed", "because you are a woman", "your age", "https://example.org", "<b>", "**",
        "critics", "award-winning", "never", "thriller", "everyone loves", "at work", "men",
    ),
    "zh": (
        "《泰坦尼克号》", "1999", "喜剧", "三部", "“好看”", "汤姆", "42%", "您一定会喜欢", "保证",
        "因为您是女性", "年龄", "https://example.org", "<b>", "**", "影评人", "获奖", "从不",
        "惊悚", "大家都爱", "男性",
    ),
}  # fmt: skip
OPPOSITES = {
    "en": (("spoke for", "spoke against"), ("because of", "despite"), ("pointed to", "lowered")),
    "zh": (("支持了", "降低了"), ("支持作用", "相反作用"), ("加了分", "减了分")),
}
STRONGER = {
    "en": (("Recommended because", "Recommended mainly because"), ("partly", "mainly"),
           ("because of", "mainly because of")),
    "zh": (("是因为", "主要是因为"), ("部分是", "主要是"), ("部分", "主要")),
}  # fmt: skip


def flip_fact(facts: FactRecord, text: str, language: str, rng: np.random.Generator) -> Pair | None:
    """A contributor the text calls a reason was on the other side."""
    named = [rank for rank in history_slots(text) if f"<S{rank}>" not in text]
    return (flipped(facts, int(rng.choice(named))), text) if named else None


def flip_word(facts: FactRecord, text: str, language: str, rng: np.random.Generator) -> Pair | None:
    """The first word of support becomes one of opposition."""
    for word, opposite in OPPOSITES[language]:
        if word in text and history_slots(text):
            return facts, text.replace(word, opposite, 1)
    return None


def swap_sides(
    facts: FactRecord, text: str, language: str, rng: np.random.Generator
) -> Pair | None:
    """A supporter and an opponent change places in the text."""
    named = history_slots(text)
    for mine in named:
        for other in facts.contributors:
            if facts.contributors[mine - 1].sign != other.sign:
                mine_slot, other_slot = f"<H{mine}>", f"<H{other.rank}>"
                held = text.replace(mine_slot, "\0").replace(other_slot, mine_slot)
                return facts, held.replace("\0", other_slot)
    return None


def drop_strongest(
    facts: FactRecord, text: str, language: str, rng: np.random.Generator
) -> Pair | None:
    """The strongest supporter gives way to the weakest, or to nobody."""
    strongest, weakest = facts.supporters[0], facts.supporters[-1]
    slot = f"<H{strongest.rank}>"
    if slot not in text or strongest is weakest or f"<H{weakest.rank}>" in text:
        return None
    return facts, text.replace(slot, f"<H{weakest.rank}>")


def exaggerate(
    facts: FactRecord, text: str, language: str, rng: np.random.Generator
) -> Pair | None:
    """Less than half is called the main part."""
    if sum(each.share for each in facts.supporters) >= HALF:
        return None
    for word, stronger in STRONGER[language]:
        if word in text:
            return facts, text.replace(word, stronger, 1)
    return None


def understate(
    facts: FactRecord, text: str, language: str, rng: np.random.Generator
) -> Pair | None:
    """What made up more than half makes up less, and the text still says mainly."""
    words = {"en": ("mainly", "mostly", "did most to"), "zh": ("主要",)}[language]
    if not any(word in text for word in words):
        return None
    fewer = tuple(replace(each, share=each.share / 10) for each in facts.contributors)
    return replace(facts, contributors=fewer), text


def no_longer(facts: FactRecord, text: str, language: str, rng: np.random.Generator) -> Pair | None:
    """The counterfactual the text tells was not found."""
    return (replace(facts, removal=None), text) if "<R>" in text else None


def by_chance(facts: FactRecord, text: str, language: str, rng: np.random.Generator) -> Pair | None:
    """Chance put the item there, and the text gives reasons."""
    return (replace(facts, explored=True), text) if history_slots(text) else None


def invent(facts: FactRecord, text: str, language: str, rng: np.random.Generator) -> Pair | None:
    """Something from outside the record stands in the text."""
    word = str(rng.choice(np.array(INVENTED[language], dtype=object)))
    gap = " " if language == "en" else ""
    stops = [found.start() for found in re.finditer(r"[.。，,]", text)]
    place = stops[int(rng.integers(len(stops)))]
    return facts, text[:place] + gap + word + text[place:]


def unknown_slot(
    facts: FactRecord, text: str, language: str, rng: np.random.Generator
) -> Pair | None:
    """A contributor is named that is not in the record."""
    named = history_slots(text)
    if not named:
        return None
    return facts, text.replace(f"<H{named[0]}>", f"<H{len(facts.contributors) + 1}>", 1)


def wrong_share(
    facts: FactRecord, text: str, language: str, rng: np.random.Generator
) -> Pair | None:
    """One item's share is given as another's."""
    shares = re.findall(r"<S(\d)>", text)
    if not shares or len(facts.contributors) < 2:
        return None
    other = next(each.rank for each in facts.contributors if each.rank != int(shares[0]))
    return facts, text.replace(f"<S{shares[0]}>", f"<S{other}>")


WAYS: tuple[Way, ...] = (
    flip_fact, flip_word, swap_sides, drop_strongest, exaggerate, understate, no_longer, by_chance,
    invent, unknown_slot, wrong_share,
)  # fmt: skip
