"""Jobs that list for everyone and measure it, over data too large for a page to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audits.analysis import Analysis, analyse
from audits.data import AuditData, prepare
from audits.evaluation import Evaluation, evaluate
from audits.settings import MERITS, Merit, Settings
from audits.total_rows import provider_rows
from dashboard.comparison import compare_model
from dashboard.components.attributes import group_options
from dashboard.jobs.fitting import takes_job
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.measure_files import WHAT, What, write_lists, write_model, write_rows, write_run
from dashboard.jobs.reading import dataset_of, split_for
from dashboard.jobs.running import check_run, fit_in_job, run_of
from dashboard.jobs.settings import check_names, check_one_of, share
from dashboard.measuring import measure_run
from engine.config import RunConfig
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.slates import Slates
from engine.recommend import list_everyone
from engine.splits import Split

__all__ = ["KIND", "wanted_measure"]

SETTINGS = ("dataset", "model", "policy", "rate", "seed", "n", "what", "by", "merit")


def wanted_measure(
    run: RunConfig, what: What, *, by: Sequence[str] = (), merit: Merit = "relevance"
) -> dict[str, Any]:
    """Return the settings of the job that measures a run."""
    return {**run.to_dict(), "what": what, "by": ",".join(by), "merit": merit}


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "model", "policy", "what"))
    given = {"what": config["what"], "merit": config.get("merit", "relevance")}
    check_one_of(given, "what", WHAT)
    check_one_of(given, "merit", MERITS)
    by = str(config.get("by", ""))
    checked = {**check_run(config), "rate": share(config, "rate"), "by": by, **given}
    run_of(checked)
    return checked


def _run(task: Task) -> None:
    """Report four steps: the data, the model, the lists it departs from, and the lists."""
    run, what = run_of(task.config), task.config["what"]
    task.report(0, 4, "data")
    parts = split_for(task)
    task.report(1, 4, "fit")
    if what == "model":
        _compare(task, run, parts)
        return
    model = fit_in_job(run, parts.train, person=task.person)
    if what == "lists":
        task.report(2, 4, "lists")
        write_lists(_lists(run, parts, model), task.folder)
        return
    data = _audited(parts)
    if what == "items":
        task.report(2, 4, "measures")
        _measure_items(task, _measured(run, parts, model, data), data)
        return
    task.report(2, 4, "own")
    by = tuple(filter(None, task.config["by"].split(",")))
    together = group_options(dataset_of(run.dataset, person=task.person)) if by else ()

    def analysed(which: RunConfig) -> Analysis:
        found = _measured(which, parts, model, data)
        settings = Settings(seed=run.seed)
        return analyse(data, found, by=by, together=together, settings=settings)

    before = analysed(replace(run, rate=0.0))
    task.report(3, 4, "measures")
    after = before if run.rate == 0 else analysed(run)
    write_run(measure_run(data, before, after), task.folder)


def _compare(task: Task, run: RunConfig, parts: Split) -> None:
    """Measure a model; one that nobody fits beforehand is fitted here, and that is timed."""
    model = None
    if takes_job(run.model, parts.train):
        model = fit_in_job(run, parts.train, person=task.person)
    settings = Settings(seed=run.seed)
    found = compare_model(run, parts.train, _audited(parts), settings=settings, model=model)
    write_model(found, task.folder)


def _audited(parts: Split) -> AuditData:
    return prepare(
        interactions=parts.train.interactions,
        held_out=parts.held_out,
        users=parts.train.users,
        items=parts.train.items,
    )


def _measure_items(task: Task, found: Evaluation, data: AuditData) -> None:
    settings = Settings(seed=int(task.config["seed"]), merit=task.config["merit"])
    by = tuple(task.config["by"].split(","))
    write_rows(provider_rows(data, found, by=by, settings=settings), task.folder)


def _measured(run: RunConfig, parts: Split, model: Recommender, data: AuditData) -> Evaluation:
    table = _lists(run, parts, model).to_table(parts.train.user_ids, parts.train.item_ids)
    return evaluate(data, table, k=run.n)


def _lists(run: RunConfig, parts: Split, model: Recommender) -> Slates:
    return list_everyone(run, PolicyContext(parts.train, model, parts.train.histories))


KIND = Kind("measure", _check, _run)
