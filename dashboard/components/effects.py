"""The four effects of exploring, gathered from the audit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audits.catalogue import metric
from audits.results import DIFFERENCE, Result
from dashboard import loaders
from dashboard.components.figures import (
    extremes,
    find,
    value_text,
)
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.labels import value_label
from engine.config import RunConfig

__all__ = ["Effect", "effects_of"]


@dataclass(frozen=True)
class Effect:
    """One effect: the measure now, at rate 0, and the change between the two.

    Attributes
    ----------
    title, subject
        The card's title, and how a sentence names it.
    definition
        What the measure is, one hover away.
    note
        One line that helps to read the value.
    wanted
        +1 where more is better, -1 where less is, 0 where neither.
    before, now, change
        Rows of the audit; None where the data cannot give them.
    """

    title: str
    subject: str
    definition: str
    note: str
    wanted: int
    before: Result | None
    now: Result | None
    change: Result | None


def effects_of(run: RunConfig, attribute: str | None, _: Translator) -> list[Effect]:
    """Gather accuracy, the gap between groups, popularity and variety for a run."""
    by = () if attribute is None else (attribute,)
    now = loaders.summary(run, by).results
    before = loaders.summary(replace(run, rate=0.0), by).results
    change = loaders.change_from_greedy(run, by)

    def rows(name: str, **where: str) -> tuple[Result | None, Result | None, Result | None]:
        before_row, now_row, change_row = (find(r, name, **where) for r in (before, now, change))
        return before_row, now_row, change_row

    gap = rows("ndcg", by=attribute, group=DIFFERENCE) if attribute else (None, None, None)
    return [
        Effect(
            _("Accuracy"),
            _("accuracy"),
            _(metric("ndcg").definition),
            _("NDCG@{k}: 1 is a perfect list", k=run.n),
            1,
            *rows("ndcg"),
        ),
        Effect(
            _("Gap between groups"),
            _("the gap between groups"),
            _("Accuracy of the group it is highest for, minus that of the group it is lowest for."),
            _gap_note(now, attribute, _),
            -1,
            *gap,
        ),
        Effect(
            _("Popularity of what is shown"),
            _("the popularity of what is shown"),
            _(metric("arp").definition),
            _(
                "people per item; {share} little-known",
                share=_share(find(now, "aplt"), _),
            ),
            0,
            *rows("arp"),
        ),
        Effect(
            _("Variety within a list"),
            _("variety within a list"),
            _(metric("intra_list_diversity").definition),
            _("0 is all of a kind: the filter bubble"),
            0,
            *rows("intra_list_diversity"),
        ),
    ]


def _gap_note(results: tuple[Result, ...], attribute: str | None, _: Translator) -> str:
    span = extremes(results, "ndcg", attribute) if attribute else None
    if span is None:
        return _("no two groups of people to compare")
    return plain(
        _(
            "{first} {first_value} – {second} {second_value}",
            first=value_label(_, span.largest.group),
            first_value=value_text(_, span.largest),
            second=value_label(_, span.smallest.group),
            second_value=value_text(_, span.smallest),
        )
    )


def _share(result: Result | None, _: Translator) -> str:
    return "–" if result is None or result.value is None else _.percent(result.value)
