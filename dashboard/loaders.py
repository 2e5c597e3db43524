"""Costly things, computed once and kept within bounds.

Everything is keyed by plain values, so that two people who choose the same share the work. What
`cache_resource` keeps is frozen; nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from audits.analysis import Analysis, analyse
from audits.data import AuditData, prepare
from audits.evaluation import Evaluation, evaluate
from audits.item_groups import item_attributes
from audits.measured import Setting
from audits.report import AuditReport
from audits.results import Result, Summary
from audits.settings import Merit, Settings
from audits.total_rows import provider_rows
from dashboard.access.session import current_person
from dashboard.comparison import Compared, compare_model
from dashboard.components.attributes import group_options
from dashboard.experiment import Experiment
from dashboard.exploration import RATES, measure_rates
from dashboard.jobs import queue
from dashboard.jobs.audit import wanted_audit
from dashboard.jobs.audit_files import read_audit
from dashboard.jobs.costs import (
    audit_seconds,
    compare_seconds,
    curve_seconds,
    is_quick,
    lists_seconds,
    measure_seconds,
)
from dashboard.jobs.curve import wanted_curve
from dashboard.jobs.curve_files import read_curve
from dashboard.jobs.data import split_of
from dashboard.jobs.fitting import (
    NotYetError,
    fitted_by_job,
    seconds_of,
    takes_job,
    wanted_fit,
)
from dashboard.jobs.kind import Config
from dashboard.jobs.measure import wanted_measure
from dashboard.jobs.measure_files import What, read_lists, read_model, read_rows, read_run
from dashboard.jobs.reading import dataset_by_job, is_big, split_by_job
from dashboard.jobs.running import is_large
from dashboard.jobs.simulate import planned_in
from dashboard.logged_drift import kept_drift
from dashboard.measured_run import MeasuredLists, MeasuredRun
from dashboard.measuring import measure_lists, measure_run
from dashboard.owned import owned
from dashboard.run_audit import audit_run
from dashboard.uploads.names import is_own
from dashboard.uploads.store import store_of
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.datasheet import Datasheet, make_datasheet
from engine.errors import AssetError
from engine.explanations.attribution import explain_each
from engine.explanations.explanation import Explanation
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.policies.slates import Slates
from engine.recommend import list_everyone
from engine.sources.registry import SOURCES, is_at_hand, load
from engine.splits import Split

__all__ = [
    "audit_data",
    "change_by_group",
    "compared",
    "curve",
    "dataset",
    "datasheet",
    "evaluation",
    "experiment",
    "explanations",
    "fitted",
    "is_near",
    "learn_first",
    "measured",
    "provider_results",
    "report",
    "slates",
    "split",
    "summary",
]


@owned(4)
def dataset(name: str) -> Dataset:
    """Return a data set; one that is not on this machine is a named error, never a download."""
    person = current_person()
    if is_big(name, person=person):
        _check_at_hand(name)
        return dataset_by_job(name, person=person)
    if is_own(name):
        return store_of(person).load(name)
    _check_at_hand(name)
    return load(name)


def _check_at_hand(name: str) -> None:
    source = next((source for source in SOURCES if source.name == name), None)
    if source is not None and not is_at_hand(source):
        raise AssetError(
            "the data set {dataset} is not on this machine yet. Run “recscope fetch {dataset}”, "
            "then reload this page",
            dataset=name,
        )


@owned(8)
def datasheet(name: str) -> Datasheet:
    """Return the counts and skews of a data set."""
    return make_datasheet(dataset(name))


@owned(8)
def split(name: str, seed: int) -> Split:
    """Return the data set's own split, or a quarter of each person's interactions held out."""
    person = current_person()
    if is_big(name, person=person):
        _check_at_hand(name)
        return split_by_job(name, seed, person=person)
    return split_of(name, seed, dataset=dataset)


@owned(8)
def audit_data(name: str, seed: int) -> AuditData:
    """Return what the lists of a split are held against."""
    parts = split(name, seed)
    return prepare(
        interactions=parts.train.interactions,
        held_out=parts.held_out,
        users=parts.train.users,
        items=parts.train.items,
    )


@owned(8)
def _fitted(name: str, model: str, seed: int) -> Recommender:
    config = RunConfig(name, model, seed=seed)
    return fitted_by_job(config, split(name, seed).train, person=current_person())


def fitted(run: RunConfig) -> Recommender:
    """Return the fitted model of a run."""
    return _fitted(run.dataset, run.model, run.seed)


def learn_first(run: RunConfig) -> None:
    """See that a model which learns by a job has learned; any other is fitted by whoever needs it.

    Raises
    ------
    NotYetError
        It has not.
    """
    if takes_job(run.model, split(run.dataset, run.seed).train):
        fitted(run)


@owned(8)
def _context(name: str, model: str, seed: int) -> PolicyContext:
    train = split(name, seed).train
    return PolicyContext(train, _fitted(name, model, seed), train.histories)


@owned(32)
def slates(run: RunConfig) -> Slates:
    """Return everyone's list."""
    train = split(run.dataset, run.seed).train
    if is_large(train) or not is_quick(lists_seconds(run, train)):
        return read_lists(_measured_by_job(run, "lists"))
    return list_everyone(run, _context(run.dataset, run.model, run.seed))


