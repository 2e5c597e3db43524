"""Data is text, never markup."""

from __future__ import annotations

import re
from string import punctuation

__all__ = ["JOINER", "plain"]

_MARKUP = re.compile(f"([{re.escape(punctuation)}])")
# Addresses become links, Streamlit's name its picture, and signs between blanks one other sign,
# whether they are escaped or not.
_ADDRESS = r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)"
_PICTURE = r"(?<=:)(?=streamlit:)"
_SIGNS = r"(?:(?<=^[<>~-])|(?<=\s[<>~-]))(?=(?:->|[->=])(?:\s|$))"
_MADE = re.compile(f"{_ADDRESS}|{_PICTURE}|{_SIGNS}", re.IGNORECASE)
JOINER = "\u2060"


def plain(text: str) -> str:
    r"""Escape text from data so that Markdown shows it as it stands.

    A title may hold an image address, a colour directive or a formula; every sign that could
    begin one is escaped, and lines are joined. Addresses are made into links even so, and two
    dashes into one; a word joiner, which nobody sees, keeps them from it.

    Examples
    --------
    >>> plain("![x](u)")
    '\\!\\[x\\]\\(u\\)'
    """
    return _MARKUP.sub(r"\\\1", _MADE.sub(JOINER, " ".join(text.split())))
