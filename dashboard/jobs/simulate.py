"""Jobs that simulate rounds of feedback: `recscope simulate` in a folder that it goes on in."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from dashboard.commands.simulate import add_arguments, experiment_of
from dashboard.commands.simulate_options import FROM_LOG, LogDrift
from dashboard.experiment import Experiment
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.reading import dataset_of
from dashboard.jobs.settings import check_model, check_names
from dashboard.logged_drift import kept_drift, logged_drift
from dashboard.workers import run_experiment
from engine.dataset import Dataset
from engine.errors import OptionError

__all__ = ["KIND", "SCOPE", "options_of", "parsed", "planned", "planned_in"]

# They decide which worlds and arms are run, not what comes out in any of them.
SCOPE = frozenset({"seeds", "arms", "rates"})
SETTINGS = (
    *("dataset", "model", "policy", "seed", "n", "rates", "arms", "rounds", "seeds", "by"),
    *("adoption", "drift", "boredom", "late", "picks", "outside", "place-bias", "visits"),
    *("profiles", "background", "refit-every", "incremental", "test-share"),
)
# Options without a value: the setting says "true" or "false".
FLAGS = frozenset({"incremental"})


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise OptionError("the simulation cannot be planned: {reason}", reason=message)


def options_of(config: Config) -> tuple[str, ...]:
    """Return the options of `recscope simulate` that settings stand for.

    Examples
    --------
    >>> options_of({"dataset": "planted", "rounds": 5})
    ('--dataset', 'planted', '--rounds', '5')
    >>> options_of({"incremental": "true"}), options_of({"incremental": "false"})
    (('--incremental',), ())
    """
    options: list[str] = []
    for name, value in config.items():
        if name not in FLAGS:
            options += [f"--{name}", str(value)]
        elif str(value) == "true":
            options.append(f"--{name}")
    return tuple(options)


def planned(config: Config, *, log: Dataset, drift: LogDrift) -> Experiment:
    """Return the experiment that settings describe, on their data.

    ``drift`` is asked for the drift of the log where the settings say so.
    """
    return experiment_of(parsed(config), drift=drift, log=log)


def planned_in(folder: Path, config: Config, *, log: Dataset) -> Experiment | None:
    """Return the experiment of a folder; None while the drift of its log is not worked out."""
    kept = kept_drift(folder)
    if kept is None and config.get("drift") == FROM_LOG:
        return None
    best = 0.0 if kept is None else kept.best
    return planned(config, log=log, drift=lambda _log, _tastes: best)


def parsed(config: Config) -> argparse.Namespace:
    """Return the options of `recscope simulate` that settings stand for, read by its parser.

    Raises
    ------
    OptionError
        The command would not take them.
    """
    parser = _Parser(prog="simulate", add_help=False, allow_abbrev=False)
    add_arguments(parser)
    return parser.parse_args(list(options_of(config)))


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset",))
    told = {name: str(config[name]) for name in SETTINGS if name in config}
    for name in FLAGS & told.keys():
        told[name] = told[name].lower()
        if told[name] not in ("true", "false"):
            raise OptionError(
                "{name} is {value}; give true or false", name=name, value=config[name]
            )
    check_model(parsed(told).model)
    # What a flag says that is not set goes without saying: it is the same job.
    return {name: value for name, value in told.items() if name not in FLAGS or value == "true"}


def _run(task: Task) -> None:
    log = dataset_of(str(task.config["dataset"]), person=task.person)
    drift = partial(
        logged_drift,
        seed=parsed(task.config).seed,
        folder=task.folder,
        progress=lambda done, total: task.report(done, total, "drift"),
    )
    experiment = planned(task.config, log=log, drift=drift)
    task.report(0, experiment.total_rounds, "data")
    run_experiment(
        experiment,
        task.folder,
        progress=lambda done, total: task.report(done, total, "rounds"),
    )


KIND = Kind("simulate", _check, _run, SCOPE)