def is_near(run: RunConfig, row: int, item: int) -> bool | None:
    """Return whether the run's policy calls an item near: `engine.policies.base.Policy.is_near`."""
    policy = make_policy(run.policy, _context(run.dataset, run.model, run.seed))
    return policy.is_near(row, item)


@owned(32)
def evaluation(run: RunConfig) -> Evaluation:
    """Return what was measured on everyone's list."""
    train = split(run.dataset, run.seed).train
    table = slates(run).to_table(train.user_ids, train.item_ids)
    return evaluate(audit_data(run.dataset, run.seed), table, k=run.n)


@owned(32)
def _analysis(run: RunConfig, by: tuple[str, ...]) -> Analysis:
    data = audit_data(run.dataset, run.seed)
    return analyse(
        data,
        evaluation(run),
        by=by,
        together=group_options(dataset(run.dataset)) if by else (),
        settings=Settings(seed=run.seed),
    )


@owned(64)
def _measured_lists(run: RunConfig, by: tuple[str, ...]) -> MeasuredLists:
    return measure_lists(audit_data(run.dataset, run.seed), _analysis(run, by))


@owned(64)
def measured(run: RunConfig, by: tuple[str, ...]) -> MeasuredRun:
    """Return what pages show of a run, split by user attributes, beside the model's own lists."""
    train = split(run.dataset, run.seed).train
    if is_large(train) or not is_quick(measure_seconds(run, train)):
        return read_run(_measured_by_job(run, "people", by=by))
    greedy = replace(run, rate=0.0)
    return measure_run(
        audit_data(run.dataset, run.seed),
        _analysis(greedy, by),
        _analysis(run, by),
        measured=(_measured_lists(greedy, by), _measured_lists(run, by)),
    )


def summary(run: RunConfig, by: tuple[str, ...]) -> Summary:
    """Return the whole audit of a run, with intervals, split by user attributes."""
    return measured(run, by).now.summary


def _measured_by_job(
    run: RunConfig,
    what: What,
    *,
    by: Sequence[str] = (),
    merit: Merit = "relevance",
) -> Path:
    learn_first(run)
    wanted = wanted_measure(run, what, by=by, merit=merit)
    folder = queue.result("measure", wanted, person=current_person())
    if folder is None:
        raise NotYetError("measure", wanted)
    return folder


@owned(32)
def provider_results(run: RunConfig, attribute: str, merit: Merit) -> tuple[Result, ...]:
    """Return the exposure of groups of items, against their merit."""
    train = split(run.dataset, run.seed).train
    if is_large(train) or not is_quick(measure_seconds(run, train)):
        return read_rows(_measured_by_job(run, "items", by=(attribute,), merit=merit))
    return provider_rows(
        audit_data(run.dataset, run.seed),
        evaluation(run),
        by=(attribute,),
        together=item_attributes(split(run.dataset, run.seed).train.items),
        settings=Settings(seed=run.seed, merit=merit),
    )


@owned(8)
def report(run: RunConfig, presets: tuple[str, ...]) -> AuditReport:
    """Return the whole audit of a run, judged by ready thresholds."""
    parts = split(run.dataset, run.seed)
    if is_large(parts.train) or not is_quick(audit_seconds(run, parts.train)):
        return _report_by_job(run, presets)
    return audit_run(run, presets, log=dataset(run.dataset), split=parts, model=fitted(run))


