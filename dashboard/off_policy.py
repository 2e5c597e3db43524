"""What a log says about a target: the one way from a request to estimates, for page and command."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import polars as pl

from engine.errors import OptionError
from engine.off_policy.cautions import Caution
from engine.off_policy.estimate import Estimate
from engine.off_policy.evaluation import Evaluation, Settings, evaluate, logged_value
from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.list_evaluation import evaluate_lists
from engine.off_policy.log_table import chances, feedback_from, lists_from, spread
from engine.off_policy.propensities import estimate_propensities
from engine.off_policy.target import (
    column_target,
    list_target,
    mix_lists_with_chance,
    mix_with_chance,
    place_target,
    uniform_odds,
)
from engine.sources.open_bandit import (
    LOGGED_BY,
    Campaign,
    LoggedBy,
    load_open_bandit,
    thompson_policy,
)
from engine.tables import Origin

__all__ = [
    "OPEN_BANDIT",
    "PRIOR",
    "THOMPSON",
    "UNIFORM",
    "Asked",
    "Told",
    "evaluate_log",
    "evaluate_open_bandit",
]

OPEN_BANDIT = "open-bandit"
PRIOR = "open-bandit-prior"
UNIFORM = "uniform"
THOMPSON = "thompson"


@dataclass(frozen=True)
class Asked:
    """What is asked of a log.

    Attributes
    ----------
    target
        `UNIFORM`, `THOMPSON` (of Open Bandit), or the column with the target's chances.
    rate
        Share of the target's choices that are left to chance instead.
    context
        Columns known before the choice.
    estimate_propensities
        Estimate them where the log has none.
    independent_places
        The places of a list were filled without regard to each other.
    settings
        Of the evaluation.
    """

    target: str
    rate: float = 0.0
    context: tuple[str, ...] = ()
    estimate_propensities: bool = False
    independent_places: bool = False
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True)
class Told:
    """What a log tells; ``on_policy`` is what the target earned in its own log, if it ran."""

    evaluation: Evaluation
    on_policy: Estimate | None = None


def evaluate_log(log: pl.DataFrame, asked: Asked, *, source: Origin) -> Told:
    """Evaluate on a log from `engine.off_policy.log_table.read_log`.

    Raises
    ------
    OptionError, TableError
        The request does not fit the log; what and how to mend it.
    """
    if asked.target == THOMPSON:
        raise OptionError("the target thompson is known for --dataset open-bandit alone")
    evaluated = _lists if "list_id" in log.columns else _single
    return Told(evaluated(log, asked, source))


def evaluate_open_bandit(
    folder: Path, prior: Path | None, asked: Asked, *, campaign: Campaign, logged_by: LoggedBy
) -> Told:
    """Evaluate on one policy's log of the sample; the target's own log says what it really earned.

    Parameters
    ----------
    folder, prior
        Where the sample is, and the Thompson sampler's parameters (needed for that target alone).
    asked
        The target is one of the two logging policies; columns of an own log are not looked at.

    Raises
    ------
    OptionError
        The target is neither of the two.
    """
    if asked.target not in LOGGED_BY:
        raise OptionError(
            "the target {target} is not known for open-bandit; choose one of {names}",
            target=asked.target,
            names=", ".join(LOGGED_BY),
        )
    read = partial(load_open_bandit, folder, campaign=campaign)
    feedback = read(logged_by=logged_by)
    if asked.target == THOMPSON and prior is not None:
        table = thompson_policy(prior, campaign=campaign)
    else:
        table = uniform_odds(len(feedback.action_ids))[None]
    target = place_target(asked.target, table, feedback)
    is_mixed = asked.rate > 0 and asked.target != UNIFORM
    if is_mixed:
        target = mix_with_chance(target, asked.rate, n_actions=len(feedback.action_ids))
    evaluation = evaluate(feedback, target, settings=asked.settings)
    if is_mixed:
        return Told(evaluation)
    if asked.target == THOMPSON:
        cautions = (*evaluation.cautions, Caution("learned_on", {}))
        evaluation = replace(evaluation, cautions=cautions)
    own = logged_value(read(logged_by=asked.target), settings=asked.settings)
    return Told(evaluation, on_policy=own)


def _single(log: pl.DataFrame, asked: Asked, source: Origin) -> Evaluation:
    feedback = feedback_from(log, context=asked.context, source=source)
    if asked.estimate_propensities:
        feedback = _estimated(feedback)
    n_actions = len(feedback.action_ids)
    if asked.target == UNIFORM:
        target = place_target(UNIFORM, uniform_odds(n_actions)[None], feedback)
    else:
        target = column_target(asked.target, chances(log, asked.target, source=source))
        target = mix_with_chance(target, asked.rate, n_actions=n_actions)
    return evaluate(feedback, target, settings=asked.settings)


def _estimated(feedback: LoggedFeedback) -> LoggedFeedback:
    if feedback.propensities is not None:
        raise OptionError(
            "the log has propensities; leave out --estimate-propensities, for they are better"
        )
    return estimate_propensities(feedback)


def _lists(log: pl.DataFrame, asked: Asked, source: Origin) -> Evaluation:
    if asked.context:
        raise OptionError("--context is for logs of single choices; leave it out for lists")
    lists = lists_from(log, independent=asked.independent_places, source=source)
    if asked.target == UNIFORM:
        target = list_target(UNIFORM, lists, odds=uniform_odds(len(lists.action_ids)))
    else:
        chosen = spread(lists, log, chances(log, asked.target, source=source))
        target = list_target(asked.target, lists, chosen=chosen)
        target = mix_lists_with_chance(target, asked.rate, lists=lists)
    return evaluate_lists(lists, target, settings=asked.settings)
