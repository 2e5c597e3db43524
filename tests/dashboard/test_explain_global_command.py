"""`recscope explain-global`: the page's figures, in two languages, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import streamlit as st
from polars.testing import assert_frame_equal

from dashboard import loaders, reason_loaders
from dashboard.access.person import LOCAL
from dashboard.cli import main
from dashboard.components.attributes import attributes_of
from dashboard.i18n import translator
from dashboard.parameter_words import article_27_text
from dashboard.services.explain_global import WhyAll, explain_global
from engine.config import RunConfig
from tests.dashboard.apptest import small_world

RUN = RunConfig("planted", "ease", policy="epsilon-greedy", rate=0.3)


@pytest.fixture(autouse=True)
def _clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def test_the_service_says_what_the_page_says() -> None:
    train = loaders.split(RUN.dataset, RUN.seed).train
    names = tuple(attributes_of(train))
    found = explain_global(LOCAL, WhyAll(RUN, names), train, fit=lambda: loaders.fitted(RUN))
    assert names
    assert_frame_equal(found.table, reason_loaders.parameters(RUN, names))
    page = reason_loaders.surrogate(RUN)
    assert_frame_equal(found.surrogate.nodes, page.nodes)
    assert (found.surrogate.r2, found.surrogate.people) == (page.r2, page.people)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "These parameters make it up"), ("zh", "得分由以下参数构成")]
)
def test_the_command_prints_what_the_page_shows(
    language: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    users = pl.DataFrame({"user_id": [f"u{u}" for u in range(24)], "group": list("ab" * 12)})
    world = small_world(users=users)
    options = ["explain-global", "--split", "random", "--rate", "0.3", "--language", language]
    for name in ("interactions", "users", "items"):
        getattr(world, name).write_parquet(tmp_path / f"{name}.parquet")
        options += [f"--{name}", str(tmp_path / f"{name}.parquet")]
    monkeypatch.setattr(loaders, "load", lambda name: world)
    monkeypatch.setattr(loaders, "is_at_hand", lambda source: True)
    run = RunConfig("ml-100k", "ease", policy="epsilon-greedy", rate=0.3)
    table, tree = reason_loaders.parameters(run, ("group",)), reason_loaders.surrogate(run)
    assert main([*options, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["parameters"] == table.to_dicts()
    assert {row["group"] for row in printed["parameters"]} == {None, "a", "b"}
    assert printed["text"] == article_27_text(table, run.rate, translator(language))
    assert printed["surrogate"]["r2"] == tree.r2
    assert printed["surrogate"]["nodes"] == tree.nodes.to_dicts()
    assert main(options) == 0
    told = capsys.readouterr().out
    assert printed["text"] in told
    assert words in told


def test_small_groups_are_withheld_and_one_may_choose_whom_to_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = small_world()
    names = ["large"] * 14 + ["few"] * 6 + ["fewer"] * 4
    users = world.users.select("user_id").with_columns(
        group=_series(names), kind=_series("ab" * 12)
    )
    world.interactions.select("user_id", "item_id").write_csv(tmp_path / "log.csv")
    users.write_csv(tmp_path / "users.csv")
    files = ["--interactions", str(tmp_path / "log.csv"), "--users", str(tmp_path / "users.csv")]
    assert main(["explain-global", *files, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["parameters"]
    assert {row["group"] for row in rows if row["by"] == "group"} == {"large"}
    assert {row["group"] for row in rows if row["by"] == "kind"} <= {"a", "b"}
    assert main(["explain-global", *files, "--by", "kind", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["parameters"]
    assert {row["by"] for row in rows} == {None, "kind"}
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows if row["low"] is not None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--by", "shoe"], "no attribute shoe"),
        (["--by", "group,group"], "each once"),
        (["--people", "1"], "ask for 2 or more"),
        (["--people", "5"], "a surrogate"),
        (["--model", "svd"], "no model svd"),
        (["--policy", "dice"], "no policy dice"),
        (["--rate", "2"], "rate"),
    ],
)
def test_refuses_in_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain-global", "--dataset", "planted", *options]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err.splitlines()[-1]


def _series(values: list[str] | str) -> pl.Series:
    return pl.Series(list(values))
