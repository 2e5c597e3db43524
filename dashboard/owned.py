"""Costly things kept for all, except that what hangs on somebody's own data is theirs alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from dashboard.access.session import current_person
from dashboard.uploads.names import is_own
from dashboard.uploads.store import store_of
from engine.config import RunConfig
from engine.errors import UnknownNameError

__all__ = ["owned"]

P = ParamSpec("P")
R = TypeVar("R")


def owned(max_entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep so many results of a function whose first argument names a data set, or is a run.

    Whose data it is is asked at every call, before the cache is: a result that is there already
    is no way around the question.
    """

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        cached = st.cache_resource(max_entries=max_entries, show_spinner=False)(function)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            _check(args[0])
            return cached(*args, **kwargs)

        return asked

    return keep


def _check(first: object) -> None:
    name = first.dataset if isinstance(first, RunConfig) else str(first)
    if is_own(name) and not store_of(current_person()).has(name):
        raise UnknownNameError("you keep no data set {name}; bring it again", name=name)
