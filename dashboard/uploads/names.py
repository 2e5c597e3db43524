"""How data sets of one's own are called: by nothing their owner has written."""

from __future__ import annotations

import re
from uuid import uuid4

__all__ = ["is_own", "new_name"]

_OWN = re.compile(r"own-[0-9a-f]{32}")


def new_name() -> str:
    """Return a name that nobody can guess."""
    return f"own-{uuid4().hex}"


def is_own(name: str) -> bool:
    """Whether a name is that of a data set somebody brought.

    Examples
    --------
    >>> is_own(new_name()), is_own("ml-100k"), is_own("own-../../etc")
    (True, False, False)
    """
    return _OWN.fullmatch(name) is not None
