"""English."""

from __future__ import annotations

from engine.justifications.templates.wording import Wording

__all__ = ["ENGLISH"]


def _list_titles(titles: list[str]) -> str:
    quoted = [f"“{title}”" for title in titles]
    if len(quoted) == 1:
        return quoted[0]
    return ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _count_others(count: int) -> str:
    return "one other title" if count == 1 else f"{count} other titles"


ENGLISH = Wording(
    list_titles=_list_titles,
    count_others=_count_others,
    mainly="Recommended mainly because of {for_it} in your history.",
    among_others="Recommended because of {for_it} in your history and, less strongly, {others} "
    "in it.",
    partly="Recommended partly because of {for_it} in your history.",
    against=" {against} spoke against it.",
    most_against=" {against} spoke most strongly against it.",
    chance="Shown by chance (exploration), not because of your history.",
    no_history="Recommended without knowing your history: everyone who is new gets the same list.",
    same_for_all="Recommended to everyone alike; your history played no part.",
    no_reason="No single title in your history explains this recommendation.",
)
