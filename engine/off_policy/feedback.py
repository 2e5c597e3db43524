"""Logged feedback: what was shown, how likely that was, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LoggedFeedback", "LoggedLists"]


@dataclass(frozen=True, eq=False)
class LoggedFeedback:
    """N single choices, each rewarded on its own.

    Attributes
    ----------
    actions
        (N,) rows in ``action_ids``.
    rewards
        (N,) what came of it, for instance 1 for a click.
    propensities
        (N,) chance of the action under the logging policy, in (0, 1]; None where nobody knows it.
    places
        (N,) place on the page from 0; all 0 where there is one.
    users
        (N,) numbers from 0 of the people the intervals resample; without people, of the rows.
    contexts
        (N, d) what was known before the choice; d may be 0.
    action_ids
        A names.
    action_features
        (A, f) what is known of each action; None = only its name.
    names_users
        False where ``users`` are but rows.
    estimated
        True where the propensities were estimated from the log itself.
    """

    actions: NDArray[np.int64]
    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64] | None
    places: NDArray[np.int64]
    users: NDArray[np.int64]
    contexts: NDArray[np.float64]
    action_ids: tuple[str, ...]
    action_features: NDArray[np.float64] | None = None
    names_users: bool = True
    estimated: bool = False

    @property
    def n_places(self) -> int:
        """Return the number of places."""
        return int(self.places.max()) + 1


@dataclass(frozen=True, eq=False)
class LoggedLists:
    """N lists of up to k items; what a list earns is the sum over its places.

    Attributes
    ----------
    actions
        (N, k) rows in ``action_ids``, best place first; -1 pads short lists at the end.
    rewards
        (N, k) what came of each place; 0 where padded.
    propensities
        (N, k) chance of the item in its place given the places above, as in
        `engine.policies.base.Slates`; 1 where padded.
    users
        (N,) numbers from 0 of the people the intervals resample; without people, of the lists.
    action_ids
        A names.
    names_users
        False where ``users`` are but lists.
    independent
        True where each place was filled without regard to the others, so that a propensity is
        also the chance of the item in its place whatever stands above.
    """

    actions: NDArray[np.int64]
    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64]
    users: NDArray[np.int64]
    action_ids: tuple[str, ...]
    names_users: bool = True
    independent: bool = False
