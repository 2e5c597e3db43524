"""Titles as they may stand inside a sentence."""

from __future__ import annotations

import unicodedata

__all__ = ["plain_title"]

_LONGEST = 80
# They can turn the rest of a sentence around.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_title(title: str) -> str:
    r"""Return the title on one line, without control or direction characters, at most 80 long.

    Examples
    --------
    >>> plain_title("Heat\n (1995)")
    'Heat (1995)'
    """
    kept = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in title
        if character not in _DIRECTION
    )
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
