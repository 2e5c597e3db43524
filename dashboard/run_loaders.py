"""What the first page shows of a run: from the disk where it was measured before.

Loading this imports nothing that measures; what is not on the disk is measured by
`dashboard.loaders`, and kept. A text on the disk has the bits of what was measured, and hangs on
the code, the data, and every setting.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from dashboard.kept_texts import keep_text, kept_text
from dashboard.measured_run import MeasuredRun
from dashboard.owned import owned
from dashboard.provenance import code_mark, data_mark
from engine.config import RunConfig
from engine.models.registry import MODELS

__all__ = ["attributes", "measured"]

T = TypeVar("T")


@owned(64)
def measured(run: RunConfig, by: tuple[str, ...]) -> MeasuredRun:
    """Return what pages show of a run, by user attributes, beside the model's own lists."""

    def make() -> MeasuredRun:
        from dashboard import loaders

        return loaders.measured(run, by)

    return _kept(
        ("run", run.to_dict(), by),
        data=run.dataset if run.model in MODELS else "",
        read=MeasuredRun.from_json,
        write=MeasuredRun.to_json,
        make=make,
    )


@owned(8)
def attributes(name: str) -> tuple[str, ...]:
    """Return the attributes of people that make groups worth looking at, well-known ones first."""

    def make() -> tuple[str, ...]:
        from dashboard import loaders
        from dashboard.components.attributes import attributes_of

        return tuple(attributes_of(loaders.dataset(name)))

    def read(text: str) -> tuple[str, ...]:
        return tuple(str(attribute) for attribute in json.loads(text))

    return _kept(("attributes", name), data=name, read=read, write=json.dumps, make=make)


def _kept(
    what: tuple[object, ...],
    *,
    data: str,
    read: Callable[[str], T],
    write: Callable[[T], str],
    make: Callable[[], T],
) -> T:
    mark = data_mark(data)
    if mark is None:
        return make()
    key = json.dumps([code_mark(), mark, *what], sort_keys=True)
    text = kept_text(key)
    if text is not None:
        try:
            return read(text)
        except (ValueError, KeyError, TypeError):
            pass  # As good as none.
    made = make()
    keep_text(key, write(made))
    return made
