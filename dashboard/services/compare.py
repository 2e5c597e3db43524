"""Models side by side, and policies side by side."""

from __future__ import annotations

from audits.measured import Setting
from dashboard import loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.comparison import Compared
from dashboard.services.service import service
from engine.config import RunConfig

__all__ = ["compare", "measure"]


@service(Action.RUN)
def compare(_person: Person, run: RunConfig, *, inline: bool = True) -> Compared:
    """Return one model's own lists measured, and what they cost; not ``inline``, by a job."""
    return loaders.compared(run, inline=inline)


@service(Action.RUN)
def measure(
    _person: Person, greedy: RunConfig, *, by: tuple[str, ...], inline: bool = True
) -> tuple[Setting, ...]:
    """Return a policy measured at every tenth of the rate; not ``inline``, by a job."""
    return loaders.curve(greedy, by, inline=inline)
