"""One operation of the API: declared once, for its checks, its document and its route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.api.limits import MOST_BYTES
from engine.errors import OptionError

__all__ = ["Operation", "Request"]


@dataclass(frozen=True)
class Request:
    """What is asked: the checked body and what stands in the path."""

    body: Mapping[str, Any]
    path: Mapping[str, str]


@dataclass(frozen=True)
class Operation:
    """Something one can ask for.

    Attributes
    ----------
    method, path
        Of the request; ``{id}`` in the path is a part of it.
    name, summary
        For the document.
    action
        The least it takes; the service behind it asks for itself.
    answer
        Makes the answer, in a thread, as the person.
    gives
        JSON schema of the answer, for the document.
    body
        JSON schema of the body; None takes none.
    most_bytes
        Of the body.
    """

    method: str
    path: str
    name: str
    summary: str
    action: Action
    answer: Callable[[Person, Request], Any]
    gives: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    most_bytes: int = MOST_BYTES

    def checked(self, given: Any) -> dict[str, Any]:
        """Return the body with its defaults, or say what is wrong with it.

        Raises
        ------
        OptionError
            It does not fit the schema.
        """
        wrong = best_match(self._validator.iter_errors(given))
        if wrong is not None:
            raise OptionError(
                "the request does not fit at {where}: {reason}",
                where="/".join(map(str, wrong.absolute_path)) or "its top",
                reason=_short(wrong.message),
            )
        properties = (self.body or {}).get("properties", {})
        usual = {name: part["default"] for name, part in properties.items() if "default" in part}
        return {**usual, **{name: _whole(properties[name], part) for name, part in given.items()}}

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator(dict(self.body or {"type": "object", "maxProperties": 0}))


def _whole(schema: Mapping[str, Any], given: Any) -> Any:
    """Return a whole number as one: 10.0 is an integer to JSON schemas, and to no list length."""
    is_whole = schema.get("type") == "integer" and isinstance(given, float)
    return int(given) if is_whole else given


def _short(message: str) -> str:
    """Return no more of a message than a sentence; it may hold what was sent."""
    return message if len(message) <= 200 else f"{message[:200]}…"
