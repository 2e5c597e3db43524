"""What the effects of exploring come to, in sentences with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.effects import Effect
from dashboard.components.figures import decimals, direction, range_text, value_text
from dashboard.components.rate import rate_name
from dashboard.components.tables import result_row
from dashboard.i18n import Translator
from engine.config import RunConfig

__all__ = ["effect_rows", "effect_sentence", "effects_sentence"]


def effects_sentence(effects: Sequence[Effect], run: RunConfig, _: Translator) -> str:
    """Say which effects are clear at this rate, and which are not."""
    if run.rate == 0:
        accuracy, gap = (value_text(_, card.now) for card in effects[:2])
        return _(
            "This is the model's own list: accuracy {accuracy}, gap between groups {gap}. "
            "Move the slider to see what exploring changes.",
            accuracy=accuracy,
            gap=gap,
        )
    clear = [card for card in effects if direction(card.change)]
    unclear = [card.subject for card in effects if card.change and not direction(card.change)]
    sentences = []
    if clear:
        sentences.append(
            _(
                "At an exploration rate of {rate}, {changes}.",
                rate=_.number(run.rate, digits=2),
                changes=_.clauses([_clause(card, _) for card in clear]),
            )
        )
    if unclear:
        sentences.append(_("No clear change: {subjects}.", subjects=_.listing(unclear)))
    return _.paragraph(sentences)


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


def _clause(card: Effect, _: Translator) -> str:
    change = card.change
    if change is None or change.value is None:
        return card.subject
    fields = {
        "subject": card.subject,
        "size": _.number(abs(change.value), digits=decimals(change.metric)),
        "ends": range_text(_, change, signed=True),
    }
    if change.value > 0:
        return _("{subject} rises by {size} ({ends})", **fields)
    return _("{subject} falls by {size} ({ends})", **fields)
