"""The compared models as people read them: the picture, and the row of each."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.results import Result
from dashboard.charts.models import models as models_chart
from dashboard.comparison import MEASURES, Compared
from dashboard.components.figures import find, interval_text, range_text, value_text, with_ends
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import numbers_table
from dashboard.i18n import Translator
from dashboard.labels import label

__all__ = ["draw_models", "models_sentence"]

ACROSS, UPRIGHT = "intra_list_diversity", "ndcg"


def models_sentence(compared: Sequence[Compared], _: Translator) -> str:
    """Say which model is the most accurate, and which ones may be as accurate."""
    known = [one for one in compared if _of(one, UPRIGHT).value is not None]
    if not known:
        return _("Nobody has held-out items, so accuracy cannot be measured.")
    first = max(known, key=lambda one: _of(one, UPRIGHT).value or 0.0)
    best = _of(first, UPRIGHT)
    near = [
        label(_, one.model)
        for one in known
        if one is not first and (_of(one, UPRIGHT).high or 0.0) >= (best.low or 0.0)
    ]
    sentences = [
        _(
            "The most accurate of these is {model}: {value} ({interval}, n = {n}).",
            model=label(_, first.model),
            value=value_text(_, best),
            interval=interval_text(_, best),
            n=_.number(best.n, digits=0),
        )
    ]
    if near:
        sentences.append(
            _(
                "Its interval meets those of {models}, so which is ahead is not certain.",
                models=_.listing(near),
            )
        )
    return plain(_.paragraph(sentences))


def draw_models(compared: Sequence[Compared], chosen: str, _: Translator) -> None:
    """Draw the picture, and the table beneath it."""
    points = [_point(one, chosen, _) for one in compared if _of(one, UPRIGHT).value is not None]
    varied = [point for point in points if point["x"] is not None]
    if varied:
        across, upright = _(metric(ACROSS).label), _(metric(UPRIGHT).label)
        picture(
            models_chart,
            pl.DataFrame(varied),
            x_title=across,
            y_title=upright,
            hover=_hover(_),
            alt=_(
                "{upright} against {across}, one mark and two intervals a model; the table below "
                "has the numbers.",
                upright=upright,
                across=across,
            ),
        )
    else:
        st.info(_("Nothing to draw: the items have no categories, so variety cannot be measured."))
    numbers_table([_row(one, _) for one in compared], _, name="models")


def _of(one: Compared, name: str) -> Result:
    found = find(one.results, name)
    assert found is not None, name
    return found


def _hover(_: Translator) -> dict[str, str]:
    return {
        "model": _("Model"),
        **{name: _(metric(name).label) for name in MEASURES},
        "fit": _("Learning, seconds"),
        "score": _("Everyone's list, seconds"),
        "size": _("Size, MB"),
        "new": _("Serves items nobody has yet"),
    }


def _point(one: Compared, chosen: str, _: Translator) -> dict[str, object]:
    across, upright = _of(one, ACROSS), _of(one, UPRIGHT)
    return {
        "model": label(_, one.model),
        "chosen": one.model == chosen,
        "x": across.value,
        "x_low": across.low,
        "x_high": across.high,
        "y": upright.value,
        "y_low": upright.low,
        "y_high": upright.high,
        **{name: _with_interval(_of(one, name), _) for name in MEASURES},
        **_costs(one, _),
    }


def _with_interval(result: Result, _: Translator) -> str:
    return with_ends(_, value_text(_, result), range_text(_, result))


def _costs(one: Compared, _: Translator) -> dict[str, str]:
    return {
        "fit": _.number(one.fit_seconds, digits=2),
        "score": _.number(one.score_seconds, digits=2),
        "size": _.number(one.size / 1e6, digits=2),
        "new": _("yes") if one.scores_new_items else _("no"),
    }


def _row(one: Compared, _: Translator) -> dict[str, str | int]:
    texts = _point(one, one.model, _)
    row: dict[str, str | int] = {title: str(texts[name]) for name, title in _hover(_).items()}
    return row | {_("People (n)"): _of(one, UPRIGHT).n}
