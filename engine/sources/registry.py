"""The data sets recscope knows by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.assets import ShowTerms, asset_folder, find_asset, install, silent
from engine.cache import cache_folder, keep_file
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import AssetError, TableError, UnknownNameError
from engine.sources.movielens import load_folder, load_movielens_zip
from engine.sources.planted import PlantedWorld, make_world
from engine.splits import Split
from engine.wheels import Progress

__all__ = [
    "PLANTED_SEED",
    "SOURCES",
    "Loader",
    "Source",
    "files_of",
    "is_at_hand",
    "keep_zip",
    "load",
    "own_split",
]

PLANTED_SEED = 2026


class Loader(Protocol):
    """How a source gives its data set, and what it tells while it fetches."""

    def __call__(self, *, progress: Progress, show_terms: ShowTerms) -> Dataset:
        """Return the data set, fetching it first where it is missing."""
        ...


@dataclass(frozen=True)
class Source:
    """One data set.

    Attributes
    ----------
    name
        What people call it.
    description
        What it is, in one line.
    licence
        Under which terms it may be used.
    asset
        The packaged asset it is in; None where no package carries it.
    load
        How it is read.
    rows
        Its interactions, so that one can tell what reading it takes without reading it.
    split
        Its own split, for a data set that brings held-out items with it.
    """

    name: str
    description: str
    licence: str
    asset: str | None
    load: Loader
    rows: int
    split: Callable[[], Split] | None = None


def load(name: str, *, progress: Progress = silent, show_terms: ShowTerms = silent) -> Dataset:
    """Return the data set of that name, fetching it first where it is missing.

    Parameters
    ----------
    name
        A name in `SOURCES`, or the path of an official MovieLens zip.
    progress, show_terms
        As in `engine.assets.install`.

    Raises
    ------
    UnknownNameError
        No data set has that name.
    AssetError
        It is not at hand, and cannot be had.
    TableError
        The zip is not a MovieLens zip.

    Examples
    --------
    >>> load("planted").n_items
    160
    """
    if name.lower().endswith(".zip"):
        return load_movielens_zip(Path(name))
    return _find(name).load(progress=progress, show_terms=show_terms)


def is_at_hand(source: Source) -> bool:
    """Return whether `load` needs no download."""
    kept = source.asset is not None and asset_folder(find_asset(source.asset)).is_dir()
    return kept or source.name == "planted" or _kept_zip(source.name).is_file()


def files_of(name: str) -> tuple[Path, ...]:
    """Return the files that a data set is read from; none where it is made, unknown or not here."""
    source = next((source for source in SOURCES if source.name == name), None)
    if source is None:
        return ()
    if _kept_zip(name).is_file():
        return (_kept_zip(name),)
    if source.asset is None:
        return ()
    return tuple(sorted(p for p in asset_folder(find_asset(source.asset)).glob("*") if p.is_file()))


def keep_zip(name: str, file: Path) -> Path:
    """Keep an official MovieLens zip of the user's, to be read whenever the name is asked for.

    Raises
    ------
    UnknownNameError
        No data set has that name.
    TableError
        The file is not the official zip of that data set.
    """
    source = _find(name)
    found = load_movielens_zip(file).name
    if found != source.name:
        raise TableError(
            "{file} holds {found}, not {name}; say fetch {found} --from {file}",
            file=file,
            found=found,
            name=name,
        )
    return keep_file(file, name=_kept_zip(name).name)


def own_split(name: str) -> Split | None:
    """Return the split a data set brings with it; None where it brings no held-out items.

    The planted world's held-out items carry its planted gap; a random part of its training
    interactions would not.
    """
    split = next((source.split for source in SOURCES if source.name == name), None)
    return None if split is None else split()


def _find(name: str) -> Source:
    for source in SOURCES:
        if source.name == name:
            return source
    raise UnknownNameError(
        "no data set is called {name}; there are {names}, or give the path of a MovieLens zip",
        name=name,
        names=", ".join(source.name for source in SOURCES),
    )


def _kept_zip(name: str) -> Path:
    return cache_folder() / "given" / f"{name}.zip"


def _load_100k(*, progress: Progress, show_terms: ShowTerms) -> Dataset:
    kept = _kept_zip("ml-100k")
    if kept.is_file():
        return load_movielens_zip(kept)
    asset = find_asset("ml-100k")
    return load_folder(install(asset, progress=progress, show_terms=show_terms))


def _load_1m(*, progress: Progress, show_terms: ShowTerms) -> Dataset:
    kept = _kept_zip("ml-1m")
    if not kept.is_file():
        raise AssetError(
            "no package carries ml-1m; get ml-1m.zip from {page}, then say "
            "recscope fetch ml-1m --from ml-1m.zip",
            page="https://grouplens.org/datasets/movielens/1m/",
        )
    return load_movielens_zip(kept)


def _planted() -> PlantedWorld:
    return make_world(stream(PLANTED_SEED, "world"))


def _load_planted(*, progress: Progress, show_terms: ShowTerms) -> Dataset:
    return _planted().dataset


def _split_planted() -> Split:
    world = _planted()
    return Split(world.dataset, world.held_out)


SOURCES: tuple[Source, ...] = (
    Source(
        name="ml-100k",
        description="100,000 film ratings of 943 people, with gender, age band and occupation",
        licence=find_asset("ml-100k").licence,
        asset="ml-100k",
        load=_load_100k,
        rows=100_000,
    ),
    Source(
        name="ml-1m",
        description="1,000,209 film ratings of 6,040 people, from a zip you already have",
        licence="MovieLens 1M terms of use",
        asset=None,
        load=_load_1m,
        rows=1_000_209,
    ),
    Source(
        name="planted",
        description="a made-up world whose tastes, popularity bias and group gap are known",
        licence="Apache-2.0",
        asset=None,
        load=_load_planted,
        rows=4500,
        split=_split_planted,
    ),
)
