"""A reason in words, with the facts it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.justifications.facts import FactRecord

__all__ = ["Justification"]


@dataclass(frozen=True)
class Justification:
    """One or two sentences about why an item is in a list.

    Attributes
    ----------
    text
        Plain text, never markup.
    language
        "en" or "zh".
    produced_by
        "template": fixed words around facts. "refused": the facts name no reason, and the text
        says so.
    facts
        All that was known; the text says nothing beyond it.
    cited
        item_id of the history items the text names, in its order.
    """

    text: str
    language: str
    produced_by: Literal["template", "refused"]
    facts: FactRecord
    cited: tuple[str, ...]
