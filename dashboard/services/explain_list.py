"""Why one person's whole list stands above the best items it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.explain import COUNTERFACTUAL
from dashboard.services.service import service
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.contrastive import SlateReasons, explain_slate
from engine.explanations.explanation import Method
from engine.explanations.question import Effort
from engine.explanations.rescoring import Rescorer
from engine.models.base import Recommender

__all__ = ["WhyList", "explain_list"]


@dataclass(frozen=True)
class WhyList:
    """A question: why one person's list is what it is.

    Attributes
    ----------
    user
        An id.
    method, effort, seed
        As of `dashboard.services.explain.Why`; a counterfactual is about one item.
    n
        List length.
    """

    user: str
    method: Method | Literal["auto"] = "auto"
    n: int = 10
    effort: Effort = field(default_factory=Effort)
    seed: int = 7

    def __post_init__(self) -> None:
        if self.method == COUNTERFACTUAL:
            raise OptionError("a counterfactual is about one item; name it by --item")


@service(Action.RUN)
def explain_list(
    _person: Person, why: WhyList, train: Dataset, *, fit: Callable[[], Recommender]
) -> SlateReasons:
    """Answer for the model's own list, with the scores as the model gives them."""
    history = train.histories.take([train.user_row(why.user)])
    model = fit()
    listed = Rescorer(model, history, 0, n=1).first(history, n=why.n)[0]
    return explain_slate(
        model,
        history,
        listed[listed >= 0].tolist(),
        method=why.method,
        rng=stream(why.seed, "explain"),
        effort=why.effort,
    )
