"""The whole evaluation of a target on logged lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.config import stream
from engine.off_policy.cascade import cascade_doubly_robust, rips, snrips
from engine.off_policy.cautions import Caution
from engine.off_policy.evaluation import Evaluation, Settings, conclude
from engine.off_policy.feedback import LoggedFeedback, LoggedLists
from engine.off_policy.independent import iips, sniips
from engine.off_policy.list_importance import sips, snsips
from engine.off_policy.pseudo_inverse import independent_list_weights, pi, snpi
from engine.off_policy.reward_model import RewardModel, fit_rewards, user_folds
from engine.off_policy.target import ListTarget
from engine.off_policy.terms import Terms, averaged

__all__ = ["evaluate_lists", "unseen_list_share"]

Values = NDArray[np.float64]


def evaluate_lists(lists: LoggedLists, target: ListTarget, *, settings: Settings) -> Evaluation:
    """Estimate what the target would have earned a list, by every estimator that can be had.

    SIPS and RIPS, plain and self-normalised; IIPS and PI where places are independent;
    Cascade-DR where the target is known for all items.
    """
    weights = target.chosen / lists.propensities
    notes = [] if lists.names_users else [Caution("rows_for_users", {})]
    rewards = lists.rewards
    terms = [
        sips(rewards, weights),
        snsips(rewards, weights),
        rips(rewards, weights),
        snrips(rewards, weights),
    ]
    if lists.independent:
        whole = independent_list_weights(weights)
        terms += [iips(rewards, weights), sniips(rewards, weights)]
        terms += [pi(rewards, whole), snpi(rewards, whole)]
    else:
        notes.append(Caution("lists_depend", {}))
    if target.odds is not None:
        terms.append(_cascade_with_rewards(lists, target.odds, weights, settings))
    return conclude(
        [averaged("logged", rewards.sum(axis=1), weights=None), *terms],
        weights.prod(axis=1),
        users=lists.users,
        unseen=unseen_list_share(lists, target),
        notes=notes,
        settings=settings,
    )


def unseen_list_share(lists: LoggedLists, target: ListTarget) -> float | None:
    """Return the target's odds of items that no list shows anywhere; None without odds."""
    if target.odds is None:
        return None
    shown = np.zeros(len(target.odds), dtype=bool)
    shown[lists.actions[lists.actions >= 0]] = True
    return float(target.odds[~shown].sum())


def _cascade_with_rewards(
    lists: LoggedLists, odds: Values, weights: Values, settings: Settings
) -> Terms:
    """Cascade-DR; a place's rewards are foretold from its item alone, cross-fitted by user."""
    rows, places = np.nonzero(lists.actions >= 0)
    flat = LoggedFeedback(
        actions=lists.actions[rows, places],
        rewards=lists.rewards[rows, places],
        propensities=None,
        places=places,
        users=lists.users[rows],
        contexts=np.empty((len(rows), 0)),
        action_ids=lists.action_ids,
    )
    folds = user_folds(flat.users, folds=settings.folds, rng=stream(settings.seed, "fit"))
    model = fit_rewards(flat, folds, regularization=settings.regularization)
    predicted, expected = np.zeros_like(weights), np.zeros_like(weights)
    predicted[rows, places] = model.of_logged(flat.actions)
    expected[rows, places] = _expected(model, lists, odds, rows, places)
    return cascade_doubly_robust(lists.rewards, weights, predicted=predicted, expected=expected)


def _expected(
    model: RewardModel,
    lists: LoggedLists,
    odds: Values,
    rows: NDArray[np.int64],
    places: NDArray[np.int64],
) -> Values:
    """Mean prediction over what the target would put in each place, given the places above."""
    parts = []
    for block in model.blocks():
        chances = np.tile(odds, (len(rows[block]), 1))
        for place in range(0 if lists.independent else lists.actions.shape[1]):
            below = np.flatnonzero(places[block] > place)
            chances[below, lists.actions[rows[block][below], place]] = 0
        chances /= chances.sum(axis=1, keepdims=True)
        parts.append((model.all_actions(block) * chances).sum(axis=1))
    return np.concatenate(parts)
