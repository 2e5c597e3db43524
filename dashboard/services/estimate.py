"""What another policy would have earned on a log."""

from __future__ import annotations

from dashboard import bandit_loaders, own_loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.off_policy import Asked, Told
from dashboard.services.service import service
from engine.sources.open_bandit import Campaign, LoggedBy

__all__ = ["estimate_on_own_log", "estimate_on_sample"]


@service(Action.LOOK)
def estimate_on_sample(
    _person: Person, asked: Asked, campaign: Campaign, *, logged_by: LoggedBy
) -> Told:
    """Return what the Open Bandit sample says about a target."""
    return bandit_loaders.off_policy_open_bandit(asked, campaign, logged_by)


@service(Action.BRING)
def estimate_on_own_log(
    _person: Person,
    name: str,
    content: bytes,
    *,
    mapping: tuple[tuple[str, str], ...],
    asked: Asked,
) -> Told:
    """Return what a log that somebody brought says about a target."""
    return own_loaders.off_policy_log(name, content, mapping, asked)
