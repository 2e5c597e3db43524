"""A place of a test's own, for those that ask for jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from dashboard.jobs import keeper


@pytest.fixture
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give results of its own, and no worker: what is asked for stays asked for."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(keeper, "tend", lambda: None)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
