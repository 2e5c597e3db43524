"""`recscope mitigate`: a model's lists and the same lists as a foreign log give the same table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.cli import main
from engine.sources.registry import own_split

ASK = [
    "--by",
    "group",
    "--n",
    "4",
    "--resamples",
    "30",
    "--rerankers",
    "mmr:0.6,mmr:0,calibration:0.5",
]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["mitigate", *arguments, *ASK, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The planted world's training part and lists of 20 as files, as another system has them."""
    split = own_split("planted")
    assert split is not None
    tables = {
        "interactions": split.train.interactions,
        "held-out": split.held_out,
        "users": split.train.users,
        "items": split.train.items,
    }
    for name, table in tables.items():
        table.write_parquet(tmp_path / f"{name}.parquet")
    options = {name: [f"--{name}", str(tmp_path / f"{name}.parquet")] for name in tables}
    known = [part for name in ("interactions", "users", "items") for part in options[name]]
    out = str(tmp_path / "lists.parquet")
    model = ["--model", "ease", "--policy", "greedy", "--rate", "0", "--n", "20"]
    assert main(["recommend", *known, *model, "--out", out]) == 0
    return [*known, *options["held-out"], "--recommendations", out]


def test_a_log_is_reranked_as_the_model_itself(
    capsys: pytest.CaptureFixture[str], files: list[str]
) -> None:
    model = answer(capsys, "--dataset", "planted", "--model", "ease")
    log = answer(capsys, *files)
    assert model["rows"] == log["rows"]
    variety = {row["rate"]: row for row in log["rows"] if row["measure"] == "intra_list_diversity"}
    assert variety[0.6]["change_low"] > 0
    assert variety[0.6]["after"] == pytest.approx(
        variety[0.6]["before"] + variety[0.6]["change"], abs=1e-9
    )
    # Each list comes nearer to the history of the person it is for.
    nearer = {row["rate"]: row for row in log["rows"] if row["measure"] == "miscalibration"}
    assert nearer[0.5]["change_high"] < 0
    costs = {cost["rate"]: cost for cost in log["costs"]}
    assert costs[0.6]["places_changed"] > 0.1
    assert costs[0.6]["seconds"] > 0
    # At rate 0 nothing is re-ranked, so nothing changes and nothing is lost.
    assert costs[0.0]["places_changed"] == 0
    assert costs[0.0]["ndcg_change"] == 0
    assert {row["change"] for row in log["rows"] if row["rate"] == 0} <= {0.0, None}


def test_scores_are_not_needed_and_strangers_keep_their_lists(
    capsys: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    lists = pl.read_parquet(files[-1])
    stranger = lists.head(8).with_columns(user_id=pl.lit("stranger"))
    bare = pl.concat([lists, stranger]).select("user_id", "item_id", "rank")
    bare.write_parquet(tmp_path / "bare.parquet")
    found = answer(capsys, *files[:-1], str(tmp_path / "bare.parquet"))
    assert {row["change"] for row in found["rows"] if row["rate"] == 0} <= {0.0, None}


def test_nothing_is_shown_that_the_log_did_not_offer_this_person(
    capsys: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    """Of four items four places can only be put into another order, even for variety alone."""
    pl.read_parquet(files[-1]).filter(pl.col("rank") <= 4).write_parquet(tmp_path / "four.parquet")
    found = answer(capsys, *files[:-1], str(tmp_path / "four.parquet"), "--seed", "3")
    moved = {row["measure"]: row for row in found["rows"] if row["rate"] == 0.6}
    for measure in ("recall", "precision", "arp", "novelty", "intra_list_diversity", "coverage"):
        assert moved[measure]["after"] == pytest.approx(moved[measure]["before"]), measure
    assert moved["ndcg"]["after"] != moved["ndcg"]["before"]


def test_the_table_is_written_and_a_wrong_plan_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "table.csv"
    ask = ["mitigate", "--dataset", "planted", "--model", "popularity", *ASK]
    assert main([*ask, "--out", str(out)]) == 0
    assert "seconds / 1000 people" in capsys.readouterr().out
    assert {"before", "after", "change_low"} <= set(pl.read_csv(out).columns)
    for plan in ("mmr", "mmr:2", "nobody:0.1", ""):
        assert main(["mitigate", "--dataset", "planted", "--rerankers", plan]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
