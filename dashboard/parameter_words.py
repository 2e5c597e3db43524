"""The main parameters in words: sentences, shares, and the draft for the terms of a service."""

from __future__ import annotations

import polars as pl

from dashboard.i18n import Translator
from engine.explanations.main_parameters import EXPLORATION, PARAMETERS

__all__ = [
    "article_27_text",
    "exploration_sentence",
    "of_scores",
    "parameter_name",
    "parameters_sentence",
    "share_of",
    "share_text",
]


def parameters_sentence(table: pl.DataFrame, _: Translator) -> str:
    """Say which parameter counts most, and that of two."""
    rows = of_scores(table).sort("value", descending=True)
    first = rows.row(0, named=True)
    if first["value"] is None:
        return _("Nothing moves the scores of this model.")
    fields = {
        "share": _.percent(first["value"]),
        "parameter": parameter_name(first["parameter"], _),
        "n": _.number(first["n"], digits=0),
    }
    if first["low"] is None or first["high"] is None:
        return _(
            "On average {share} of the score of a person's best item comes from {parameter} "
            "(n = {n}).",
            **fields,
        )
    return _(
        "On average {share} of the score of a person's best item comes from {parameter} (95% "
        "interval {low} to {high}, n = {n}).",
        **fields,
        low=_.percent(first["low"]),
        high=_.percent(first["high"]),
    )


def exploration_sentence(table: pl.DataFrame, _: Translator) -> str:
    """Say which share of all places was not filled by score."""
    (row,) = table.filter(pl.col("by").is_null() & (pl.col("parameter") == EXPLORATION)).iter_rows(
        named=True
    )
    return _(
        "Exploration: a draw or a rule, not the score, filled {share} of the places of a list on "
        "average, over {people} people.",
        share=share_text(row, _),
        people=_.number(row["n"], digits=0),
    )


def article_27_text(table: pl.DataFrame, rate: float, _: Translator) -> str:
    """Return the draft: what counts, by how much, why, and what can be changed; most first."""
    everyone = table.filter(pl.col("by").is_null() & pl.col("value").is_not_null())
    rows = everyone.filter(pl.col("parameter") != EXPLORATION)
    explored = float(everyone.filter(pl.col("parameter") == EXPLORATION)["value"].sum())
    lines = [_("What you are shown is put in order by a score. These parameters make it up:")]
    for row in rows.sort("value", descending=True).iter_rows(named=True):
        if row["value"] > 0:
            lines.append(f"- {_parameter(row, _)}")
    lines.append(_("These weights were measured on the model in use, not set by hand."))
    if rate > 0:
        lines.append(
            _(
                "At an exploration rate of {rate}, {share} of the places are filled by chance or "
                "by a rule, whatever the score, so that you also see what the model does not know "
                "about.",
                rate=_.percent(rate),
                share=_.percent(explored),
            )
        )
    lines.append(
        _(
            "You can change what counts: take items out of your history or add some, or ask for a "
            "list that does not look at you at all. [Say here where your service offers this.]"
        )
    )
    return "\n".join(lines)


def of_scores(table: pl.DataFrame) -> pl.DataFrame:
    """Of everyone, what makes up scores."""
    return table.filter(pl.col("by").is_null() & pl.col("parameter").is_in(PARAMETERS))


def share_of(row: dict[str, float | None], _: Translator) -> str:
    """Write a share with its interval and its n."""
    return _("{share}, n = {n}", share=share_text(row, _), n=_.number(row["n"] or 0, digits=0))


def share_text(row: dict[str, float | None], _: Translator) -> str:
    """Write a share with its interval, or a dash where nobody has one."""
    value, low, high = row["value"], row["low"], row["high"]
    if value is None:
        return "–"
    if low is None or high is None:
        return _.percent(value)
    return _(
        "{value} ({low} to {high})",
        value=_.percent(value),
        low=_.percent(low),
        high=_.percent(high),
    )


def parameter_name(parameter: str, _: Translator) -> str:
    """Return what a person reads for one of the parameters."""
    names = {
        "history": _("what the person chose before"),
        "prior": _("what the item gets whoever asks"),
        "attributes": _("what is known of the person"),
        EXPLORATION: _("places filled by exploration"),
    }
    return names[parameter]


def _parameter(row: dict[str, object], _: Translator) -> str:
    reasons = {
        "history": _("What you chose is compared with what was chosen together with it."),
        "prior": _("What many people choose scores higher for everyone."),
        "attributes": _("People of whom the same is known are given similar scores."),
    }
    name = str(row["parameter"])
    value = _(
        "{parameter}: {share} of the score on average.",
        parameter=parameter_name(name, _),
        share=_.percent(float(str(row["value"]))),
    )
    return _.paragraph([value, reasons[name]])
