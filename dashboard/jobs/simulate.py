"""Jobs that simulate rounds of feedback: `recscope simulate` in a folder that it goes on in."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from dashboard.commands.simulate import add_arguments, experiment_of
from dashboard.experiment import Experiment
from dashboard.jobs.data import dataset_of
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.settings import check_model, check_names
from dashboard.workers import run_experiment
from engine.dataset import Dataset
from engine.errors import OptionError

__all__ = ["KIND", "SCOPE", "config_of", "options_of", "planned"]

# They decide which worlds and arms are run, not what comes out in any of them.
SCOPE = frozenset({"seeds", "arms", "rates"})
SETTINGS = (
    *("dataset", "model", "policy", "seed", "n", "rates", "arms", "rounds", "seeds", "by"),
    *("adoption", "drift", "boredom", "late", "picks", "outside", "place-bias", "visits"),
    *("profiles", "background", "refit-every"),
)


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
    """
    return tuple(part for name, value in config.items() for part in (f"--{name}", str(value)))


def config_of(options: Sequence[str]) -> dict[str, str]:
    """Return the settings that options stand for.

    Examples
    --------
    >>> config_of(("--dataset", "planted"))
    {'dataset': 'planted'}
    """
    pairs = zip(options[::2], options[1::2], strict=True)
    return {name.removeprefix("--"): value for name, value in pairs}


def planned(config: Config, *, log: Dataset) -> Experiment:
    """Return the experiment that settings describe, on their data."""
    return experiment_of(_parsed(config), log=log)


def _parsed(config: Config) -> argparse.Namespace:
    parser = _Parser(prog="simulate", add_help=False, allow_abbrev=False)
    add_arguments(parser)
    return parser.parse_args(list(options_of(config)))


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset",))
    check_model(_parsed(config).model)
    return {name: str(config[name]) for name in SETTINGS if name in config}


def _run(task: Task) -> None:
    log = dataset_of(str(task.config["dataset"]), person=task.person)
    experiment = planned(task.config, log=log)
    task.report(0, experiment.total_rounds, "data")
    run_experiment(
        experiment,
        task.folder,
        progress=lambda done, total: task.report(done, total, "rounds"),
    )


KIND = Kind("simulate", _check, _run, SCOPE)
