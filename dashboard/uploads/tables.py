"""The tables somebody brings: what each may hold, and a received file made one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from audits.placed import lists_spec
from dashboard.i18n import N_
from dashboard.uploads.limits import LIMITS, UploadLimits
from dashboard.uploads.shape import check_cells
from engine.errors import RecscopeError
from engine.off_policy.log_table import LOG
from engine.sources.table_files import read_file
from engine.tables import (
    HELD_OUT,
    INTERACTIONS,
    ITEMS,
    RECOMMENDATIONS,
    USERS,
    Duplicates,
    Origin,
    TableSpec,
    conform,
)

__all__ = ["TABLES", "Brought", "Kind", "problems", "read_received", "template"]


@dataclass(frozen=True)
class Kind:
    """One kind of table: its check, what people call it, and an example of two rows."""

    spec: TableSpec
    title: str
    example: str


TABLES = {
    "interactions": Kind(
        INTERACTIONS,
        N_("What people had before (the log)"),
        "user_id,item_id,weight,timestamp\nu1,i1,4,2026-01-31\nu1,i2,5,2026-02-01\n"
        "u2,i7,3,2026-01-30\nu2,i9,4,2026-02-02\n",
    ),
    "users": Kind(
        USERS, N_("The people and what is known of them"), "user_id,gender,age_band\nu1,F,25-34\n"
    ),
    "items": Kind(
        ITEMS,
        N_("The items: titles, providers, categories"),
        "item_id,title,provider,categories\ni1,A title,A provider,Drama|Comedy\n",
    ),
    "recommendations": Kind(
        RECOMMENDATIONS,
        N_("The lists that were shown"),
        "user_id,item_id,rank,score,propensity\nu1,i7,1,0.93,0.91\nu1,i9,2,0.88,0.91\n",
    ),
    "held_out": Kind(
        HELD_OUT,
        N_("What people chose afterwards"),
        "user_id,item_id,weight,timestamp\nu1,i7,5,2026-03-01\n",
    ),
    "log": Kind(
        LOG,
        N_("What was shown, with its chance, and what came of it"),
        "user_id,item_id,rank,propensity,reward\nu1,i7,1,0.5,1\nu2,i9,1,0.25,0\n",
    ),
}


@dataclass(frozen=True)
class Brought:
    """A received file as it was read: its own columns, and where its rows stand."""

    kind: str
    frame: pl.DataFrame
    origin: Origin

    def mapped(self, mapping: Mapping[str, str]) -> pl.DataFrame:
        """Return it with our names; a column that bears one of ours but was not meant goes."""
        ours = [column.name for column in TABLES[self.kind].spec.columns]
        unmeant = [
            name for name in ours if name in self.frame.columns and mapping.get(name) != name
        ]
        chosen = [pl.col(column).alias(name) for name, column in mapping.items()]
        others = [
            name
            for name in self.frame.columns
            if name not in mapping.values() and name not in unmeant
        ]
        return self.frame.select(*chosen, *others)

    def checked(
        self, mapping: Mapping[str, str], *, duplicates: Duplicates = "error"
    ) -> pl.DataFrame:
        """Return the table as `engine.tables` wants it; asked the same again, the same table.

        A page asks at every turn, and a long log takes a while.

        Raises
        ------
        TableError
            Naming the file, the column and the row.
        """
        asked = (tuple(mapping.items()), duplicates)
        if self._last.get("asked") != asked:
            table = self.mapped(mapping)
            spec = TABLES[self.kind].spec
            checked = conform(
                table,
                lists_spec(table.columns) if spec is RECOMMENDATIONS else spec,
                source=self.origin,
                duplicates=duplicates,
            )
            self._last.update(asked=asked, checked=checked)
        found: pl.DataFrame = self._last["checked"]
        return found

    @cached_property
    def _last(self) -> dict[str, Any]:
        """What was asked last, and what came of it."""
        return {}


def read_received(path: Path, kind: str, limits: UploadLimits = LIMITS) -> Brought:
    """Read a received file, whose name is that of its kind.

    Raises
    ------
    TableError
        It is not what its ending says, or holds huge or nested cells.
    """
    frame, origin = read_file(path)
    check_cells(frame, path.name, limits)
    return Brought(kind, frame, origin)


def problems(
    brought: Brought, mapping: Mapping[str, str], *, duplicates: Duplicates = "error"
) -> list[RecscopeError]:
    """Return what is wrong with a table, the first fault of each column and of its rows."""
    try:
        brought.checked(mapping, duplicates=duplicates)
    except RecscopeError as error:
        return _each_column(brought, mapping) or [error]
    return []


def _each_column(brought: Brought, mapping: Mapping[str, str]) -> list[RecscopeError]:
    spec, found = TABLES[brought.kind].spec, []
    mapped = brought.mapped(mapping)
    for column in spec.columns:
        if column.name in mapping:
            alone = TableSpec(spec.name, (column,), ())
            try:
                conform(mapped.select(column.name), alone, source=brought.origin)
            except RecscopeError as error:
                found.append(error)
    return found


def template(kind: str) -> str:
    """Return an example of a table as CSV, to be filled in."""
    return TABLES[kind].example
