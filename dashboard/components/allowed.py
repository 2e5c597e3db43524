"""Why a widget cannot be used by whoever looks at it."""

from __future__ import annotations

from dashboard.access.person import Person, require
from dashboard.access.role import Action
from dashboard.i18n import Translator
from engine.errors import AccessError

__all__ = ["why_not"]


def why_not(person: Person, action: Action, _: Translator) -> str | None:
    """Return why somebody may not do something, for the widget that would; None if they may.

    It is for the eye alone: the service behind the widget asks again.
    """
    try:
        require(person, action)
    except AccessError as error:
        return _.error(error)
    return None
