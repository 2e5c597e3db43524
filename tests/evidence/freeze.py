"""While one person does the heaviest thing a page offers, another's slider moves within .5 s."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import getloadavg
from pathlib import Path
from statistics import median

import numpy as np

from engine.cache import cache_folder
from engine.models.registry import MODELS
from tests.browser.chromium import started
from tests.crowd.held import Held, Scene, watch_scenes

__all__ = ["run"]

QUERY = "dataset=ml-100k&rate=0.1"
GOAL_MOVE = 0.5
GOAL_AT_ONCE = 2.0
# A word each for what is asked of a model whose every score costs much, and of one that is quick.
ASKED = ("user-knn", "hybrid-votes", "lstm")
# Seconds; models that learn for longer are then stopped.
LEARN = 30.0
PEOPLE, ITEMS, ROWS = 6040, 3706, 1_000_209


def run() -> dict[str, object]:
    """Return how long a second person's move takes while the first does what a page offers.

    A server that has just started, on MovieLens-100K, with nothing kept but the data and the texts
    of films as vectors. One person moves the slider of the first page among four rates that were
    drawn before, again and again; another opens a page each time as someone new, waits until its
    answer is there, and goes; what a model has not learned in half a minute is stopped. The first
    page is whole "at once", or says what is waited for and is drawn by a job.
    """
    busy = round(getloadavg()[0], 2)  # whoever else works on the machine is in the figures too
    with _fresh() as shared, started() as (address, _):
        alone, held = watch_scenes(address, _scenes(shared), query=QUERY)
    rows = [_row(one) for one in held]
    longest = max(held, key=lambda one: max(one.moves))
    slow = [one.scene.name for one in held if not one.by_job and one.first > GOAL_AT_ONCE]
    wrong = sorted({error for one in held for error in one.errors})
    return {
        "headline": f"longest move {max(longest.moves):.2f} s ({longest.scene.name}) of "
        f"{sum(len(one.moves) for one in held)} beside {len(held)} heavy pages; alone "
        f"{median(alone):.2f} s; {len(slow)} pages took more than {GOAL_AT_ONCE:.0f} s at once",
        "settings": {"goal move": GOAL_MOVE, "goal at once": GOAL_AT_ONCE},
        "load average before": busy,
        "alone": {"median": round(median(alone), 3), "longest": round(max(alone), 3)},
        "pages": rows,
        "slow at once": slow,
        "errors": wrong,
        "holds": max(longest.moves) <= GOAL_MOVE and not slow and not wrong,
    }


def _row(one: Held) -> dict[str, object]:
    return {
        "page": one.scene.name,
        "by a job": one.by_job,
        "first whole page": round(one.first, 2),
        "answer": None if one.whole is None else round(one.whole, 2),
        "longest move of the other": round(max(one.moves), 3),
        "median move": round(median(one.moves), 3),
        "moves": len(one.moves),
    }


def _scenes(shared: str) -> Sequence[Scene]:
    """Name what is done, in order: a model learns with its first scene, and is there after it."""
    models = [name for name in MODELS if name != "ease"]
    every = "&".join(f"compared={name}" for name in ("popularity", "ease", *ASKED))
    policies = ("mmr", "linear-thompson", "calibration", "beta-thompson", "plackett-luce")
    tried = "&".join(f"tried={name}" for name in policies)
    return (
        Scene("a seed nobody asked for", "", f"{QUERY}&seed=77"),
        Scene("groups by occupation", "groups", f"{QUERY}&attribute=occupation"),
        Scene("providers", "providers", QUERY),
        Scene("a person, exact", "person", QUERY),
        Scene("a person, shap", "person", f"{QUERY}&reason-method=shap"),
        Scene("every rate", "explore", QUERY),
        Scene("every rate, plackett-luce", "explore", f"{QUERY}&policy=plackett-luce"),
        Scene("every rate, near interests", "explore", f"{QUERY}&policy=interest-exploration"),
        Scene("five policies", "settings", f"{QUERY}&{tried}"),
        Scene("verdicts", "verdicts", QUERY),
        Scene("report", "report", f"{QUERY}&rate=0.35"),
        Scene("main parameters", "parameters", QUERY),
        Scene("off-policy", "off_policy", QUERY),
        Scene("off-policy, men", "off_policy", f"{QUERY}&campaign=men&left_to_chance=0.5"),
        Scene("data", "data", QUERY),
        Scene("feedback", "feedback", QUERY),
        Scene("feedback, a simulation", "feedback", QUERY, press="loop_run"),
        Scene("words of a language model", "person", f"{QUERY}&generator=local"),
        *(Scene(f"first page, {name}", "", f"{QUERY}&model={name}", most=LEARN) for name in models),
        *(scene for name in ASKED for scene in _of_model(name)),
        Scene("models side by side", "models", f"{QUERY}&{every}"),
        Scene("a million rows, first page", "", "dataset=ml-1m&rate=0.1"),
        Scene("a million rows, the data", "data", "dataset=ml-1m&rate=0.1"),
        Scene("a million rows, another seed", "person", "dataset=ml-1m&rate=0.1&seed=8"),
        Scene(
            *("a million rows brought", "own_data", f"{QUERY}&bring_from=server"),
            write=("path-interactions", shared),
        ),
    )


def _of_model(name: str) -> Iterator[Scene]:
    query = f"{QUERY}&model={name}"
    for method in ("shap", "lime"):
        yield Scene(f"a person, {name}, {method}", "person", f"{query}&reason-method={method}")
    yield Scene(f"a person, {name}, kinds of titles", "person", f"{query}&reason-game=attributes")
    for question in ("counterfactual", "slate"):
        yield Scene(f"a person, {name}, {question}", "person", f"{query}&question={question}")
    yield Scene(f"what-if, {name}", "person", f"{query}&question=what-if&add=3")
    yield Scene(f"main parameters, {name}", "parameters", query)
    yield Scene(f"reasons to the test, {name}", "parameters", query, press="test")
    yield Scene(f"report, {name}", "report", query)


@contextmanager
def _fresh() -> Iterator[str]:
    """Give the server a cache of its own: the data, the texts read, a million rows, no results.

    The value is the name of a log of a million rows in the folder that the server opens.
    """
    real = cache_folder()
    with tempfile.TemporaryDirectory(prefix="recscope-", ignore_cleanup_errors=True) as made:
        cache, shared = Path(made) / "cache", Path(made) / "shared"
        (cache / "given").mkdir(parents=True)
        shared.mkdir()
        for part in ("assets", "embeddings"):
            (cache / part).symlink_to(real / part)
        _write_million(cache / "given" / "ml-1m.zip", shared / "log.csv")
        names = {"RECSCOPE_CACHE": str(cache), "RECSCOPE_SHARED": str(shared)}
        before = {name: os.environ.get(name) for name in names}
        os.environ.update(names)
        try:
            yield "log.csv"
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _write_million(target: Path, log: Path) -> None:
    """Write made-up ratings in the layout and the size of MovieLens-1M, and as a log."""
    rng = np.random.default_rng(11)
    popular = 1 / np.arange(1, ITEMS + 1) ** 0.7
    lengths = rng.lognormal(4.6, 0.9, PEOPLE)
    lengths = np.clip(lengths / lengths.sum() * ROWS, 20, 2_500).astype(int)
    lines = []
    for person, length in enumerate(lengths, start=1):
        films = rng.choice(ITEMS, size=length, replace=False, p=popular / popular.sum()) + 1
        stars = rng.integers(1, 6, length)
        lines += [
            f"{person}::{film}::{star}::{956_703_932 + place}"
            for place, (film, star) in enumerate(zip(films, stars, strict=True))
        ]
    people = [f"{n}::{'MF'[n % 2]}::{(18, 25, 56)[n % 3]}::{n % 21}::0" for n in range(1, 6041)]
    kinds = ("Action", "Comedy", "Drama", "Horror")
    films_of = [f"{n}::Film {n} ({1950 + n % 50})::{kinds[n % 4]}" for n in range(1, ITEMS + 1)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        parts = {"ratings": lines, "users": people, "movies": films_of}
        for name, rows in parts.items():
            packed.writestr(f"ml-1m/{name}.dat", "\n".join(rows) + "\n")
    rows = "\n".join(line.replace("::", ",") for line in lines)
    log.write_text(f"user_id,item_id,weight,timestamp\n{rows}\n", encoding="utf-8")
