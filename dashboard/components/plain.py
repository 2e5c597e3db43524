"""Data is text, never markup."""

from __future__ import annotations

import re
from string import punctuation

__all__ = ["plain"]

_MARKUP = re.compile(f"([{re.escape(punctuation)}])")


def plain(text: str) -> str:
    r"""Escape text from data so that Markdown shows it as it stands.

    A title may hold an image address, a colour directive or a formula; every sign that could
    begin one is escaped, and lines are joined.

    Examples
    --------
    >>> plain("![x](u)")
    '\\!\\[x\\]\\(u\\)'
    """
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
