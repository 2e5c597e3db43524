"""Does it narrow? What rounds of feedback do to people, against no recommender and an oracle."""

from __future__ import annotations

import shlex
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard import loaders
from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.commands.simulate_options import FROM_LOG
from dashboard.components.allowed import why_not
from dashboard.components.attributes import attributes_of
from dashboard.components.job_card import draw_job, watch
from dashboard.components.loop_card import draw_card
from dashboard.components.loop_controls import arm_label, loop_controls
from dashboard.components.loop_doses import draw_doses
from dashboard.components.loop_evidence import draw_evidence
from dashboard.components.loop_groups import draw_groups
from dashboard.components.loop_journey import draw_journey
from dashboard.components.loop_panels import (
    PANELS,
    draw_panels,
    effect_sentence,
)
from dashboard.components.page import heading, show
from dashboard.experiment import Experiment, measures_in, rounds_done, scan_feedback
from dashboard.exports import to_csv
from dashboard.findings import Findings, compare_choices, find, foretold, reference_arms
from dashboard.i18n import Translator
from dashboard.jobs import queue
from dashboard.jobs.damage import TABLE, reading
from dashboard.jobs.kind import Config
from dashboard.jobs.record import JobRecord
from dashboard.jobs.simulate import options_of
from dashboard.logged_drift import kept_drift
from dashboard.services.simulate import simulate
from dashboard.state import Selection, settle

__all__ = ["narrowing"]


def narrowing(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Rounds of feedback"),
        _(
            "People choose, the model learns from what they chose, and lists are made again: do "
            "people narrow, do they grow alike, and would they without a recommender?"
        ),
        _,
        turns=False,
    )
    log = loaders.dataset(selection.run.dataset)
    attributes = attributes_of(log)
    config = loop_controls(selection.run, log, attributes, _)
    record = queue.same("simulate", config, person=current_person())
    _start(config, record, _)
    if record is not None and record.active:
        watch(record.id, lambda: _results(config, _, runs=True), _)
    else:
        if record is not None:
            draw_job(record, _)
        _results(config, _)
    draw_evidence(_)


def _start(config: Config, record: JobRecord | None, _: Translator) -> None:
    refusal = why_not(current_person(), Action.RUN, _)
    if st.button(
        _("Run the simulation"),
        type="primary",
        icon=":material/play_arrow:",
        key="loop_run",
        disabled=refusal is not None or (record is not None and record.active),
        help=refusal,
    ):
        simulate(current_person(), config)
        st.rerun()


def _folder(config: Config) -> Path:
    return queue.folder_of("simulate", config, person=current_person())


def _results(config: Config, _: Translator, *, runs: bool = False) -> None:
    folder = _folder(config)
    with reading(folder, damage=TABLE):
        _draw_results(config, folder, _, runs=runs)


def _draw_results(config: Config, folder: Path, _: Translator, *, runs: bool) -> None:
    experiment = loaders.experiment(config, folder)
    done = 0 if experiment is None else rounds_done(experiment, folder)
    if experiment is None or not done:
        if not runs:
            st.info(
                _("Nothing has been simulated for this selection yet."), icon=":material/science:"
            )
        return
    total = experiment.total_rounds
    _say_drift(folder, config, _)
    if done < total:
        st.caption(
            _(
                "{done} of {total} rounds. What is there is kept: a stopped run goes on from here. "
                "How far it can be believed is worked out when all rounds are there.",
                done=_.number(done, digits=0),
                total=_.number(total, digits=0),
            )
        )
    measures = measures_in(experiment, folder)
    there = set(measures["arm"])
    arms = [arm for arm in experiment.arms if arm.name in there]
    now, against = _choices([arm.name for arm in experiment.arms], there, reference_arms(arms), _)
    found = find(measures, arms)
    _say(found, now, against, _)
    draw_panels(found, now=now, against=against, _=_)
    if done == total:
        # Rates that are there in some worlds alone would be compared over other worlds.
        draw_doses(found, arms, _)
    for attribute in experiment.by:
        draw_groups(found, attribute=attribute, now=now, against=against, _=_)
    if done == total:
        _after_all(experiment, config, found, now, _)


def _say_drift(folder: Path, config: Config, _: Translator) -> None:
    """Say which drift the log allowed for, where it was asked."""
    fit = kept_drift(folder)
    if config["drift"] != FROM_LOG or fit is None:
        return
    drift = _.number(fit.best, digits=2)
    sentences = [_("The drift that the log allows for, which is used here: {drift}.", drift=drift)]
    if fit.is_beyond:
        sentences.append(
            _(
                "The log is more ordered than any made-up one, so something else than drift orders "
                "it too."
            )
        )
    st.caption(_.paragraph(sentences))


def _choices(
    arms: list[str], there: set[str], references: list[str], _: Translator
) -> tuple[str, str]:
    """Draw the slider over rates and the choice of reference; return both.

    All rates are offered from the start, so that a choice does not stand still at the first that
    was there; the highest that is there takes the place of one that is not yet.
    """
    rates = [arm for arm in arms if arm.startswith("rate ") and "," not in arm]
    left, right = st.columns(2)
    now = rates[0]
    with left:
        if len(rates) > 1:
            settle("loop_now", rates, usual=rates[-1])
            now = st.select_slider(
                _("Exploration rate that the sentences are about"),
                rates,
                format_func=lambda arm: arm_label(arm, _),
                key="loop_now",
            )
    if now not in there:
        now = [arm for arm in rates if arm in there][-1]
    others = [arm for arm in references if arm != now] or references
    with right:
        settle("loop_against", others)
        against = st.segmented_control(
            _("Compared with"),
            others,
            required=True,
            format_func=lambda arm: arm_label(arm, _),
            key="loop_against",
            wrap=True,
        )
    return now, against or others[0]


def _say(found: Findings, now: str, against: str, _: Translator) -> None:
    sentences = [
        effect_sentence(found, measure, _(subject), now, against, digits=digits, _=_)
        for measure, __, subject, ___, digits in PANELS[:2]
    ]
    st.markdown(f"**{_.paragraph(list(dict.fromkeys(sentences)))}**")


def _after_all(
    experiment: Experiment, config: Config, found: Findings, now: str, _: Translator
) -> None:
    """Draw what needs the whole feedback table."""
    feedback = scan_feedback(experiment, _folder(config))
    lowest = experiment.arms[0].name
    pair = list(dict.fromkeys([lowest, now]))
    first = feedback.filter(
        pl.col("clicked"),
        pl.col("seed") == experiment.seeds[0],
        pl.col("arm").is_in(pair),
    )
    chosen = first.select("user_id", "item_id", "arm", "round").collect()
    draw_journey(chosen, experiment.log, pair, _)
    card = compare_choices(feedback, experiment.log, experiment.split)
    bits = foretold(experiment.split, tastes=experiment.tastes, seed=experiment.seeds[0])
    draw_card(card, bits, lowest, _)
    _export(found, config, _)


def _export(found: Findings, config: Config, _: Translator) -> None:
    with st.container(horizontal=True):
        for name, label, table in (
            ("effects", _("Differences (CSV)"), found.effects),
            ("measures", _("All measures (CSV)"), found.measures),
        ):
            st.download_button(
                label,
                to_csv(table),
                file_name=f"{name}.csv",
                mime="text/csv",
                icon=":material/download:",
                key=f"loop_{name}",
            )
    with st.expander(_("The same on the command line"), icon=":material/terminal:"):
        command = ["recscope", "simulate", *options_of(config), "--out", "feedback.parquet"]
        st.code(shlex.join(command), language=None, wrap_lines=True)


show(narrowing)
