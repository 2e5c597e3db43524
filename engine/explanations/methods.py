"""The methods people can ask for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from engine.explanations.exact import MOST_ENUMERATED, explain_by_enumeration, explain_exactly
from engine.explanations.explanation import Explanation, Method
from engine.explanations.forms import find_form
from engine.explanations.leave_one_out import explain_by_leaving_out
from engine.explanations.lime_explainer import explain_with_lime
from engine.explanations.masked_lime import explain_by_masked_lime
from engine.explanations.question import Effort, Question
from engine.explanations.sampled import explain_by_permutation
from engine.explanations.shap_explainer import explain_with_shap

__all__ = ["METHODS", "SAMPLED", "Explainer", "automatic_method"]


class Explainer(Protocol):
    """Answers a question with one explanation a target, in their order."""

    def __call__(
        self, question: Question, *, rng: np.random.Generator, effort: Effort
    ) -> list[Explanation]:
        """Explain every target of the question."""
        ...


METHODS: Mapping[Method, Explainer] = {
    "exact": explain_exactly,
    "enumeration": explain_by_enumeration,
    "leave-one-out": explain_by_leaving_out,
    "permutation": explain_by_permutation,
    "shap": explain_with_shap,
    "lime": explain_with_lime,
    "masked-lime": explain_by_masked_lime,
}
# Their answer hangs on the generator, and gets better with the budget.
SAMPLED: frozenset[Method] = frozenset({"permutation", "shap", "lime", "masked-lime"})


def automatic_method(question: Question) -> Method:
    """Choose by what the model declares: a closed form where there is one.

    Elsewhere leave-one-out for history items, and for groups every subset where those that act
    are few enough, else sampled orders.
    """
    if find_form(question) is not None:
        return "exact"
    if question.game != "attributes":
        return "leave-one-out"
    acting = int(question.play().acting.sum())
    return "enumeration" if acting <= MOST_ENUMERATED else "permutation"
