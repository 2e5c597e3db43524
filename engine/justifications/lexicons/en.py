"""English."""

from __future__ import annotations

import re

from engine.justifications.lexicons.lexicon import Lexicon

__all__ = ["ENGLISH"]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|_")


def _segment(text: str, known: frozenset[str]) -> list[str]:
    """Cut into the longest phrases known; the rest is single words."""
    words = [word.lower() for word in _WORD.findall(text)]
    longest = max(phrase.count(" ") for phrase in known) + 1
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(longest, 0, -1):
            phrase = " ".join(words[place : place + length])
            if phrase in known or length == 1:
                found.append(phrase)
                place += min(length, len(words) - place)
                break
    return found


ENGLISH = Lexicon(
    supports=frozenset(
        {
            "because of", "thanks to", "due to", "spoke for", "speaks for", "speak for",
            "spoke most strongly for", "pointed to", "points to", "point to", "supported",
            "supports", "support", "in its favour", "in its favor", "in favour of", "follows from",
            "follows", "from", "led to", "leads to", "raised", "lifted", "helped", "did most to",
            "did so", "owes", "reason", "reasons", "explains", "explained by", "based on",
            "why it is here",
        }
    ),
    opposes=frozenset(
        {
            "against", "spoke against", "speaks against", "counted against", "counts against",
            "weakened", "weakens", "lowered", "lowers", "held back", "despite", "opposed",
        }
    ),
    mainly=frozenset(
        {"mainly", "mostly", "chiefly", "primarily", "largely", "did most to", "above all"}
    ),
    strongest=frozenset(
        {"most strongly", "strongest", "spoke most strongly for", "the most", "biggest"}
    ),
    partly=frozenset({"partly", "in part", "part of", "to some degree"}),
    less=frozenset({"less strongly", "to a lesser degree", "less"}),
    chance=frozenset({"by chance", "at random", "exploration", "not because of"}),
    without=frozenset({"without", "had", "if"}),
    leaves=frozenset(
        {
            "would not be on this list", "it would leave this list", "would leave this list",
            "would leave the list", "would not be on the list",
        }
    ),
    nobody=frozenset({"no single"}),
    everyone=frozenset({"to everyone alike", "played no part", "everyone alike"}),
    new=frozenset({"without knowing", "everyone who is new", "the same list"}),
    near=frozenset({"near what you know", "near what this person knows"}),
    novel=frozenset({"new to you", "new to this person"}),
    kin=frozenset({"holds titles of its kind", "there are titles of its kind"}),
    no_kin=frozenset(
        {"holds no title of its kind", "there is no title of its kind", "of a kind"}
    ),
    alike=frozenset({"reads much like"}),
    unlike=frozenset({"does not read much like"}),
    share=frozenset({"made up", "makes up", "the part of", "of what"}),
    joint=frozenset({"several titles together", "belongs to"}),
    next_item=frozenset({"came next", "next", "next on the list"}),
    odds=frozenset({"the chance of showing it"}),
    contrasts=frozenset({"but", "while", "whereas", "although", "though", "yet", "however"}),
    neutral=frozenset(
        {
            "recommended", "recommendation", "this", "it", "is", "was", "here", "in", "on", "of",
            "the", "a", "an", "and", "to", "its", "score", "your", "your history", "the history",
            "history", "list", "in it", "so", "too", "also", "in all", "further", "counted", "did",
            "bring", "title", "titles", "gets", "spoke", "strongly", "what", "for", "you", "we",
            ",", ":", "(", ")", "together", "them", "they", "were", "for you", "added to",
            "your list", "chosen", "shown", "appears", "with", "both",
        }
    ),
    promises=frozenset(
        {
            "will", "love", "enjoy", "guarantee", "guaranteed", "guarantees", "perfect", "sure",
            "certainly", "definitely", "best", "must", "always", "never", "cause", "causes",
            "legal", "because",
        }
    ),
    attributes=frozenset(
        {
            "woman", "women", "man", "men", "female", "male", "gender", "sex", "age", "old",
            "young", "race", "religion", "occupation", "student", "doctor", "she", "he", "her",
            "his", "nationality", "disability",
        }
    ),
    segment=_segment,
)  # fmt: skip
