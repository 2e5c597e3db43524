"""The effects of exploring, gathered from the audit."""

from __future__ import annotations

from dataclasses import dataclass

from audits.catalogue import metric
from audits.results import DIFFERENCE, EXPOSURE, GAP, OTHERS, Result
from dashboard import run_loaders
from dashboard.components.figures import (
    extremes,
    find,
    value_text,
)
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.labels import category_label, value_label
from engine.config import RunConfig

__all__ = ["FIRST", "Effect", "effect_names", "effects_of"]

FIRST = 4
"""How many of the effects stand on cards of their own; the others are one choice away."""
CALIBRATION = "miscalibration"


@dataclass(frozen=True)
class Effect:
    """One effect: the measure now, at rate 0, and the change between the two.

    Attributes
    ----------
    measure
        A measure of the catalogue, or `audits.measured.GAP`.
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

    measure: str
    title: str
    subject: str
    definition: str
    note: str
    wanted: int
    before: Result | None
    now: Result | None
    change: Result | None


@dataclass(frozen=True)
class _Kind:
    title: str
    subject: str
    definition: str
    wanted: int


_KINDS = {
    "ndcg": _Kind(N_("Accuracy"), N_("accuracy"), metric("ndcg").definition, 1),
    GAP: _Kind(
        N_("Gap between groups"),
        N_("the gap between groups"),
        N_("Accuracy of the group it is highest for, minus that of the group it is lowest for."),
        -1,
    ),
    "arp": _Kind(
        N_("Popularity of what is shown"),
        N_("the popularity of what is shown"),
        metric("arp").definition,
        0,
    ),
    "intra_list_diversity": _Kind(
        N_("Variety within a list"),
        N_("variety within a list"),
        metric("intra_list_diversity").definition,
        0,
    ),
    EXPOSURE: _Kind(
        N_("Least exposed provider group"),
        N_("the exposure of the least exposed provider group"),
        N_(
            "Share of attention over share of past interactions, of the provider group it is "
            "lowest for; 1 is in proportion. Where the data name no providers, categories stand "
            "for them."
        ),
        1,
    ),
    CALIBRATION: _Kind(
        N_("Distance from one's own mix"),
        N_("the distance from one's own mix"),
        metric(CALIBRATION).definition,
        -1,
    ),
}


def effect_names(_: Translator) -> dict[str, str]:
    """Return measure → what an effect is called, in the order of the cards."""
    return {measure: _(kind.title) for measure, kind in _KINDS.items()}


def effects_of(run: RunConfig, attribute: str | None, _: Translator) -> list[Effect]:
    """Gather the effects of a run, in the order of `effect_names`."""
    by = () if attribute is None else (attribute,)
    measured = run_loaders.measured(run, by)
    own, shown = measured.before.exposure, measured.now.exposure
    now, before = measured.now.summary.results, measured.before.summary.results
    change = measured.change

    def rows(measure: str) -> tuple[Result | None, Result | None, Result | None]:
        if measure == EXPOSURE:
            return own.row, shown.row, measured.exposure_change
        if measure != GAP:
            return find(before, measure), find(now, measure), find(change, measure)
        if attribute is None:
            return None, None, None
        place = {"by": attribute, "group": DIFFERENCE}
        return (
            find(before, "ndcg", **place),
            find(now, "ndcg", **place),
            find(change, "ndcg", **place),
        )

    notes = {
        "ndcg": _("NDCG@{k}: 1 is a perfect list", k=run.n),
        GAP: _gap_note(now, attribute, _),
        "arp": _("people per item; {share} little-known", share=_share(find(now, "aplt"), _)),
        "intra_list_diversity": _("0 is all of a kind: the filter bubble"),
        EXPOSURE: _exposure_note(shown.ratios, _),
        CALIBRATION: _("0 is the mix of the person's own history"),
    }
    return [
        Effect(
            measure,
            _(kind.title),
            _(kind.subject),
            _(kind.definition),
            notes[measure],
            kind.wanted,
            *rows(measure),
        )
        for measure, kind in _KINDS.items()
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


def _exposure_note(ratios: dict[str, float], _: Translator) -> str:
    if len(ratios) < 2:
        return _("no two groups of items to compare")
    names = list(ratios)
    first, last = names[0], names[-1]
    return plain(
        _(
            "{first} {first_value} – {second} {second_value}",
            first=_provider(first, _),
            first_value=_.number(ratios[first], digits=2),
            second=_provider(last, _),
            second_value=_.number(ratios[last], digits=2),
        )
    )


def _provider(name: str, _: Translator) -> str:
    return _("(the others)") if name == OTHERS else category_label(_, name)


def _share(result: Result | None, _: Translator) -> str:
    return "–" if result is None or result.value is None else _.percent(result.value)
