"""A person's own data over the API: read apart from the server, checked, kept or audited."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import polars as pl

from dashboard.access.person import Person
from dashboard.api.operation import Request
from dashboard.services.audit import audit_own_lists
from dashboard.services.own_data import forget_own, keep_own, read_sent
from dashboard.uploads.columns import guess
from dashboard.uploads.tables import TABLES
from engine.dataset import make_dataset
from engine.errors import OptionError

__all__ = ["audit_lists", "bring", "forget"]


def bring(person: Person, asked: Request) -> dict[str, Any]:
    """Keep a data set, and answer with the name it has from now on."""
    tables = _tables(person, asked.body["tables"])
    dataset = make_dataset(
        "brought", tables["interactions"], users=tables.get("users"), items=tables.get("items")
    )
    name = keep_own(person, dataset, title=asked.body["title"])
    return {
        "name": name,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "interactions": dataset.interactions.height,
    }


def forget(person: Person, asked: Request) -> dict[str, Any]:
    """Remove a data set; one that is not there is gone already."""
    forget_own(person, asked.path["id"])
    return {}


def audit_lists(person: Person, asked: Request) -> Any:
    """Answer with the audit of lists of another system; long ones are audited by a job."""
    tables = _tables(person, asked.body["tables"])
    report = audit_own_lists(person, tables, presets=asked.body["presets"], seed=asked.body["seed"])
    return json.loads(report.to_json())


def _tables(person: Person, sent: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """Read and check what was sent; columns that are not named are guessed, as on the page."""
    tables = {}
    for kind, table in sent.items():
        brought = read_sent(person, BytesIO(_content(kind, table)), table["file"], kind=kind)
        known = [column.name for column in TABLES[kind].spec.columns]
        mapping = {**guess(brought.frame.columns, known), **table.get("columns", {})}
        for name, column in mapping.items():
            if name not in known or column not in brought.frame.columns:
                raise OptionError(
                    "{table} has no column {column} to take for {name}; it has {present}",
                    table=kind,
                    column=column,
                    name=name,
                    present=", ".join(brought.frame.columns[:20]),
                )
        tables[kind] = brought.checked(mapping)
    return tables


def _content(kind: str, table: Mapping[str, Any]) -> bytes:
    try:
        return b64decode(table["base64"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise OptionError("the content of {table} is no base64", table=kind) from error
