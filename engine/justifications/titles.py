"""Titles as they may stand inside a sentence."""

from __future__ import annotations

import unicodedata

__all__ = ["plain_title"]

_LONGEST = 80
# A title of megabytes is not walked through to its end.
_LOOKED_AT = 1000
# Control and line breaks become a space; format characters turn a sentence around or hide.
_BREAKS = ("Cc", "Zl", "Zp")
_HIDDEN = ("Cf", "Co", "Cs", "Cn")


def plain_title(title: str) -> str:
    r"""Return the title on one line, without control or hidden characters, at most 80 long.

    Examples
    --------
    >>> plain_title("Heat\n (1995)")
    'Heat (1995)'
    """
    kept = "".join(
        " " if unicodedata.category(character) in _BREAKS else character
        for character in title[:_LOOKED_AT]
        if unicodedata.category(character) not in _HIDDEN
    )
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
