"""The audit of lists that another system made: the same from a page and from a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from audits.item_groups import item_attributes
from audits.report import AuditReport, audit
from audits.settings import Settings
from audits.threshold_files import read_preset
from dashboard.components.attributes import attributes_of
from dashboard.uploads.staged import digest_of
from engine.dataset import make_dataset

__all__ = ["MOST_ROWS_INLINE", "audit_lists"]

MOST_PLACES = 10
# So many rows of all tables are audited in about two seconds, which a page can wait for.
MOST_ROWS_INLINE = 150_000


def audit_lists(
    tables: Mapping[str, pl.DataFrame], presets: Sequence[str], *, seed: int
) -> AuditReport:
    """Audit lists by every grouping that the tables offer.

    Parameters
    ----------
    tables
        ``interactions``, ``held_out`` and ``recommendations``, perhaps ``users`` and ``items``.
    presets
        Names of the ready thresholds it is judged by.
    """
    log = make_dataset(
        "brought", tables["interactions"], users=tables.get("users"), items=tables.get("items")
    )
    lists = tables["recommendations"]
    by = tuple(attributes_of(log))
    return audit(
        interactions=log.interactions,
        held_out=tables["held_out"],
        recommendations=lists,
        users=log.users,
        items=log.items,
        k=min(MOST_PLACES, int(lists["rank"].to_numpy().max())),
        by=by,
        by_items=item_attributes(log.items),
        together=by,
        settings=Settings(seed=seed),
        thresholds=[limit for name in presets for limit in read_preset(name)],
        config={"recommendations": digest_of(tables)[:16], "seed": seed},
    )
