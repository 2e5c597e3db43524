"""What the effects of exploring come to, in sentences with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.effects import Effect
from dashboard.components.figures import (
    decimals,
    direction,
    interval_text,
    range_text,
    value_text,
)
from dashboard.components.rate import rate_name
from dashboard.components.tables import result_row
from dashboard.i18n import Translator
from engine.config import RunConfig

__all__ = ["effect_rows", "effect_sentence", "effects_text"]


def effects_text(effects: Sequence[Effect], run: RunConfig, _: Translator) -> str:
    """Say in Markdown what the rate costs in accuracy, then what else it does: better, worse.

    The first effect is the accuracy; it is said whether it is clear or not.
    """
    if run.rate == 0:
        return f"**{_own_list(effects, _)}**"
    first, *others = effects
    lines = [f"**{_headline(first, run, _)}**"]
    for title, wanted in (
        (_("Better: {changes}."), 1),
        (_("Worse: {changes}."), -1),
        (_("Different, and neither better nor worse in itself: {changes}."), 0),
    ):
        found = [card for card in others if direction(card.change) and _gain(card) == wanted]
        if found:
            clauses = _.clauses([_clause(card, _) for card in found])
            lines.append(f"- {title.format(changes=clauses)}")
    unclear = [card.subject for card in others if card.change and not direction(card.change)]
    if unclear:
        words = _("No clear change: {subjects}.", subjects=_.listing(unclear))
        lines.append(f"- {words}")
    return "\n".join([lines[0], "", *lines[1:]])


def _own_list(effects: Sequence[Effect], _: Translator) -> str:
    """Say what the model's own list reaches, with the gap where there are groups."""
    accuracy, gap = (card.now for card in effects[:2])
    sentences = []
    if accuracy is not None:
        sentences.append(
            _(
                "This is the model's own list: accuracy {accuracy} ({interval}, n = {n}).",
                accuracy=value_text(_, accuracy),
                interval=interval_text(_, accuracy),
                n=_.number(accuracy.n, digits=0),
            )
        )
    if gap is not None:
        sentences.append(
            _(
                "The gap between groups is {gap} ({interval}).",
                gap=value_text(_, gap),
                interval=interval_text(_, gap),
            )
        )
    sentences.append(_("Move the slider to see what exploring changes."))
    return _.paragraph(sentences)


def _gain(card: Effect) -> int:
    return direction(card.change) * card.wanted


def _headline(card: Effect, run: RunConfig, _: Translator) -> str:
    """Say what the rate does to the accuracy, also as a share of what it was."""
    rate = _.number(run.rate, digits=2)
    change, before = card.change, card.before
    if change is None or not direction(change):
        words = effect_sentence(card, run, _)
        return _(
            "At an exploration rate of {rate}: {label}. {text}",
            rate=rate,
            label=card.title,
            text=words,
        )
    ends = _(
        "95% interval {ends}, n = {n}",
        ends=range_text(_, change, signed=True),
        n=_.number(change.n, digits=0),
    )
    sentence = _(
        "At an exploration rate of {rate}, {changes}.", rate=rate, changes=_clause(card, _, ends)
    )
    if before is None or not before.value or change.value is None:
        return sentence
    share = _.percent(abs(change.value / before.value))
    less, more = (
        _("That is {share} less than at rate 0."),
        _("That is {share} more than at rate 0."),
    )
    return _.paragraph([sentence, (more if change.value > 0 else less).format(share=share)])


def effect_sentence(card: Effect, run: RunConfig, _: Translator) -> str:
    """Say what the picture of one effect shows: the value or its change, with the interval."""
    now, change = card.now, card.change
    if now is None or now.value is None:
        return _("The data do not give this measure.")
    if run.rate == 0 or change is None or change.value is None:
        return _(
            "At {rate} it is {value} ({ends}).",
            rate=rate_name(run.rate, _),
            value=value_text(_, now),
            ends=range_text(_, now),
        )
    fields = {
        "size": _.number(abs(change.value), digits=decimals(change.metric)),
        "ends": range_text(_, change, signed=True),
    }
    if direction(change) > 0:
        return _("It rises by {size} from rate 0 (95% interval {ends}).", **fields)
    if direction(change) < 0:
        return _("It falls by {size} from rate 0 (95% interval {ends}).", **fields)
    return _("No clear change from rate 0 (95% interval {ends}).", ends=fields["ends"])


def effect_rows(
    effects: Sequence[Effect], run: RunConfig, _: Translator
) -> list[dict[str, str | int]]:
    """Return the numbers of all effects for the table beside their pictures."""
    rows = []
    for card in effects:
        states = [(_("rate 0"), card.before), (rate_name(run.rate, _), card.now)]
        if run.rate:
            states.append((_("change"), card.change))
        rows += [
            result_row(_, result, **{_("Measure"): card.title, _("List"): state})
            for state, result in states
        ]
    return rows


def _clause(card: Effect, _: Translator, ends: str | None = None) -> str:
    """Say one change; in its brackets stand the ends of the interval, or what is given."""
    change = card.change
    if change is None or change.value is None:
        return card.subject
    fields = {
        "subject": card.subject,
        "size": _.number(abs(change.value), digits=decimals(change.metric)),
        "ends": ends or range_text(_, change, signed=True),
    }
    if change.value > 0:
        return _("{subject} rises by {size} ({ends})", **fields)
    return _("{subject} falls by {size} ({ends})", **fields)
