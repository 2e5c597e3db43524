"""How much a log can say about a target: overlap, effective size, heavy rows, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.off_policy.cautions import Caution
from engine.off_policy.estimate import Estimate, effective_sample_size
from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.target import Target

__all__ = ["Limits", "Support", "cautions", "measure_support", "unseen_share"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """What is asked of a log, declared before it is looked at.

    Attributes
    ----------
    most_unseen
        Largest share of the target's choices the log may never show; above it, no estimate.
    least_ess
        Smallest effective sample size that counts as evidence.
    most_of_one
        Largest share of all weight one row may carry without a warning.

    Raises
    ------
    OptionError
        A limit is outside its range.
    """

    most_unseen: float = 0.05
    least_ess: float = 100.0
    most_of_one: float = 0.05

    def __post_init__(self) -> None:
        if not (0 <= self.most_unseen <= 1 and 0 <= self.most_of_one <= 1):
            raise OptionError(
                "the limits on shares are {unseen} and {one}; give numbers from 0 to 1",
                unseen=self.most_unseen,
                one=self.most_of_one,
            )
        if not self.least_ess >= 0:
            raise OptionError(
                "the least effective sample size is {ess}; give a number from 0",
                ess=self.least_ess,
            )


@dataclass(frozen=True)
class Support:
    """What the weights of N logs (or lists) look like.

    Attributes
    ----------
    n, users
        Logs, and people (or logs again) that intervals resample.
    ess, ess_share
        Effective sample size (sum w)² / sum w², and as a share of n.
    largest_share
        max w / sum w.
    mean_weight, mean_weight_low, mean_weight_high
        1 is expected where propensities are exact and the log covers the target; 95% interval.
    unseen
        Share of the target's choices that the log never shows in their place; None where the
        target is known only for what was shown.
    """

    n: int
    users: int
    ess: float
    ess_share: float
    largest_share: float
    mean_weight: float
    mean_weight_low: float
    mean_weight_high: float
    unseen: float | None


def unseen_share(feedback: LoggedFeedback, target: Target) -> float | None:
    """Return the mean target probability of actions that no log shows in that place."""
    if target.table is None or target.groups is None:
        return None
    n_actions = len(feedback.action_ids)
    shown = np.zeros((feedback.n_places, n_actions), dtype=bool)
    shown[feedback.places, feedback.actions] = True
    # Logs of one place and one row of the table lose the same share.
    pairs, counts = np.unique(
        np.stack([feedback.places, target.groups]), axis=1, return_counts=True
    )
    lost = [(target.table[group] * ~shown[place]).sum() for place, group in pairs.T]
    return float(np.average(lost, weights=counts))


def measure_support(
    weights: Values, users: NDArray[np.int64], *, mean: Estimate, unseen: float | None
) -> Support:
    """Describe (N,) weights, given the estimate of their mean."""
    total = float(weights.sum())
    ess = effective_sample_size(weights)
    return Support(
        n=len(weights),
        users=int(users.max()) + 1,
        ess=ess,
        ess_share=ess / len(weights),
        largest_share=float(weights.max()) / total if total > 0 else 0.0,
        mean_weight=total / len(weights),
        mean_weight_low=mean.low or 0.0,
        mean_weight_high=mean.high or 0.0,
        unseen=unseen,
    )


def cautions(support: Support, limits: Limits) -> tuple[Caution, ...]:
    """Return what a reader must know before any number, the gravest first."""
    found = []
    unseen = support.unseen
    if unseen is None:
        found.append(Caution("unknown_support", {}))
    elif unseen > limits.most_unseen:
        found.append(Caution("refused", {"share": unseen, "limit": limits.most_unseen}))
    elif unseen > 0:
        found.append(Caution("unseen", {"share": unseen}))
    if support.ess < limits.least_ess:
        found.append(
            Caution(
                "little_evidence",
                {"n": support.n, "ess": support.ess, "least": limits.least_ess},
            )
        )
    if support.largest_share > limits.most_of_one:
        found.append(Caution("heavy_row", {"share": support.largest_share}))
    # Rounding must not make exact weights look off.
    if not support.mean_weight_low - 1e-9 <= 1 <= support.mean_weight_high + 1e-9:
        found.append(
            Caution(
                "off_calibration",
                {
                    "mean": support.mean_weight,
                    "low": support.mean_weight_low,
                    "high": support.mean_weight_high,
                },
            )
        )
    return tuple(found)
