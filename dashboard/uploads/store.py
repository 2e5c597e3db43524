"""Where data sets that people bring are kept: apart by person, under names nobody can guess."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import polars as pl

from dashboard.access.person import Person
from dashboard.commands.output import write_table
from dashboard.uploads.limits import LIMITS, UploadLimits
from dashboard.uploads.names import is_own, new_name
from dashboard.uploads.whole import whole_folder
from engine.errors import AccessError, UnknownNameError

if TYPE_CHECKING:
    # Every page lists what a person keeps; few read any of it.
    from engine.dataset import Dataset

__all__ = ["About", "UploadStore", "store_of"]

LONGEST_TITLE = 60


@dataclass(frozen=True)
class About:
    """What is known of one kept data set: its name, what its owner calls it, when it came."""

    name: str
    title: str
    kept_at: str


@dataclass(frozen=True)
class UploadStore:
    """The data sets of one person.

    Attributes
    ----------
    folder
        This person's own; its name is a digest of who they are.
    limits
        How much they may keep.
    """

    folder: Path
    limits: UploadLimits = LIMITS

    def kept(self) -> tuple[About, ...]:
        """Return what this person keeps, the latest first; what cannot be read is left out."""
        found = []
        for about in self.folder.glob("own-*/about.json"):
            try:
                found.append(About(**json.loads(about.read_text(encoding="utf-8"))))
            except (OSError, ValueError, TypeError):
                continue
        return tuple(sorted(found, key=lambda about: about.kept_at, reverse=True))

    def has(self, name: str) -> bool:
        """Whether this person keeps a data set of that name."""
        return is_own(name) and (self.folder / name / "about.json").is_file()

    def keep(self, dataset: Dataset, title: str) -> str:
        """Keep a checked data set, whole or not at all, and return its name.

        Raises
        ------
        AccessError
            The person keeps as much as they may.
        OutputError
            The disk cannot be written.
        """
        if len(self.kept()) >= self.limits.kept_sets:
            raise AccessError(
                "you keep {most} data sets, which is as many as you may; delete one first",
                most=self.limits.kept_sets,
            )
        name = new_name()
        with whole_folder(self.folder / name) as folder:
            _write(dataset, folder)
            self.check_room()
            about = About(name, _plainly(title), datetime.now(UTC).isoformat(timespec="seconds"))
            (folder / "about.json").write_text(json.dumps(asdict(about)), encoding="utf-8")
        return name

    def load(self, name: str) -> Dataset:
        """Return a kept data set.

        Raises
        ------
        UnknownNameError
            This person keeps none of that name; whether anybody else does is not told.
        """
        if not self.has(name):
            raise UnknownNameError("you keep no data set {name}; bring it again", name=name)
        from engine.dataset import make_dataset

        folder = self.folder / name
        return make_dataset(
            name,
            pl.read_parquet(folder / "interactions.parquet"),
            users=pl.read_parquet(folder / "users.parquet"),
            items=pl.read_parquet(folder / "items.parquet"),
        )

    def rows(self, name: str) -> int:
        """Return how many interactions a kept data set has; 0 where there is none.

        The file says it at its end: no interaction is read.
        """
        if not self.has(name):
            return 0
        kept = pl.scan_parquet(self.folder / name / "interactions.parquet")
        return int(kept.select(pl.len()).collect().item())

    def delete(self, name: str) -> None:
        """Remove a kept data set; one that is not there is gone already."""
        if self.has(name):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def check_room(self) -> None:
        """See that what lies here, kept or waiting, is no more than the person may have.

        Raises
        ------
        AccessError
            It is more.
        """
        size = sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())
        if size > self.limits.kept_bytes:
            raise AccessError(
                "your data sets would take more than {most} MB; delete one first",
                most=self.limits.kept_bytes // 1_000_000,
            )


def store_of(person: Person) -> UploadStore:
    """Return the store of one person, under RECSCOPE_DATA."""
    chosen = os.environ.get("RECSCOPE_DATA")
    data = Path(chosen) if chosen else platformdirs.user_data_path("recscope")
    owner = sha256(person.identity.encode()).hexdigest()[:32]
    return UploadStore(data / "uploads" / owner)


def _write(dataset: Dataset, folder: Path) -> None:
    tables: Mapping[str, pl.DataFrame] = {
        "interactions": dataset.interactions,
        "users": dataset.users,
        "items": dataset.items,
    }
    for table, frame in tables.items():
        write_table(frame, folder / f"{table}.parquet")


def _plainly(title: str) -> str:
    """Return a title of one short line."""
    return " ".join(title.split())[:LONGEST_TITLE] or "data"
