"""Effects of feedback loops known from studies, and which of them this simulation has shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.figures import with_ends
from dashboard.components.tables import grid
from dashboard.i18n import N_, Translator

__all__ = ["draw_evidence", "read_evidence"]

EVIDENCE = Path(__file__).parents[2] / "tests" / "evidence" / "feedback_studies.json"
VERDICTS = {
    "reproduced": N_("reproduced"),
    "not reproduced": N_("not reproduced"),
    "depends on the world": N_("depends on the world"),
}
EFFECTS = (
    N_("more alike than with the oracle"),
    N_("retraining: more alike than once"),
    N_("retraining does not lower regret"),
    N_("popularity of lists rises by round"),
    N_("aggregate diversity falls by round"),
    N_("profiles of the minority shift more"),
    N_("narrowing without a recommender"),
    N_("within people: wider with one"),
    N_("between people: more alike"),
    N_("followers narrow"),
    N_("followers narrow less"),
    N_("exploration slows the shift of profiles"),
    N_("the oracle shifts them most"),
    N_("everyone follows: narrowing by round"),
    N_("half follow: narrowing by round"),
    N_("together: less is shown than found"),
    N_("a little exploration leaves the bubble as it is"),
)
"""What the record of the studies says, named here so that it is translated."""
WORLDS = (
    N_("planted, tastes stay"),
    N_("planted, tastes drift"),
    N_("MovieLens, tastes stay"),
    N_("MovieLens, tastes drift"),
)


def draw_evidence(_: Translator) -> None:
    """Draw the figure of every effect in every world, and the verdict."""
    record = read_evidence()
    with st.expander(_("Effects known from studies"), icon=":material/science:"):
        if record is None:
            st.caption(_("The record of these simulations does not come with this installation."))
            return
        rows = [
            {
                _("Study"): row["study"],
                _("Effect"): _(row["says"]),
                _("Found here"): _(VERDICTS[row["verdict"].partition(":")[0]]),
                **{_(world): _figure(row["worlds"].get(world), _) for world in record["studies"]},
            }
            for row in record["effects"]
        ]
        st.markdown(_counted(record, _))
        grid(pl.DataFrame(rows), whole=True)
        st.caption(
            _(
                "Each figure is a difference, a change over the rounds or a slope over the rates, "
                "with its 95% interval over {seeds} worlds of {rounds} rounds with {model}: "
                "✓ where the interval lies on the side that the study saw, ✗ where it does "
                "not; – where the data have no such groups. Nothing was tuned to make a sign "
                "fit. Written by: {command}",
                seeds=record["settings"]["seeds"],
                rounds=record["settings"]["rounds"],
                model=record["settings"]["model"],
                command=record["command"],
            )
        )


def _counted(record: dict[str, Any], _: Translator) -> str:
    """Say how many effects came out which way."""
    found = [row["verdict"].partition(":")[0] for row in record["effects"]]
    counts = {name: found.count(verdict) for name, verdict in zip("abc", VERDICTS, strict=True)}
    return _(
        "Studies of feedback loops report {n} effects. Looked for in the simulated worlds of this "
        "installation, {a} are reproduced in every world, {b} in none, and {c} in some only: what "
        "a simulation shows of them depends on what people are taken to be like.",
        n=len(found),
        **counts,
    )


def read_evidence() -> dict[str, Any] | None:
    """Return the record of the studies, or None where it is not installed."""
    if not EVIDENCE.exists():
        return None
    record: dict[str, Any] = json.loads(EVIDENCE.read_text(encoding="utf-8"))
    return record


def _figure(found: dict[str, Any] | None, _: Translator) -> str:
    """Write the effect in one world with its interval; without one, how many measures moved."""
    if found is None:
        return "–"
    mark = "✓" if found["verdict"] == "reproduced" else "✗"
    if "moves" in found:
        return f"{mark} " + _.ngettext(
            "{n} measure moved", "{n} measures moved", len(found["moves"])
        )
    value, low, high = (_.number(found[name], digits=3) for name in ("value", "low", "high"))
    ends = _("{low} to {high}", low=low, high=high)
    return f"{mark} {with_ends(_, value, ends)}"
