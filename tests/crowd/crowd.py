"""People who each open the first page and move the slider, with a pause to think in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter

import numpy as np
from websockets.exceptions import InvalidStatus

from tests.crowd.session import join

__all__ = ["Crowd", "Visitor", "play", "seconds"]

RATES = np.round(np.arange(0.05, 1.0001, 0.05), 2)


@dataclass(frozen=True)
class Crowd:
    """How many people, and what they do.

    Attributes
    ----------
    people
        Sessions at once, at least 1.
    moves
        Moves of the slider each.
    think
        Mean seconds between the page being whole and the next move; drawn evenly from half to
        one and a half of it.
    arrive
        Seconds over which the people come.
    seed
        Of pauses and rates.
    """

    people: int
    moves: int
    think: float = 3.0
    arrive: float = 0.0
    seed: int = 7


@dataclass
class Visitor:
    """What one person met with.

    Seconds to the first page and of each move; whether the door was full, so that a browser shows
    the page that waits; and what went wrong.
    """

    first: float | None = None
    turned_away: bool = False
    moves: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def play(address: str, crowd: Crowd, *, query: str) -> list[Visitor]:
    """Let the people in, and return what each of them met with."""
    return asyncio.run(_play(address, crowd, query))


async def _play(address: str, crowd: Crowd, query: str) -> list[Visitor]:
    seeds = np.random.SeedSequence(crowd.seed).spawn(crowd.people)
    visits = (
        _visit(address, crowd, query, place, np.random.default_rng(seed))
        for place, seed in enumerate(seeds)
    )
    return await asyncio.gather(*visits)


async def _visit(
    address: str, crowd: Crowd, query: str, place: int, rng: np.random.Generator
) -> Visitor:
    met = Visitor()
    await asyncio.sleep(crowd.arrive * place / crowd.people)
    try:
        start = perf_counter()
        async with join(address, query) as session:
            await session.look()
            met.first = perf_counter() - start
            for _ in range(crowd.moves):
                await asyncio.sleep(crowd.think * rng.uniform(0.5, 1.5))
                met.moves.append(await session.slide("rate", float(rng.choice(RATES))))
            met.wrong += session.errors
    except InvalidStatus as refused:
        met.turned_away = refused.response.status_code == HTTPStatus.FORBIDDEN
        if not met.turned_away:
            met.wrong.append(str(refused))
    except Exception as error:  # noqa: BLE001 - a load test counts whatever goes wrong
        met.wrong.append(f"{type(error).__name__}: {error}")
    return met


def seconds(values: Sequence[float]) -> dict[str, float | int]:
    """Return how many, the median, the 95th and 99th percentile and the largest.

    Examples
    --------
    >>> seconds([0.1, 0.2, 0.3])["p50"]
    0.2
    """
    found = np.asarray(values, dtype=np.float64)
    cuts = np.quantile(found, [0.5, 0.95, 0.99, 1.0]) if len(found) else [float("nan")] * 4
    names = ("p50", "p95", "p99", "max")
    return {"n": len(found), **{n: round(float(c), 4) for n, c in zip(names, cuts, strict=True)}}
