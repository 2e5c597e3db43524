"""An hour of people coming and going: the memory of the server grows by at most 5%."""

from __future__ import annotations

import os
from dataclasses import replace
from threading import Thread
from time import monotonic, sleep

from tests.browser.chromium import started
from tests.crowd.crowd import Crowd, Visitor, play, seconds
from tests.crowd.footprint import resident_bytes

__all__ = ["run"]

QUERY = "dataset=ml-100k&rate=0.1"
MINUTES = 60.0
WARM_UP = 10.0
GOAL = 0.05
AT_ONCE = Crowd(people=5, moves=10, think=3.0)


def run() -> dict[str, object]:
    """Return the memory by minute while five people at a time come, move the slider and leave.

    Growth is the mean of the last ten minutes over the mean of the ten after the first ten, in
    which caches fill up, minus 1. SOAK_MINUTES shortens it.
    """
    minutes = float(os.environ.get("SOAK_MINUTES", MINUTES))
    readings: list[tuple[float, int]] = []
    visitors: list[Visitor] = []
    with started() as (address, process):
        visits = Thread(target=_visits, args=(address, minutes, visitors), daemon=True)
        begin = monotonic()
        visits.start()
        while visits.is_alive():
            readings.append(((monotonic() - begin) / 60, resident_bytes(process.pid)))
            sleep(5)
    growth = _growth(readings, minutes)
    lost = sum(bool(one.wrong) for one in visitors)
    return {
        "headline": f"{len(visitors)} visits in {minutes:g} minutes, {lost} lost; memory "
        f"{growth:+.1%}",
        "settings": {"minutes": minutes, "at once": AT_ONCE.people, "goal": GOAL},
        "growth": round(growth, 4),
        "lost": lost,
        "moves": seconds([move for one in visitors for move in one.moves]),
        "MB by minute": [round(size / 1e6) for _, size in readings[::12]],
        "holds": growth <= GOAL and lost == 0 and minutes >= MINUTES,
    }


def _visits(address: str, minutes: float, into: list[Visitor]) -> None:
    end = monotonic() + minutes * 60
    seed = 0
    while monotonic() < end:
        into += play(address, replace(AT_ONCE, seed=seed), query=QUERY)
        seed += 1


def _growth(readings: list[tuple[float, int]], minutes: float) -> float:
    share = minutes / MINUTES

    def mean(start: float, end: float) -> float:
        found = [size for minute, size in readings if start * share <= minute < end * share]
        return sum(found) / len(found)

    return mean(50, 60) / mean(WARM_UP, 2 * WARM_UP) - 1
