"""What an action would have earned: a small regression that never sees the log it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from scipy.special import expit
from threadpoolctl import threadpool_limits

from engine.off_policy.feedback import LoggedFeedback

__all__ = ["RewardModel", "fit_rewards", "user_folds"]

Values = NDArray[np.float64]
Rows = NDArray[np.int64]

# Bounds the (rows, A) predictions that are in memory at once.
_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class RewardModel:
    """Cross-fitted rewards q(x, a) = link(x · weights_m + actions_m[a]), m = fold and place.

    Attributes
    ----------
    weights
        (M, d) what each part of the context adds.
    actions
        (M, A) what each action adds, with the intercept.
    models
        (N,) the m that did not see the log, for each log.
    contexts
        (N, d).
    is_binary
        True: link is the logistic curve; False: none.
    """

    weights: Values
    actions: Values
    models: Rows
    contexts: Values
    is_binary: bool

    def of_logged(self, actions: Rows) -> Values:
        """(N,) q of one action for each log."""
        raw = self._of_contexts(slice(None)) + self.actions[self.models, actions]
        return self._link(raw)

    def expected(self, table: Values, groups: Rows) -> Values:
        """(N,) sum_a target(a|x) q(x, a), the target's chances in rows (N,) of a (G, A) table."""
        parts = [
            (self.all_actions(rows) * table[groups[rows]]).sum(axis=1) for rows in self.blocks()
        ]
        return np.concatenate(parts)

    def all_actions(self, rows: slice) -> Values:
        """(b, A) q of every action for a block of logs."""
        raw = self._of_contexts(rows)[:, None] + self.actions[self.models[rows]]
        return self._link(raw)

    def blocks(self) -> Iterator[slice]:
        """Yield slices that cover all logs, each small enough for `all_actions`."""
        step = max(1, _CELLS // self.actions.shape[1])
        for start in range(0, len(self.models), step):
            yield slice(start, start + step)

    def _of_contexts(self, rows: slice) -> Values:
        return np.asarray((self.contexts[rows] * self.weights[self.models[rows]]).sum(axis=1))

    def _link(self, raw: Values) -> Values:
        return np.asarray(expit(raw)) if self.is_binary else raw


def user_folds(users: Rows, *, folds: int, rng: np.random.Generator) -> Rows:
    """(N,) a fold for each log; all logs of a user fall into the same one."""
    of_users = rng.permutation(int(users.max()) + 1) % folds
    return np.asarray(of_users[users], dtype=np.int64)


def fit_rewards(feedback: LoggedFeedback, folds: Rows, *, regularization: float) -> RewardModel:
    """Fit one regression a fold and place on the logs of the other folds.

    Rewards of 0 and 1 get a logistic curve, others a straight line; the loss is summed over logs
    and regularization / 2 · ||coefficients||² is added, the intercept left out. A place that the
    other folds never show borrows their logs of all places.

    Parameters
    ----------
    feedback
        The log.
    folds
        (N,) numbers from 0.
    regularization
        Above 0.
    """
    is_binary = bool(np.isin(feedback.rewards, (0, 1)).all())
    features = _action_features(feedback)
    inputs = sparse.hstack([sparse.csr_array(feedback.contexts), features[feedback.actions]])
    inputs = sparse.csr_array(inputs)
    n_folds, n_places, d = int(folds.max()) + 1, feedback.n_places, feedback.contexts.shape[1]
    weights = np.zeros((n_folds * n_places, d))
    actions = np.zeros((n_folds * n_places, len(feedback.action_ids)))
    models = folds * n_places + feedback.places
    for model in np.unique(models):
        fold, place = divmod(int(model), n_places)
        others = (folds != fold) | (n_folds == 1)
        here = others & (feedback.places == place)
        rows = np.flatnonzero(here if here.any() else others)
        with threadpool_limits(1, "blas"):
            found = _fit(inputs[rows], feedback.rewards[rows], is_binary, regularization)
        weights[model] = found[:d]
        actions[model] = features @ found[d:-1] + found[-1]
    return RewardModel(weights, actions, models, feedback.contexts, is_binary)


def _action_features(feedback: LoggedFeedback) -> sparse.csr_array:
    if feedback.action_features is not None:
        return sparse.csr_array(feedback.action_features)
    return sparse.csr_array(sparse.eye_array(len(feedback.action_ids)))


def _fit(
    inputs: sparse.csr_array, rewards: Values, is_binary: bool, regularization: float
) -> Values:
    """Return the coefficients, then the intercept."""

    def loss(parameters: Values) -> tuple[float, Values]:
        coefficients = parameters[:-1]
        raw = inputs @ coefficients + parameters[-1]
        if is_binary:
            fit, error = (np.logaddexp(0, raw) - rewards * raw).sum(), expit(raw) - rewards
        else:
            fit, error = ((raw - rewards) ** 2).sum() / 2, raw - rewards
        slope = np.append(inputs.T @ error + regularization * coefficients, error.sum())
        return float(fit + regularization / 2 * coefficients @ coefficients), slope

    start = np.zeros(inputs.shape[1] + 1)
    options = {"maxiter": 5000, "gtol": 1e-7, "ftol": 1e-15}
    found: Values = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return found
