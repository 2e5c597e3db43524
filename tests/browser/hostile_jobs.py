"""A list of jobs whose data sets, models, policies, kinds and errors are texts that attack."""

from __future__ import annotations

from dashboard.jobs.record import JobRecord, State
from engine.errors import OptionError
from tests.browser.hostile_texts import CORPUS

__all__ = ["hostile_jobs"]

# Those that need no worker: they stand still on the page.
_STATES = (State.FAILED, State.CANCELLED, State.DONE)


def hostile_jobs() -> list[JobRecord]:
    """Return one job a text, which is a data set, model, policy, kind or error."""
    return [_job(place, text) for place, text in enumerate(CORPUS)]


def _job(place: int, text: str) -> JobRecord:
    config = {"dataset": "planted", "model": "ease", "policy": "mmr"}
    names = (*config, "kind", "error")
    name = names[place % len(names)]
    state = State.FAILED if name == "error" else _STATES[place % 3]
    error = OptionError("there is no setting {name}", name=text) if name == "error" else None
    return JobRecord(
        id=f"job-{place}",
        owner="local",
        kind=text if name == "kind" else "simulate",
        config={**config, name: text} if name in config else config,
        hash=f"hash-{place}",
        state=state,
        done=1,
        total=2,
        error=error,
    )
