"""The parts of an explanation as a person reads them: rows that add up to the score."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.access.person import may
from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, category_label, person_label
from engine.dataset import Dataset
from engine.explanations.explanation import Explanation
from engine.explanations.groups import Group

__all__ = ["parts_of", "player_name"]

SHOWN = 8
NOTICEABLE = 1e-3


def parts_of(explanation: Explanation, train: Dataset, _: Translator) -> pl.DataFrame:
    """Return the bars: base value, the largest contributions, all others, the score.

    Columns label, value, kind ("step" or "total"), text, and error: half a 95% interval where one
    is known. The steps add up to the total.
    """
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    digits = 3 if abs(explanation.score) < 10 else 1
    steps: list[tuple[str, float, float | None]] = [
        (_base_name(explanation, _), explanation.base_value, None)
    ]
    steps += [
        (
            player_name(explanation, int(place), train, _),
            float(explanation.contributions[place]),
            _half_width(explanation, int(place)),
        )
        for place in order[:SHOWN]
    ]
    rest = order[SHOWN:]
    if len(rest):
        others = (
            _.ngettext("{n} other part", "{n} other parts", len(rest))
            if explanation.game == "attributes"
            else _.ngettext("{n} other item", "{n} other items", len(rest))
        )
        steps.append((others, float(explanation.contributions[rest].sum()), None))
    if abs(explanation.residual) > NOTICEABLE * max(abs(explanation.score), 1e-9):
        steps.append((_("several items together"), explanation.residual, None))
    rows = [
        (name, value, "step", _.signed(value, digits=digits), error) for name, value, error in steps
    ]
    total = _.number(explanation.score, digits=digits)
    rows.append((_total_name(explanation, _), explanation.score, "total", total, None))
    schema = {
        "label": pl.String,
        "value": pl.Float64,
        "kind": pl.String,
        "text": pl.String,
        "error": pl.Float64,
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    if may(current_person(), Action.RUN):
        return table
    # A picture's data are in the browser: a viewer's hold no more than what is written on it.
    return table.with_columns(pl.col("value", "error").round(digits))


def player_name(explanation: Explanation, place: int, train: Dataset, _: Translator) -> str:
    """Return what a person reads for one player."""
    player = int(explanation.players[place])
    if explanation.game != "attributes":
        return str(train.items["title"][player])
    return _group_name(explanation.groups[player], _)


def _group_name(group: Group, _: Translator) -> str:
    if group.kind == "prior":
        return _("the item itself, whoever asks")
    if group.kind == "attribute":
        return f"{attribute_label(_, group.name)}: {person_label(_, group.value)}"
    name = category_label(_, group.name) if group.name else _("no category")
    return _.ngettext(
        "{category} ({n} item)", "{category} ({n} items)", len(group.items), category=name
    )


def _base_name(explanation: Explanation, _: Translator) -> str:
    if explanation.game == "attributes":
        return _("an average item, for nobody")
    return _("base value (no history)")


def _total_name(explanation: Explanation, _: Translator) -> str:
    return _("lead") if explanation.game == "margin" else _("score")


def _half_width(explanation: Explanation, place: int) -> float | None:
    widths = explanation.half_widths
    return None if widths is None or np.isnan(widths[place]) else float(widths[place])
