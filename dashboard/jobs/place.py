"""Where jobs, their workers and their results are on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from dashboard.jobs.database import Database
from dashboard.jobs.results import MOST_BYTES, Results
from dashboard.jobs.table import JobTable
from engine.cache import cache_folder

__all__ = ["jobs_folder", "results", "table"]


def jobs_folder() -> Path:
    """Return the folder with the list of jobs."""
    return cache_folder() / "jobs"


def table() -> JobTable:
    """Return the table of jobs."""
    return JobTable(Database(jobs_folder()))


def results() -> Results:
    """Return the results; RECSCOPE_RESULT_BYTES bounds them."""
    most = int(os.environ.get("RECSCOPE_RESULT_BYTES", MOST_BYTES))
    return Results(cache_folder() / "results", most_bytes=most)
