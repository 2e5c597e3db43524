"""A report of a page can be made again on the command line, and only as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from dashboard import loaders
from dashboard.cli import main
from dashboard.run_audit import how_to_rerun
from engine.config import RunConfig

RUN = RunConfig("planted", "ease", "epsilon-greedy", rate=0.2)


@pytest.fixture(autouse=True)
def _clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize(("changed", "code"), [({}, 0), ({"rate": 0.3}, 1), ({"seed": 8}, 1)])
def test_a_report_of_a_page_is_made_again_by_verify(
    changed: dict[str, float], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = loaders.report(RUN, ("quality_parity", "exposure_parity"))
    split = loaders.split(RUN.dataset, RUN.seed)
    again = how_to_rerun(RUN, log=loaders.dataset(RUN.dataset), split=split)
    path = tmp_path / "report.json"
    path.write_text(found.to_json({"rerun": {**again, **changed}}), encoding="utf-8")
    assert bool(main(["verify", str(path), "--json"])) == bool(code)
    answer = json.loads(capsys.readouterr().out)
    assert answer["verified"] == (code == 0)
    assert answer["hash"] == found.hash


def test_nobody_can_make_a_report_of_own_data_again_without_them() -> None:
    run = RunConfig(f"own-{'0' * 32}", "ease")
    split = loaders.split(RUN.dataset, RUN.seed)
    assert how_to_rerun(run, log=loaders.dataset(RUN.dataset), split=split) == {}
