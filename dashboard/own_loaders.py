"""What logs and lists that somebody brought tell: at once where they are short, else by a job.

Nothing is shared but what the very same content makes; jobs and what they leave are a person's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import polars as pl
import streamlit as st

from audits.report import AuditReport
from dashboard.access.session import current_person
from dashboard.jobs import queue
from dashboard.jobs.audit_files import read_audit
from dashboard.jobs.audit_lists import wanted_lists_audit
from dashboard.jobs.estimate import wanted_estimate
from dashboard.jobs.estimate_files import read_told
from dashboard.jobs.fitting import NotYetError
from dashboard.off_policy import Asked, Told, evaluate_log
from dashboard.own_audit import MOST_ROWS_INLINE, audit_lists
from dashboard.uploads.apart import read_apart
from dashboard.uploads.staged import stage, staging_name
from dashboard.uploads.tables import Brought
from engine.off_policy.log_table import read_log
from engine.tables import Origin

__all__ = ["columns_of_log", "lists_report", "off_policy_log"]


@dataclass(frozen=True)
class _Log:
    """A checked log, where it came from, and the name it would wait under."""

    table: pl.DataFrame
    origin: Origin
    name: str


def columns_of_log(name: str, content: bytes) -> list[str]:
    """Return the columns of an uploaded log."""
    return _read(name, content).frame.columns


def off_policy_log(
    name: str, content: bytes, mapping: tuple[tuple[str, str], ...], asked: Asked
) -> Told:
    """Return what an uploaded log says about a target; ``mapping`` is our names → its columns.

    Raises
    ------
    NotYetError
        The log is long, and its job is not done.
    """
    log = _log(name, content, mapping)
    if log.table.height <= MOST_ROWS_INLINE:
        return _told(name, content, mapping, asked)
    wanted = wanted_estimate(log.name, asked, origin=log.origin)
    folder = queue.result("estimate", wanted, person=current_person())
    if folder is None:
        stage({"log": log.table}, person=current_person())
        raise NotYetError("estimate", wanted)
    return read_told(folder)


def lists_report(
    tables: Mapping[str, pl.DataFrame], presets: tuple[str, ...], *, seed: int
) -> AuditReport:
    """Return the audit of lists that somebody brought.

    Raises
    ------
    NotYetError
        The tables are long, and their job is not done.
    """
    name = staging_name(tables)
    if sum(table.height for table in tables.values()) <= MOST_ROWS_INLINE:
        return _report(current_person().identity, name, tables, presets, seed=seed)
    wanted = wanted_lists_audit(name, presets, seed=seed)
    folder = queue.result("audit-lists", wanted, person=current_person())
    if folder is None:
        stage(tables, person=current_person())
        raise NotYetError("audit-lists", wanted)
    return read_audit(folder)


@st.cache_resource(max_entries=8, show_spinner=False)
def _report(
    owner: str,
    key: str,
    _tables: Mapping[str, pl.DataFrame],
    presets: tuple[str, ...],
    *,
    seed: int,
) -> AuditReport:
    """Audit the tables whose content ``key`` stands for; no other person shares the result."""
    return audit_lists(_tables, presets, seed=seed)


@st.cache_resource(max_entries=8, show_spinner=False)
def _told(name: str, content: bytes, mapping: tuple[tuple[str, str], ...], asked: Asked) -> Told:
    log = _log(name, content, mapping)
    return evaluate_log(log.table, asked, source=log.origin)


@st.cache_resource(max_entries=4, show_spinner=False)
def _log(name: str, content: bytes, mapping: tuple[tuple[str, str], ...]) -> _Log:
    read = _read(name, content)
    table = read_log(read.mapped(dict(mapping)), source=read.origin)
    return _Log(table, read.origin, staging_name({"log": table}))


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(name: str, content: bytes) -> Brought:
    return read_apart(BytesIO(content), name, "log")
