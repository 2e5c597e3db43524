"""Why one item has its score for one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations import attribution
from engine.explanations.counterfactual import Counterfactual, bring_into_list, drop_from_list
from engine.explanations.explanation import Explanation, GameName
from engine.explanations.groups import group_players
from engine.explanations.question import Effort, Question
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["COUNTERFACTUAL", "Why", "explain"]

COUNTERFACTUAL = "counterfactual"


@dataclass(frozen=True)
class Why:
    """A question: why one item has its score for one person.

    Attributes
    ----------
    user, item
        Ids; the item is not in the person's history.
    method, game
        As of `recscope explain`.
    against
        Of the margin: one other item, in place of ten runner-ups.
    n
        List length of a counterfactual.
    effort, seed
        Of a sampled method.
    """

    user: str
    item: str
    method: str = "auto"
    game: GameName = "history"
    against: str | None = None
    n: int = 10
    effort: Effort = field(default_factory=Effort)
    seed: int = 7

    def __post_init__(self) -> None:
        if self.against is not None and self.game != "margin":
            raise OptionError("--against names whom a margin is held against; add --game margin")

    def rivals(self, train: Dataset) -> list[int] | None:
        """Return whom a margin is held against; None for the runners-up.

        Raises
        ------
        UnknownNameError
            Nobody knows the item.
        OptionError
            It is the explained item, or the person has it.
        """
        if self.against is None:
            return None
        row = train.item_row(self.against)
        has = train.histories.items_of(train.user_row(self.user))
        if self.against == self.item or row in has:
            raise OptionError(
                "item {item} cannot be what another is held against: it is that item itself, or "
                "user {user} has it; name another item that is not in the history",
                item=self.against,
                user=self.user,
            )
        return [row]

    def history(self, train: Dataset) -> Histories:
        """Return the person's history, which the item is not in.

        Raises
        ------
        UnknownNameError
            Nobody knows the user or the item.
        OptionError
            The person has the item already.
        """
        history = train.histories.take([train.user_row(self.user)])
        if train.item_row(self.item) in history.items:
            raise OptionError(
                "user {user} already has item {item}, so it is never recommended; "
                "name an item that is not in the history",
                user=self.user,
                item=self.item,
            )
        return history


@service(Action.RUN)
def explain(
    _person: Person, why: Why, train: Dataset, *, fit: Callable[[], Recommender]
) -> Explanation | Counterfactual:
    """Answer, with the scores as the model gives them.

    Raw scores of anybody, as many as one asks for, would tell who was in the training data; so
    they are for those who run work, whatever the method costs.
    """
    item = train.item_row(why.item)
    history, rivals = why.history(train), why.rivals(train)
    model = fit()
    if why.method == COUNTERFACTUAL:
        return _counterfactual(model, history, item, n=why.n)
    return attribution.explain(
        model,
        history,
        item,
        method=why.method,  # type: ignore[arg-type]
        game=why.game,
        competitors=rivals,
        groups=group_players(history, train.items) if why.game == "attributes" else (),
        rng=stream(why.seed, "explain"),
        effort=why.effort,
    )


def _counterfactual(model: Recommender, history: Histories, item: int, *, n: int) -> Counterfactual:
    """Ask what would take a listed item off the list, or bring another one in."""
    Question(model, history, (item,))
    rank = Rescorer(model, history, item, n=n).standing(history).ranks[0]
    search = drop_from_list if rank <= n else bring_into_list
    return search(model, history, item, n=n)
