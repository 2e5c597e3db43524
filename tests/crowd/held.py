"""How long one person's heavy page holds another, who moves the slider meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from tests.crowd.session import Session, join

__all__ = ["Held", "Scene", "watch_scenes"]

# Rates the mover has been at before, so that a move costs what drawing costs and no more.
RATES = (0.05, 0.1, 0.15, 0.2)
_PAUSE = 0.05
# As often as the page of somebody who waits looks again by itself.
_LOOK = 1.0
_ALONE = 30


@dataclass(frozen=True)
class Scene:
    """Something heavy: a page by its name in the address, opened with a query.

    ``press`` is the key of a button that is pressed once the page is whole, ``write`` the key of
    a field and what is written into it. What is not there after ``most`` seconds is stopped, as
    the person would by its button.
    """

    name: str
    page: str
    query: str
    press: str | None = None
    write: tuple[str, str] | None = None
    most: float = 90.0


@dataclass(frozen=True)
class Held:
    """What a scene cost both.

    Attributes
    ----------
    first
        Seconds until the one who asks sees a whole page: the answer, or that it is waited for.
    whole
        Seconds until the answer is there; None if it was not in time.
    by_job
        Whether the page waited for a job.
    moves
        Seconds of each move of the other meanwhile.
    errors
        What stood on the page as an error.
    """

    scene: Scene
    first: float
    whole: float | None
    by_job: bool
    moves: tuple[float, ...]
    errors: tuple[str, ...]


def watch_scenes(
    address: str, scenes: Sequence[Scene], *, query: str
) -> tuple[tuple[float, ...], list[Held]]:
    """Return the moves of the other alone, and what each scene cost, one after the other."""
    return asyncio.run(_watch(address, scenes, query))


async def _watch(
    address: str, scenes: Sequence[Scene], query: str
) -> tuple[tuple[float, ...], list[Held]]:
    async with join(address, query) as mover:
        await mover.look()
        for rate in (*RATES, *RATES):
            await mover.slide("rate", rate)
            while mover.waiting:
                await asyncio.sleep(_LOOK)
                await mover.look()
        alone = [await _move(mover, turn) for turn in range(_ALONE)]
        held = []
        for scene in scenes:
            async with join(address, scene.query) as asker:
                held.append(await _one(scene, asker, mover))
        return tuple(alone), held


async def _one(scene: Scene, asker: Session, mover: Session) -> Held:
    moves: list[float] = []
    done = asyncio.Event()

    async def keep_moving() -> None:
        while not done.is_set():
            moves.append(await _move(mover, len(moves)))

    moving = asyncio.create_task(keep_moving())
    await asyncio.sleep(0.3)
    start = perf_counter()
    try:
        first, whole, by_job = await _ask(scene, asker, start)
    finally:
        done.set()
        await moving
    return Held(scene, first, whole, by_job, tuple(moves), tuple(asker.errors))


async def _ask(scene: Scene, asker: Session, start: float) -> tuple[float, float | None, bool]:
    await asker.turn_to(scene.page)
    if scene.press is not None or scene.write is not None:
        while asker.waiting and perf_counter() - start < scene.most:
            await asyncio.sleep(_LOOK)
            await asker.look()
        # What is pressed counts, and not the page that it stands on.
        start = perf_counter()
    if scene.press in asker.widgets:
        await asker.press(scene.press)
    if scene.write is not None:
        await asker.write(*scene.write)
    first = perf_counter() - start
    by_job = asker.waiting
    while asker.waiting:
        if perf_counter() - start > scene.most:
            for stop in [key for key in asker.widgets if key.startswith("stop-")]:
                await asker.press(stop)
            return first, None, by_job
        await asyncio.sleep(_LOOK)
        await asker.look()
    return first, perf_counter() - start, by_job


async def _move(mover: Session, turn: int) -> float:
    await asyncio.sleep(_PAUSE)
    return await mover.slide("rate", RATES[turn % len(RATES)])
