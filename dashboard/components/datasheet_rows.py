"""What a data set holds and how it is skewed, as people read it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts.parameters import parameters as parameters_chart
from dashboard.components.attributes import attributes_of
from dashboard.components.figures import with_ends
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, value_label
from engine.dataset import Dataset
from engine.datasheet import Datasheet

__all__ = ["draw_attributes", "draw_datasheet", "skew_sentences"]


def draw_datasheet(sheet: Datasheet, _: Translator) -> None:
    """Draw the counts, and the skews in sentences."""
    cells = {
        _("People"): _.number(sheet.n_users, digits=0),
        _("Items"): _.number(sheet.n_items, digits=0),
        _("Interactions"): _.number(sheet.n_interactions, digits=0),
        _("Filled cells"): _.share(sheet.density, digits=2),
    }
    hints = {
        _("Filled cells"): _("Of all pairs of a person and an item, the share that the log holds.")
    }
    for column, (title, value) in zip(st.columns(len(cells)), cells.items(), strict=True):
        column.metric(title, value, border=True, help=hints.get(title))
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in skew_sentences(sheet, _)))


def skew_sentences(sheet: Datasheet, _: Translator) -> list[str]:
    """Say over which time the log reaches, and what of it is uneven."""
    return [
        _("The log has no times; the order of its rows stands for them.")
        if sheet.first_at is None or sheet.last_at is None
        else _(
            "The log reaches from {first} to {last}.",
            first=_.date(sheet.first_at),
            last=_.date(sheet.last_at),
        ),
        _(
            "Histories have {shortest} to {longest} items, half of them {median} or fewer: "
            "people with long histories weigh more in what a model learns.",
            shortest=_.number(sheet.shortest, digits=0),
            longest=_.number(sheet.longest, digits=0),
            median=_.number(sheet.median, digits=0),
        ),
        _(
            "The most popular 1% of the items have {one} of the interactions, 10% have {ten}, "
            "20% have {twenty} (Gini index {gini}).",
            one=_.share(sheet.most_1),
            ten=_.share(sheet.most_10),
            twenty=_.share(sheet.most_20),
            gini=_.number(sheet.gini, digits=2),
        ),
        _.ngettext(
            "{n} item has fewer than five interactions, {unseen} none: little can be said of them.",
            "{n} items have fewer than five interactions, {unseen} none: little can be said of "
            "them.",
            sheet.rare,
            unseen=_.number(sheet.unseen, digits=0),
        ),
    ]


def draw_attributes(dataset: Dataset, _: Translator) -> None:
    """Draw how many people each group has; small ones are merged, so that nobody stands alone."""
    names = attributes_of(dataset)
    if not names:
        st.caption(
            _("This data set says nothing about its people, so there are no groups to compare.")
        )
        return
    for name in names:
        counts = dataset.users.group_by(name).len().sort(["len", name], descending=[True, False])
        few = counts.filter(pl.col("len") < LEAST)
        shown = counts.filter(pl.col("len") >= LEAST)
        rows = [
            {
                attribute_label(_, name): value_label(_, value),
                _("People (n)"): n,
                _("Share"): _.share(n / dataset.n_users),
            }
            for value, n in shown.iter_rows()
        ]
        with st.expander(
            plain(attribute_label(_, name)), icon=":material/groups:", expanded=name == names[0]
        ):
            if rows:
                _draw_shares(shown, dataset.n_users, attribute_label(_, name), _)
                grid(pl.DataFrame(rows))
            if few.height:
                st.caption(
                    _.ngettext(
                        "{n} group of fewer than {least} people is not shown.",
                        "{n} groups of fewer than {least} people each are not shown.",
                        few.height,
                        least=_.number(LEAST, digits=0),
                    )
                )


def _draw_shares(shown: pl.DataFrame, people: int, title: str, _: Translator) -> None:
    """Draw the share of each group, and say which is the largest and which the smallest."""
    shares = [
        {
            "label": value_label(_, value),
            "value": n / people,
            "low": n / people,
            "high": n / people,
            "text": with_ends(_, _.share(n / people), _("n = {n}", n=_.number(n, digits=0))),
        }
        for value, n in shown.iter_rows()
    ]
    first, last = shares[0], shares[-1]
    words = _(
        "Largest: {first}, {first_share}; smallest of those shown: {last}, {last_share}.",
        first=first["label"],
        first_share=first["text"],
        last=last["label"],
        last_share=last["text"],
    )
    picture(
        parameters_chart,
        pl.DataFrame(shares),
        axis_title=_("Share of people"),
        alt=_("{label}: {text}", label=title, text=words),
    )
    st.markdown(plain(words))


LEAST = 10
