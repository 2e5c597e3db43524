"""Lists whose places add up: the pseudo-inverse estimator."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged, self_normalised

__all__ = ["independent_list_weights", "list_weights", "pi", "snpi"]

Values = NDArray[np.float64]


def pi(rewards: Values, weights: Values) -> Terms:
    """Pseudo-inverse estimator (PI): mean(w · sum_l r_l), w from `list_weights`.

    Assumes that what a list earns is a sum over places of something that hangs on item and
    place alone; only the sum need be seen. Weights may be negative. (Swaminathan et al. 2017.)

    Parameters
    ----------
    rewards
        (N, k) by place, or (N, 1) of whole lists.
    weights
        (N,) of the lists.
    """
    return averaged("pi", weights * rewards.sum(axis=1), weights=weights)


def snpi(rewards: Values, weights: Values) -> Terms:
    """Self-normalised `pi`: divided by the mean weight."""
    return self_normalised("snpi", weights * rewards.sum(axis=1), weights=weights)


def list_weights(
    lists: NDArray[np.integer], logging: Values, target: Values, *, n_actions: int
) -> Values:
    """Weights q_targetᵀ Γ⁺ 1_s of all lists s a context can have.

    1_s marks which item stands in which place, Γ = E_logging[1 1ᵀ], q_target = E_target[1].

    Parameters
    ----------
    lists
        (S, k) every list with a chance under either policy, without pads.
    logging, target
        (S,) their chances; each adds up to 1.
    n_actions
        A.

    Returns
    -------
    (S,).
    """
    places = lists.shape[1]
    marks = np.zeros((len(lists), places * n_actions))
    marks[np.arange(len(lists))[:, None], np.arange(places) * n_actions + lists] = 1
    gamma = marks.T @ (logging[:, None] * marks)
    # Γ is singular by nature (each place holds one item); what is below this is rounding.
    inverse = np.linalg.pinv(gamma, rcond=1e-10, hermitian=True)
    return np.asarray(marks @ (inverse @ (target @ marks)))


def independent_list_weights(marginal_weights: Values) -> Values:
    """Weights 1 + sum_l (w_l - 1), which `list_weights` gives where places are independent.

    Examples
    --------
    >>> independent_list_weights(np.array([[2.0, 0.5]])).tolist()
    [1.5]
    """
    return np.asarray(1 + (marginal_weights - 1).sum(axis=1))
