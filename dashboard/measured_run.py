"""What pages show of a run: its lists measured, beside the model's own, as plain data.

Nothing here measures: what was measured once, by a page, by a job or before the server started, is
read back bit for bit without anything that measures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audits.results import Result, Summary, Suppressed

__all__ = ["Exposure", "MeasuredLists", "MeasuredRun", "results_from"]


@dataclass(frozen=True)
class Exposure:
    """What the least exposed provider group gets, and every group's ratio, least first."""

    row: Result
    ratios: dict[str, float]


@dataclass(frozen=True)
class MeasuredLists:
    """Everyone's list, measured: all rows of the audit, and what provider groups get."""

    summary: Summary
    exposure: Exposure


@dataclass(frozen=True)
class MeasuredRun:
    """A run and what it departs from.

    Attributes
    ----------
    before, now
        The model's own lists (rate 0), and those of the run.
    change, change_by_group
        After minus before, each person paired with herself: for everyone, and for each group.
    exposure_change
        The same of the least exposed provider group.
    """

    before: MeasuredLists
    now: MeasuredLists
    change: tuple[Result, ...]
    change_by_group: tuple[Result, ...]
    exposure_change: Result

    def to_json(self) -> str:
        """Return it as JSON, every number with all its bits."""
        return json.dumps(self, default=vars, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> MeasuredRun:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError, KeyError, TypeError
            It is something else.
        """
        kept = json.loads(text)
        return MeasuredRun(
            _lists(kept["before"]),
            _lists(kept["now"]),
            results_from(kept["change"]),
            results_from(kept["change_by_group"]),
            Result(**kept["exposure_change"]),
        )


def results_from(rows: Sequence[Mapping[str, Any]]) -> tuple[Result, ...]:
    """Return rows of a report that were plain data."""
    return tuple(Result(**row) for row in rows)


def _lists(kept: Mapping[str, Any]) -> MeasuredLists:
    summary, exposure = kept["summary"], kept["exposure"]
    if summary["impact"] is not None:
        raise ValueError("an impact table is of a report, not of a page")
    return MeasuredLists(
        Summary(
            results_from(summary["results"]),
            tuple(Suppressed(**row) for row in summary["suppressed"]),
        ),
        Exposure(Result(**exposure["row"]), dict(exposure["ratios"])),
    )
