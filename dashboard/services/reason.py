"""The kept answer to why an item has its score, for a page."""

from __future__ import annotations

from dashboard import reason_loaders
from dashboard.access.person import Person, require
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.config import RunConfig
from engine.explanations.explanation import Explanation, GameName, Method

__all__ = ["reason"]


@service(Action.LOOK)
def reason(
    person: Person, run: RunConfig, user: str, item: int, *, method: Method, game: GameName
) -> Explanation:
    """Return the kept answer for a page; another method than the model's own is work to ask for.

    Raises
    ------
    AccessError
        The method is not the model's own, and the person may not run work.
    """
    if method != reason_loaders.methods(run, user, item, game)[0]:
        require(person, Action.RUN)
    return reason_loaders.reason(run, user, item, method, game)
