"""How the settings of jobs are checked: they may come from a form, a link or another program."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from typing import Any

from dashboard.jobs.kind import Config
from dashboard.uploads.staged import is_staged
from engine.errors import OptionError, UnknownNameError
from engine.models.registry import MODELS, SERVINGS, make_model

__all__ = ["check_brought", "check_model", "check_names", "check_one_of", "number", "share"]


def check_names(config: Config, *, known: Collection[str], needed: Collection[str]) -> None:
    """See that no setting is unknown, and none that is needed is missing.

    Raises
    ------
    OptionError
        One is.
    """
    for name in config:
        if name not in known:
            raise OptionError(
                "this kind of job has no setting {name}; choose from {names}",
                name=name,
                names=", ".join(known),
            )
    for name in needed:
        if name not in config:
            raise OptionError("this kind of job needs the setting {name}", name=name)


def check_one_of(config: Config, name: str, known: tuple[str, ...]) -> None:
    """See that a setting is one of those known.

    Raises
    ------
    OptionError
        It is not.
    """
    if config[name] not in known:
        raise OptionError(
            "{name} is {value}; choose one of {names}",
            name=name,
            value=config[name],
            names=", ".join(known),
        )


def check_brought(config: Config) -> None:
    """See that what a job is about are tables that somebody brought for it.

    Raises
    ------
    UnknownNameError
        They are not.
    """
    if not is_staged(str(config["dataset"])):
        raise UnknownNameError("the tables you brought are here no longer; bring them again")


def check_model(name: str) -> None:
    """See that a model is one of ours; an import path would run whatever it names.

    Raises
    ------
    UnknownNameError
        It is not.
    """
    rest = name
    while rest.partition(":")[0] in SERVINGS:
        rest = rest.partition(":")[2]
    kind, colon, members = rest.partition(":")
    names = [part.rpartition("*")[2] for part in members.split("+")] if colon else []
    for part in [kind, *names]:
        if part not in MODELS:
            raise UnknownNameError(
                "there is no model {model}; choose one of {names}",
                model=part,
                names=", ".join(MODELS),
            )
    # A model of ours by its plain name is what it is; to make it would load what it learns with.
    if name not in MODELS or find_spec("torch") is None:
        make_model(name)


def number(config: Config, name: str, *, usual: int, least: int = 0) -> int:
    """Return a whole number of the settings.

    Raises
    ------
    OptionError
        It is none, or below the least.
    """
    value: Any = config.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise OptionError(
            "{name} is {value}; give a whole number from {least}",
            name=name,
            value=value,
            least=least,
        )
    return value


def share(config: Config, name: str, *, usual: float = 0.0) -> float:
    """Return an exploration rate of the settings.

    Raises
    ------
    OptionError
        It is no number; whether it is one from 0 to 1 is asked of the run.
    """
    value: Any = config.get(name, usual)
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise OptionError(
            "the exploration rate is {rate}; give a number from 0 to 1", rate=value
        ) from error
