"""The whole evaluation of a target on a log: every estimator that can be had, warnings first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.config import stream
from engine.errors import OptionError, TableError
from engine.off_policy.cautions import Caution
from engine.off_policy.direct import direct
from engine.off_policy.doubly_robust import doubly_robust, switch_doubly_robust
from engine.off_policy.estimate import Estimate, estimate_all
from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.importance import ips, snips
from engine.off_policy.reward_model import fit_rewards, user_folds
from engine.off_policy.support import Limits, Support, cautions, measure_support, unseen_share
from engine.off_policy.target import Target
from engine.off_policy.terms import Terms, averaged

__all__ = ["Evaluation", "Settings", "conclude", "evaluate", "logged_value"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What is declared before a log is looked at.

    Attributes
    ----------
    limits
        What is asked of the log.
    resamples
        Resampled logs an interval rests on.
    folds
        Parts of cross-fitting, at least 2.
    regularization
        Of the reward model, above 0.
    switch_at
        The weight above which Switch-DR leaves a row to the reward model.
    seed
        Of the resampling and the folds.

    Raises
    ------
    OptionError
        A value is outside its range.
    """

    limits: Limits = field(default_factory=Limits)
    resamples: int = 1000
    folds: int = 3
    regularization: float = 1.0
    switch_at: float = 10.0
    seed: int = 7

    def __post_init__(self) -> None:
        if self.resamples < 1 or self.folds < 2 or self.seed < 0:
            raise OptionError(
                "resamples is {resamples}, folds is {folds} and the seed is {seed}; give numbers "
                "from 1, from 2 and from 0",
                resamples=self.resamples,
                folds=self.folds,
                seed=self.seed,
            )
        if not (self.regularization > 0 and self.switch_at >= 0):
            raise OptionError(
                "the regularization is {value} and Switch-DR's weight is {weight}; give one above "
                "0 and one from 0",
                value=self.regularization,
                weight=self.switch_at,
            )


@dataclass(frozen=True)
class Evaluation:
    """What a log says about a target.

    Attributes
    ----------
    estimates
        Empty where the log was refused.
    logged
        What the logging policy itself earned, to hold them against.
    support
        What the weights look like.
    cautions
        What to read first, the gravest first.
    suffices
        False where the log was refused, or its effective size is below the limit.
    """

    estimates: tuple[Estimate, ...]
    logged: Estimate
    support: Support
    cautions: tuple[Caution, ...]
    suffices: bool


def evaluate(feedback: LoggedFeedback, target: Target, *, settings: Settings) -> Evaluation:
    """Estimate what the target would have earned a log, by every estimator that can be had.

    IPS and SNIPS; where the target is known for all actions, DM, DR and Switch-DR too, with
    cross-fitted rewards.

    Raises
    ------
    TableError
        The log has no propensities.
    """
    if feedback.propensities is None:
        raise TableError(
            "the log has no propensity: without the chance of what was shown nothing can be "
            "weighted. Map the column with --map propensity=YOUR_COLUMN, or say "
            "--estimate-propensities"
        )
    weights = target.chosen / feedback.propensities
    notes = []
    if feedback.estimated:
        notes.append(Caution("estimated", {}))
    if not feedback.names_users:
        notes.append(Caution("rows_for_users", {}))
    terms = [ips(feedback.rewards, weights), snips(feedback.rewards, weights)]
    if target.table is not None and target.groups is not None:
        table, groups = target.table, target.groups
        terms += _with_rewards(feedback, weights, table=table, groups=groups, settings=settings)
    return conclude(
        [averaged("logged", feedback.rewards, weights=None), *terms],
        weights,
        users=feedback.users,
        unseen=unseen_share(feedback, target),
        notes=notes,
        settings=settings,
    )


def logged_value(feedback: LoggedFeedback, *, settings: Settings) -> Estimate:
    """Return what the logging policy itself earned a log, with its interval."""
    return estimate_all(
        [averaged("logged", feedback.rewards, weights=None)],
        feedback.users,
        resamples=settings.resamples,
        rng=stream(settings.seed, "bootstrap"),
    )[0]


def conclude(
    terms: Sequence[Terms],
    weights: Values,
    *,
    users: NDArray[np.int64],
    unseen: float | None,
    notes: Sequence[Caution],
    settings: Settings,
) -> Evaluation:
    """Estimate, hold the support against the limits, and keep nothing of what is refused.

    Parameters
    ----------
    terms
        Of the log's own value, then of the estimators.
    weights
        (N,) of the logs or lists.
    users, unseen
        As in `LoggedFeedback` and `Support`.
    notes
        Further things to be wary of.
    settings
        Its limits decide.
    """
    mean, logged, *estimates = estimate_all(
        [averaged("mean weight", weights, weights=weights), *terms],
        users,
        resamples=settings.resamples,
        rng=stream(settings.seed, "bootstrap"),
    )
    support = measure_support(weights, users, mean=mean, unseen=unseen)
    found = (*cautions(support, settings.limits), *notes)
    kinds = {caution.kind for caution in found}
    if "refused" in kinds:
        estimates = []
    if any(estimate.estimator == "dm" for estimate in estimates):
        found = (*found, Caution("model_interval", {}))
    return Evaluation(
        estimates=tuple(estimates),
        logged=logged,
        support=support,
        cautions=found,
        suffices=not kinds & {"refused", "little_evidence"},
    )


def _with_rewards(
    feedback: LoggedFeedback,
    weights: Values,
    *,
    table: Values,
    groups: NDArray[np.int64],
    settings: Settings,
) -> list[Terms]:
    folds = user_folds(feedback.users, folds=settings.folds, rng=stream(settings.seed, "fit"))
    model = fit_rewards(feedback, folds, regularization=settings.regularization)
    expected, predicted = model.expected(table, groups), model.of_logged(feedback.actions)
    rewards = feedback.rewards
    return [
        direct(expected),
        doubly_robust(rewards, weights, predicted=predicted, expected=expected),
        switch_doubly_robust(
            rewards,
            weights,
            predicted=predicted,
            expected=expected,
            threshold=settings.switch_at,
        ),
    ]
