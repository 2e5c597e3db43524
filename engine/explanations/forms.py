"""Closed forms of Shapley values, each with the capability that allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.explanations.question import Question
from engine.histories import Histories
from engine.models.base import LinearRecommender
from engine.models.factorised import FactorisationForm, Factorised, Feature
from engine.models.pooled import PooledRecommender

__all__ = [
    "FORMS",
    "Form",
    "Parts",
    "factorised_parts",
    "find_form",
    "linear_parts",
    "pooled_parts",
    "pooled_shapley",
]


@dataclass(frozen=True, eq=False)
class Parts:
    """Shapley values of the rows a question asks for, before any contrast.

    Attributes
    ----------
    contributions
        (P, A) float64.
    base_values
        (A,) values of nobody.
    """

    contributions: NDArray[np.float64]
    base_values: NDArray[np.float64]


@dataclass(frozen=True)
class Form:
    """A closed form: for which questions it holds, by what models declare, and what it says."""

    holds: Callable[[Question], bool]
    parts: Callable[[Question], Parts]


def find_form(question: Question) -> Form | None:
    """Return the first form that holds for a question; None where there is none."""
    return next((form for form in FORMS if form.holds(question)), None)


def _is_linear(question: Question) -> bool:
    can = question.model.capabilities
    has_form = question.game != "attributes" or not can.uses_attributes
    return can.linear_in_history and has_form and isinstance(question.model, LinearRecommender)


def linear_parts(question: Question) -> Parts:
    """v(S) = base + Σ_{j in S} x_j c_jt: every marginal of j is x_j c_jt, so that is its value.

    In the attribute game a group's value is the sum over its items, an attribute adds nothing,
    and the prior adds the base value above the mean of all base values.
    """
    model, history, asked = question.model, question.history, question.asked.tolist()
    assert isinstance(model, LinearRecommender)
    x = model.inputs(history.weights).astype(np.float64)
    columns = [model.parts(history.items, target) for target in asked]
    items = x[:, None] * np.array(columns, dtype=np.float64).reshape(len(asked), len(x)).T
    base = np.array([model.base_value(target) for target in asked], dtype=np.float64)
    if question.game != "attributes":
        return Parts(items, base)
    mean = float(np.mean([model.base_value(row) for row in range(history.n_items)]))
    grouped = np.array([items[list(group.items)].sum(axis=0) for group in question.groups])
    grouped[[group.kind == "prior" for group in question.groups]] = base - mean
    return Parts(grouped, np.full(len(asked), mean))


def _is_pooled(question: Question) -> bool:
    can = question.model.capabilities
    over_items = question.game != "attributes"
    return can.pooled_in_history and over_items and isinstance(question.model, PooledRecommender)


def pooled_parts(question: Question) -> Parts:
    """v(S) = base + g(|S|) Σ_{j in S} a_jt, by `pooled_shapley`; in games over history items."""
    model = question.model
    assert isinstance(model, PooledRecommender)
    a = model.parts(question.history, question.asked)
    g = model.pooling(np.arange(1, len(a) + 1))
    return Parts(pooled_shapley(a, g), model.base_values(question.asked))


def pooled_shapley(a: NDArray[np.float64], g: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shapley values of v(S) = g(|S|) Σ_{j in S} a_j, with v of nobody 0.

    φ_j = c1 a_j + c2 m_j, where m_j is the mean of all other a, c1 = mean of g(1..n) and
    c2 = (1/n) Σ_{s=0..n-1} s (g(s+1) - g(s)).

    Parameters
    ----------
    a
        (n, A) what each player brings.
    g
        (n,) the factor at sizes 1 to n.

    Examples
    --------
    >>> pooled_shapley(np.array([[4.0], [0.0]]), np.array([1.0, 0.5])).ravel().tolist()
    [3.0, -1.0]
    """
    n = len(a)
    if n < 2:
        return a * g[:, None]
    c1 = g.mean()
    c2 = float(np.arange(n) @ np.diff(g, prepend=0.0)) / n
    others = (a.sum(axis=0) - a) / (n - 1)
    return np.asarray(c1 * a + c2 * others)


def _is_factorised(question: Question) -> bool:
    return isinstance(question.model, Factorised)


def factorised_parts(question: Question) -> Parts:
    """Read the values off a factorisation whose pairs go across from person to item.

    The item is there whatever is masked, so a history item or an attribute adds what it adds with
    the whole item, in any order. In the attribute game a group's value is the sum over its items,
    the prior adds the score of a stranger above the mean of all, and the moment belongs to the
    base value.
    """
    model, history, asked = question.model, question.history, question.asked.tolist()
    assert isinstance(model, Factorised)
    forms = [model.history_form(history, target) for target in asked]
    items = np.array([form.weights for form in forms]).reshape(len(asked), -1).T
    # Rounded as scores are, so that the empty history leaves no residual.
    base = np.array([form.base for form in forms], dtype=np.float32).astype(np.float64)
    if question.game != "attributes":
        return Parts(items, base)
    priors = np.array([_of_a_stranger(model, history, row) for row in range(history.n_items)])
    mean = float(priors.mean())
    given = [_by_field(*model.attribute_form(history, target)) for target in asked]
    rows, known = [], np.zeros(len(asked))
    for group in question.groups:
        if group.kind == "prior":
            rows.append(priors[asked] - mean)
        elif group.kind == "attribute":
            rows.append(np.array([parts.get(group.name, 0.0) for parts in given]))
            known += rows[-1]
        else:
            rows.append(items[list(group.items)].sum(axis=0))
    return Parts(np.array(rows), base - known - (priors[asked] - mean))


def _of_a_stranger(model: Factorised, history: Histories, target: int) -> float:
    return model.attribute_form(history, target)[1].base


def _by_field(players: tuple[Feature, ...], form: FactorisationForm) -> dict[str, float]:
    """Return what each field of the person adds to the whole item."""
    whole = form.weights + form.lefts @ form.rights.sum(axis=0)
    return {name: float(value) for (name, _), value in zip(players, whole, strict=True)}


# A model's first form counts; a further form is a row here.
FORMS: tuple[Form, ...] = (
    Form(_is_linear, linear_parts),
    Form(_is_pooled, pooled_parts),
    Form(_is_factorised, factorised_parts),
)
