"""English."""

from __future__ import annotations

from engine.justifications.templates.wording import Wording

__all__ = ["ENGLISH"]


# Inside double marks stand single ones, so that no title can close its own.
_INNER = str.maketrans("“”", "‘’")


def _join(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " and " + names[-1]


def _quote(title: str) -> str:
    return f"“{title.translate(_INNER)}”"


def _count_titles(count: int) -> str:
    return "one title" if count == 1 else f"{count} titles"


def _count_others(count: int) -> str:
    return "one other title" if count == 1 else f"{count} other titles"


ENGLISH = Wording(
    join=_join,
    quote=_quote,
    count_titles=_count_titles,
    count_others=_count_others,
    history={"user": "your history", "reviewer": "the history"},
    near={"user": "near what you know", "reviewer": "near what this person knows"},
    novel={"user": "new to you", "reviewer": "new to this person"},
    separator=" ",
    said={
        "reason": (
            "Recommended because of {list} in {history}.",
            "{list} in {history} spoke for it.",
            "{list} in {history} pointed to it.",
            "It follows from {list} in {history}.",
            "It is here because of {list} in {history}.",
            "{list} in {history} counted in its favour.",
        ),
        "mainly": (
            "Recommended mainly because of {list} in {history}.",
            "It is here mainly because of {list} in {history}.",
            "It follows mostly from {list} in {history}.",
            "{list} in {history} did most to bring it here.",
        ),
        "among_others": (
            "Recommended because of {list} in {history} and, less strongly, <REST> in it.",
            "{list} in {history} spoke for it, and <REST> did so less strongly.",
            "It follows from {list} in {history} and, less strongly, from <REST>.",
        ),
        "partly": (
            "Recommended partly because of {list} in {history}.",
            "It is here partly because of {list} in {history}.",
            "Part of why it is here is {list} in {history}.",
        ),
        "strongest": (
            "{list} in {history} spoke most strongly for it.",
            "Recommended most strongly because of {list} in {history}.",
        ),
        "others": (
            "Less strongly, <REST> spoke for it too.",
            "To a lesser degree, <REST> in {history} pointed to it too.",
        ),
        "against": (
            "{list} spoke against it.",
            "{list} counted against it.",
            "{list} weakened it.",
            "{list} lowered its score.",
        ),
        "most_against": (
            "{list} spoke most strongly against it.",
            "{list} counted most strongly against it.",
            "{list} weakened it most strongly.",
        ),
        "share": (
            "{list} made up {share} of what {history} did.",
            "The part of {list} in what {history} did is {share}.",
        ),
        "counts": (
            "In all, <FOR> spoke for it, while <AGAINST> spoke against it.",
            "Of <N> in {history}, <FOR> pointed to it, while <AGAINST> counted against it.",
        ),
        "joint": (
            "A further <J> belongs to several titles together.",
            "Several titles together made up <J>.",
        ),
        "without": (
            "Without <R> it would not be on this list.",
            "Without <R> in {history} it would leave this list.",
        ),
        "next": ("<M> came next.", "Next on the list is <M>."),
        "chance": (
            "Shown by chance (exploration), not because of {history}.",
            "It is here by chance (exploration), not because of {history}.",
        ),
        "near": (
            "It is {near}: {history} holds titles of its kind.",
            "In {history} there are titles of its kind, so it is {near}.",
        ),
        "novel": (
            "It is of a kind {novel}: {history} holds no title of its kind.",
            "In {history} there is no title of its kind, so it is {novel}.",
        ),
        "near_by_text": (
            "It is {near}: it reads much like what is in {history}.",
            "It reads much like what is in {history}, so it is {near}.",
        ),
        "novel_by_text": (
            "It is {novel}: it does not read much like what is in {history}.",
            "It does not read much like what is in {history}, so it is {novel}.",
        ),
        "chance_of": ("The chance of showing it here was <P>.",),
        "no_history": (
            "Recommended without knowing {history}: everyone who is new gets the same list.",
        ),
        "same_for_all": ("Recommended to everyone alike; {history} played no part.",),
        "no_reason": ("No single title in {history} explains this recommendation.",),
    },
)
