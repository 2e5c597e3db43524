"""Twenty-five people who move the slider wait at most a second; a hundred lose no connection."""

from __future__ import annotations

from random import SystemRandom

from tests.browser.chromium import started
from tests.crowd.crowd import Crowd, Visitor, play, seconds
from tests.crowd.footprint import cpu_seconds, resident_bytes

__all__ = ["run"]

QUERY = "dataset=ml-100k&rate=0.1"
GOAL = 1.0
THINK = 3.0
ALONE = Crowd(people=1, moves=20, think=0.05, seed=3)
CROWDS = {
    "25 people": Crowd(people=25, moves=20, think=THINK, arrive=10.0),
    "100 people": Crowd(people=100, moves=10, think=THINK, arrive=30.0),
}


def run() -> dict[str, object]:
    """Return seconds from a move to the whole page, of one person, of 25 and of 100.

    Everyone comes to the first page on MovieLens-100K at rate 0.1 and moves the slider to one of
    twenty rates after a pause of 3 s on average. Lists and audits at a rate are worked out once
    for all; in "cold" the server has just started, and nothing of the seed was ever measured, so
    that the 25 people do that as well.
    """
    found: dict[str, object] = {}
    with started() as (address, _):
        # What was measured before is kept on disk, so they ask under a seed that is new.
        new = f"{QUERY}&seed={SystemRandom().randrange(100, 10_000)}"
        found["25 people, cold"] = _met(play(address, CROWDS["25 people"], query=new))
    with started() as (address, process):
        play(address, Crowd(people=1, moves=60, think=0.0, seed=5), query=QUERY)
        before = cpu_seconds(process.pid)
        alone = play(address, ALONE, query=QUERY)
        busy = cpu_seconds(process.pid) - before
        found["one person"] = {
            **_met(alone),
            "processor seconds a move": round(busy / (ALONE.moves + 1), 4),
        }
        for name, crowd in CROWDS.items():
            found[name] = _met(play(address, crowd, query=QUERY))
        found["memory, MB"] = round(resident_bytes(process.pid) / 1e6)
    warm, many = found["25 people"], found["100 people"]
    assert isinstance(warm, dict)
    assert isinstance(many, dict)
    p95 = warm["moves"]["p95"]
    return {
        "headline": f"25 people: p95 {p95:.2f} s; 100 people: p95 {many['moves']['p95']:.2f} s, "
        f"{many['asked to wait']} asked to wait, {many['lost']} lost",
        "settings": {"think": THINK, "goal p95": GOAL},
        **found,
        "holds": p95 <= GOAL and warm["lost"] == 0 and many["lost"] == 0,
    }


def _met(visitors: list[Visitor]) -> dict[str, object]:
    wrong = [line for visitor in visitors for line in visitor.wrong]
    return {
        "first page": seconds([one.first for one in visitors if one.first is not None]),
        "moves": seconds([move for one in visitors for move in one.moves]),
        "lost": sum(bool(one.wrong) for one in visitors),
        "asked to wait": sum(one.turned_away for one in visitors),
        "what went wrong": sorted(set(wrong))[:5],
    }
