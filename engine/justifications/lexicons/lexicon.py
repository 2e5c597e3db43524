"""What the words of a text claim: a closed list a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Lexicon"]


@dataclass(frozen=True)
class Lexicon:
    """The closed vocabulary of one language; phrases are matched longest first.

    Attributes
    ----------
    supports, opposes
        They say that what the clause names spoke for the item, or against it.
    mainly, strongest, partly, less
        At least half of it; the strongest ones; less than half of it; less than the ones named.
    chance, without, leaves, nobody, everyone, new
        Chance put it there; were these taken away; the item would leave the list; no single one;
        the same for all; nothing is known.
    near, novel
        What chance put there is near what the person knows, or new.
    kin, no_kin
        The history holds titles of the item's category; it holds none.
    alike, unlike
        The item reads much like the history; it does not.
    share, joint, next_item, odds
        Words around a share, around what belongs to several together, around the next item,
        around a chance in numbers.
    contrasts
        They end a clause as a full stop does.
    neutral
        They claim nothing by themselves.
    promises, attributes
        Listed so that a refusal can say what it is about; they are in no list above.
    segment
        Cuts a stretch of text without placeholders into phrases of this lexicon; what it does
        not know comes out as it stands.
    """

    supports: frozenset[str]
    opposes: frozenset[str]
    mainly: frozenset[str]
    strongest: frozenset[str]
    partly: frozenset[str]
    less: frozenset[str]
    chance: frozenset[str]
    without: frozenset[str]
    leaves: frozenset[str]
    nobody: frozenset[str]
    everyone: frozenset[str]
    new: frozenset[str]
    near: frozenset[str]
    novel: frozenset[str]
    kin: frozenset[str]
    no_kin: frozenset[str]
    alike: frozenset[str]
    unlike: frozenset[str]
    share: frozenset[str]
    joint: frozenset[str]
    next_item: frozenset[str]
    odds: frozenset[str]
    contrasts: frozenset[str]
    neutral: frozenset[str]
    promises: frozenset[str]
    attributes: frozenset[str]
    segment: Callable[[str, frozenset[str]], list[str]]

    @property
    def classes(self) -> dict[str, frozenset[str]]:
        """Every class that claims something, by name."""
        names = (
            "supports", "opposes", "mainly", "strongest", "partly", "less", "chance", "without",
            "leaves", "nobody", "everyone", "new", "near", "novel", "kin", "no_kin", "alike",
            "unlike", "share", "joint", "next_item", "odds", "contrasts",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}

    @property
    def known(self) -> frozenset[str]:
        """Every phrase a text may use."""
        return self.neutral.union(*self.classes.values())
