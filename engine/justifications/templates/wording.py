"""What a language must be able to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["KINDS", "Wording"]

# Each kind of clause and what it claims; {list} holds the placeholders it is about.
KINDS: dict[str, str] = {
    "reason": "the listed items spoke for it; nothing is said of how strongly",
    "mainly": "they spoke for it and make up at least half of what the history did",
    "among_others": "they spoke for it, make up less, and further ones spoke for it less strongly",
    "partly": "they spoke for it and make up less than half",
    "strongest": "they are the strongest of those that spoke for it",
    "others": "further items spoke for it, less strongly",
    "against": "the listed item is the only one that spoke against it",
    "most_against": "the listed item is the strongest of several that spoke against it",
    "share": "how much of all that the history did is one item's part",
    "counts": "how many items spoke for it and how many against",
    "joint": "how much of it belongs to several items together",
    "without": "the item leaves the list without these: the model was asked",
    "next": "what stands one place lower",
    "chance": "chance put the item there",
    "near": "the history holds titles of the kind of an item that chance put there",
    "novel": "it holds none",
    "near_by_text": "it reads much like the history, to the policy that put it there by chance",
    "novel_by_text": "it does not",
    "chance_of": "the chance with which it was shown",
    "no_history": "nothing is known about the person",
    "same_for_all": "the model gives everyone the same scores",
    "no_reason": "no single item of the history can be named",
}


@dataclass(frozen=True)
class Wording:
    """The words of one language, with placeholders where names and numbers go.

    Attributes
    ----------
    join
        Joins one to many names or placeholders.
    quote
        Marks a title as a title.
    count_titles, count_others
        Say "one title", "3 titles"; "one other title", "3 other titles".
    history
        What the history is called for each audience.
    near, novel
        What an item of a known kind, and a kind that is not known, is to each audience.
    said
        For each of `KINDS` the sentences that say it, the plainest first; ``{list}`` holds the
        placeholders a clause is about, ``{share}`` that of its share, ``{history}`` the history.
    separator
        Between two sentences.
    """

    join: Callable[[list[str]], str]
    quote: Callable[[str], str]
    count_titles: Callable[[int], str]
    count_others: Callable[[int], str]
    history: Mapping[str, str]
    near: Mapping[str, str]
    novel: Mapping[str, str]
    said: Mapping[str, tuple[str, ...]]
    separator: str
