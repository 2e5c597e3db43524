"""Who sits in front of a page."""

from __future__ import annotations

from dashboard.access.person import LOCAL, Person

__all__ = ["current_person"]


def current_person() -> Person:
    """Return who uses this browser session; where nobody signs in, the person at this machine."""
    return LOCAL
