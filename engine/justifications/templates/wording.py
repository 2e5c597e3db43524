"""What a language must be able to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Wording"]


@dataclass(frozen=True)
class Wording:
    """The sentences of one language; ``{for_it}`` and ``{against}`` hold listed titles.

    Attributes
    ----------
    list_titles
        Quotes one to many titles and joins them.
    count_others
        Says "one other title", "3 other titles".
    mainly
        The named items make up at least half of what the history did.
    among_others
        They make up less, and ``{others}`` that spoke for it less strongly are not named.
    partly
        They make up less, but no other item spoke for it.
    against
        A second sentence: the one item that spoke against it.
    most_against
        A second sentence: the strongest of several that spoke against it.
    chance
        Chance put the item there.
    no_history
        Nothing is known about the person.
    same_for_all
        The model gives everyone the same scores.
    no_reason
        No single item of the history can be named.
    """

    list_titles: Callable[[list[str]], str]
    count_others: Callable[[int], str]
    mainly: str
    among_others: str
    partly: str
    against: str
    most_against: str
    chance: str
    no_history: str
    same_for_all: str
    no_reason: str
