"""A service is a function that asks first who wants it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from dashboard.access.person import Person, require
from dashboard.access.role import Action

__all__ = ["SERVICES", "service"]

P = ParamSpec("P")
R = TypeVar("R")

# Every service by its full name, with the least it takes; a test walks through all of them.
SERVICES: dict[str, tuple[Action, Callable[..., Any]]] = {}


def service(
    action: Action,
) -> Callable[[Callable[Concatenate[Person, P], R]], Callable[Concatenate[Person, P], R]]:
    """Make a function refuse whoever may not do the action, before it looks at anything else.

    Some services take more for some of what they do; they call `require` again themselves.
    """

    def mark(
        function: Callable[Concatenate[Person, P], R],
    ) -> Callable[Concatenate[Person, P], R]:
        @wraps(function)
        def asked(person: Person, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(person, action)
            return function(person, *args, **kwargs)

        SERVICES[f"{function.__module__}.{function.__name__}"] = (action, asked)
        return asked

    return mark