def _report_by_job(run: RunConfig, presets: tuple[str, ...]) -> AuditReport:
    learn_first(run)
    wanted = wanted_audit(run, presets)
    folder = queue.result("audit", wanted, person=current_person())
    if folder is None:
        raise NotYetError("audit", wanted)
    return read_audit(folder)


def change_by_group(run: RunConfig, attribute: str) -> tuple[Result, ...]:
    """Return what differs for each group from the same run with nothing left to chance."""
    return measured(run, (attribute,)).change_by_group


def curve(greedy: RunConfig, by: tuple[str, ...], *, inline: bool = True) -> tuple[Setting, ...]:
    """Return a policy measured at every tenth of the rate; ``greedy`` is the run at rate 0.

    Not ``inline`` has a job measure it however quick it is.
    """
    train = split(greedy.dataset, greedy.seed).train
    quick = inline and not is_large(train) and is_quick(curve_seconds(greedy, train))
    return _curve(greedy, by) if quick else _curve_by_job(greedy, by)


@owned(64)
def _curve(greedy: RunConfig, by: tuple[str, ...]) -> tuple[Setting, ...]:
    return measure_rates(
        greedy,
        RATES,
        context=_context(greedy.dataset, greedy.model, greedy.seed),
        data=audit_data(greedy.dataset, greedy.seed),
        by=by,
        together=group_options(dataset(greedy.dataset)) if by else (),
        settings=Settings(seed=greedy.seed),
    )


@owned(64)
def _curve_by_job(greedy: RunConfig, by: tuple[str, ...]) -> tuple[Setting, ...]:
    learn_first(greedy)
    wanted = wanted_curve(greedy, by)
    folder = queue.result("curve", wanted, person=current_person())
    if folder is None:
        raise NotYetError("curve", wanted)
    return read_curve(folder)


def compared(run: RunConfig, *, inline: bool = True) -> Compared:
    """Return one model's own lists measured, and what they cost.

    Not ``inline`` has a job measure them however quick that is.
    """
    train = split(run.dataset, run.seed).train
    quick = inline and not is_large(train) and is_quick(compare_seconds(run.model, train))
    return _compared(run) if quick else _compared_by_job(run)


@owned(64)
def _compared(run: RunConfig) -> Compared:
    train = split(run.dataset, run.seed).train
    model = fitted(run) if takes_job(run.model, train) else None
    data, settings = audit_data(run.dataset, run.seed), Settings(seed=run.seed)
    return _with_its_fit(run, compare_model(run, train, data, settings=settings, model=model))


@owned(64)
def _compared_by_job(run: RunConfig) -> Compared:
    own = replace(run, policy="greedy", rate=0.0)
    return _with_its_fit(run, read_model(_measured_by_job(own, "model")))


def _with_its_fit(run: RunConfig, found: Compared) -> Compared:
    """Say how long the fit took where another job did it."""
    if not takes_job(run.model, split(run.dataset, run.seed).train):
        return found
    folder = queue.folder_of("fit", wanted_fit(run), person=current_person())
    return replace(found, fit_seconds=seconds_of(folder))


@owned(64)
def explanations(run: RunConfig, user: str) -> dict[int, Explanation]:
    """Return why each item of one person's list has its score, by item row."""
    train = split(run.dataset, run.seed).train
    row = train.user_row(user)
    shown = slates(run).items[row]
    found = explain_each(
        _fitted(run.dataset, run.model, run.seed),
        train.histories.take([row]),
        targets=shown[shown >= 0].tolist(),
    )
    return {explanation.target: explanation for explanation in found}


def experiment(config: Config, folder: Path) -> Experiment | None:
    """Return the simulation that settings describe, in the folder it is worked on in.

    None while it wants the drift of its log, and that is not worked out yet.
    """
    kept = kept_drift(folder)
    return _experiment(tuple(sorted(config.items())), folder, None if kept is None else kept.best)


@st.cache_resource(max_entries=8, show_spinner=False)
def _experiment(
    settings: tuple[tuple[str, str], ...], folder: Path, drift: float | None
) -> Experiment | None:
    """Once for each drift that the folder keeps, which a first run makes."""
    config = dict(settings)
    return planned_in(folder, config, log=dataset(config["dataset"]))
