"""Data is text, never markup."""

from __future__ import annotations

import re
from string import punctuation

__all__ = ["JOINER", "plain"]

_MARKUP = re.compile(f"([{re.escape(punctuation)}])")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
JOINER = "\u2060"


def plain(text: str) -> str:
    r"""Escape text from data so that Markdown shows it as it stands.

    A title may hold an image address, a colour directive or a formula; every sign that could
    begin one is escaped, and lines are joined. Addresses are made into links even so; a word
    joiner, which nobody sees, keeps them from it.

    Examples
    --------
    >>> plain("![x](u)")
    '\\!\\[x\\]\\(u\\)'
    """
    return _MARKUP.sub(r"\\\1", _ADDRESS.sub(JOINER, " ".join(text.split())))
