"""What is kept of a run is what was measured, bit for bit; what is damaged is made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboard import kept_texts, loaders, provenance, run_loaders
from dashboard.kept_texts import keep_text, kept_text
from dashboard.measured_run import MeasuredRun
from engine.config import RunConfig

RUN = RunConfig("planted", "popularity", rate=0.2)
BY = ("group",)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep in a folder of the test, and let the planted world have files."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(run_loaders, "data_mark", lambda name: f"content of {name}")
    st.cache_resource.clear()
    return tmp_path / "measured"


def _never(*_: Any, **__: Any) -> None:
    raise AssertionError("it would be measured again")


def _only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_is_read_back_has_every_bit_and_measures_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = run_loaders.measured(RUN, BY)
    assert made == loaders.measured(RUN, BY)
    st.cache_resource.clear()
    monkeypatch.setattr(loaders, "measured", _never)
    found = run_loaders.measured(RUN, BY)
    assert found is not made
    assert found == made
    assert repr(found.to_json()) == repr(made.to_json())
    assert list(found.now.exposure.ratios) == list(made.now.exposure.ratios)


def test_attributes_are_kept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made = run_loaders.attributes("planted")
    assert made == BY
    st.cache_resource.clear()
    monkeypatch.setattr(loaders, "dataset", _never)
    assert run_loaders.attributes("planted") == made


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("0.", "1.", 1),
        lambda text: "",
        lambda text: "\ud800".join(text.split("0", 1)).encode("utf-8", "surrogatepass"),
    ],
    ids=["cut off", "a digit", "empty", "no text"],
)
def test_a_damaged_file_is_ignored_and_made_again(
    kept: Path, damage: Callable[[str], str | bytes]
) -> None:
    made = run_loaders.measured(RUN, BY)
    file = _only(kept)
    whole = file.read_bytes()
    broken = damage(file.read_text(encoding="utf-8"))
    file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    st.cache_resource.clear()
    assert run_loaders.measured(RUN, BY) == made
    assert _only(kept).read_bytes() == whole


def test_a_whole_file_of_another_form_is_made_again(kept: Path) -> None:
    made = run_loaders.measured(RUN, BY)
    key = _keys(kept)
    st.cache_resource.clear()
    keep_text(key, '{"before": 1}')
    assert run_loaders.measured(RUN, BY) == made
    text = kept_text(key)
    assert text is not None
    assert MeasuredRun.from_json(text) == made


def _keys(kept: Path) -> str:
    """Return the one key in use."""
    import json

    name = _only(kept).name
    key = json.dumps(
        [provenance.code_mark(), "content of planted", "run", RUN.to_dict(), BY], sort_keys=True
    )
    assert kept_texts._path(key).name == name
    return key


@pytest.mark.parametrize("what", ["code", "data", "rate", "seed", "by"])
def test_whatever_it_hangs_on_makes_another(
    kept: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_loaders.measured(RUN, BY)
    st.cache_resource.clear()
    run, by = RUN, BY
    if what == "code":
        monkeypatch.setattr(run_loaders, "code_mark", lambda: "changed")
    elif what == "data":
        monkeypatch.setattr(run_loaders, "data_mark", lambda name: "changed")
    elif what == "by":
        by = ()
    else:
        run = RunConfig("planted", "popularity", **{"rate": 0.2, "seed": 7, what: 1})
    run_loaders.measured(run, by)
    assert len(list(kept.iterdir())) == 2


def test_a_file_under_anothers_name_is_not_taken_for_it(kept: Path) -> None:
    keep_text("one", "its text")
    keep_text("two", "another")
    kept_texts._path("one").replace(kept_texts._path("two"))
    assert kept_text("two") is None
    assert kept_text("one") is None


def test_no_more_is_kept_than_may_be(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_texts, "MOST_TEXTS", 3)
    for number in range(6):
        keep_text(str(number), "text")
        assert kept_text(str(number)) == "text"
    assert len(list(kept.iterdir())) == 3


def test_a_cache_that_cannot_be_written_costs_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "file"))
    keep_text("key", "text")
    assert kept_text("key") is None
    assert run_loaders.measured(RUN, BY) == loaders.measured(RUN, BY)


def test_data_are_marked_by_content_and_what_is_in_no_file_by_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("planted", "own-" + "0" * 32, "nothing", ""):
        assert provenance.data_mark(name) is None
    file = tmp_path / "log.csv"
    file.write_text("a,1")
    monkeypatch.setattr(provenance, "files_of", lambda name: (file,))
    first = provenance.data_mark("log")
    assert first == provenance.data_mark("log") is not None
    file.write_text("b,12")
    assert provenance.data_mark("log") not in (None, first)
