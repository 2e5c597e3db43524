"""`recscope what-if`: both lists beside each other, and how it refuses."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from dashboard.cli import main
from engine.config import RunConfig, stream
from engine.explanations.what_if import Edit, what_if
from engine.recommend import fit_model
from tests.dashboard.apptest import small_world

USERS = pl.DataFrame(
    {
        "user_id": [f"u{u}" for u in range(24)],
        "gender": ["F" if u % 2 else "M" for u in range(24)],
        "age": [20 + u for u in range(24)],
    }
)
HAS, LACKS = "i0", "i1"  # of u0, who has i0, i2, … i14


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    world = small_world(users=USERS)
    tables = {"interactions": world.interactions, "users": world.users}
    tables["items"] = world.items.select("item_id", "title")
    for name, table in tables.items():
        table.write_csv(tmp_path / f"{name}.csv")
    return [part for name in tables for part in (f"--{name}", str(tmp_path / f"{name}.csv"))]


def _asked(files: list[str], capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    assert main(["what-if", *files, "--user", "u0", "--n", "4", *options, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_lists_are_those_of_the_engine(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = _asked(files, capsys, "--drop", HAS, "--add", LACKS, "--item", "i3")
    world = small_world(users=USERS)
    model = fit_model(RunConfig("own", "ease", n=4), world)
    history = world.histories.take([world.user_row("u0")])
    rows = [world.item_row(item) for item in (HAS, LACKS)]
    right = what_if(model, history, Edit(drop=(rows[0],), add=(rows[1],)), n=4)
    for name, listed in (("before", right.before), ("after", right.after)):
        assert [row["item_id"] for row in found[name]] == [world.item_ids[row] for row in listed]
        assert not {HAS, LACKS} & {row["item_id"] for row in found[name]}
    assert found["moved"] == right.moved
    at = world.item_row("i3")
    assert found["item"]["score_after"] == pytest.approx(float(right.scores_after[at]))
    unseen = ~right.edited.seen()[0]
    above = (right.scores_after[unseen] > right.scores_after[at]).sum()
    assert found["item"]["rank_after"] == 1 + above


def test_a_person_can_be_another_and_a_model_that_looks_says_so(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    other = _asked(files, capsys, "--set", "gender=F", "--set", "age=", "--item", HAS)
    assert other["edit"]["attributes"] == {"gender": "F", "age": ""}
    assert (other["moved"], other["uses_attributes"]) == (0, False)
    # What is in the history has no place on a list.
    assert other["item"]["rank_before"] is None
    looks = ("--model", "factorisation-machine", "--set", "gender=F", "--item", LACKS)
    looked = _asked(files, capsys, *looks)
    assert looked["uses_attributes"]
    assert looked["item"]["score_before"] != looked["item"]["score_after"]
    assert main(["what-if", *files, "--user", "u0", "--set", "gender=F"]) == 0
    told = capsys.readouterr().out
    assert "the list stays as it is" in told
    assert "does not look at what is known of the person" in told


def test_an_item_rated_anew_weighs_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = small_world().interactions.with_columns(
        weight=pl.Series(stream(3, "users").integers(1, 6, 192)).cast(pl.Float64)
    )
    log.select("user_id", "item_id", "weight").write_csv(tmp_path / "log.csv")
    files = ["--interactions", str(tmp_path / "log.csv"), "--model", "sasrec"]
    same = log.filter((pl.col("user_id") == "u0") & (pl.col("item_id") == HAS))["weight"][0]
    words = ["--weight", f"{HAS}={same}", "--item", LACKS]
    found = _asked(files[:2], capsys, *words)
    assert found["item"]["score_before"] == found["item"]["score_after"]
    assert found["edit"]["weights"] == {HAS: same}
    assert np.isfinite(found["item"]["score_after"])
    words = ["what-if", *files[:2], "--user", "u0", "--weight", f"{HAS}=5"]
    assert main(words) == 0
    assert "no score changes: the model does not look at this" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "nothing is to be otherwise"),
        (["--user", "nobody", "--drop", HAS], "no user nobody"),
        (["--drop", "nothing"], "no item nothing"),
        (["--drop", LACKS], f"has no item {LACKS} in the history"),
        (["--add", HAS], f"has item {HAS} in the history already"),
        (["--drop", HAS, "--weight", f"{HAS}=2"], "changed twice"),
        (["--weight", f"{HAS}=much"], "give a number"),
        (["--weight", HAS], "write it as NAME=VALUE"),
        (["--set", "gender=X"], "nobody has gender=X; it is one of F, M"),
        (["--set", "age=old"], "age is a number"),
        (["--set", "shoe=44"], "no attribute shoe; name one of"),
        (["--set", "gender=F", "--set", "gender=M"], "names one thing twice"),
        (["--drop", HAS, "--item", "nothing"], "no item nothing"),
        (["--drop", HAS, "--model", "svd"], "no model svd"),
        (["--drop", HAS, "--n", "0"], "n is 0"),
    ],
)
def test_refuses_in_one_line(
    options: list[str], message: str, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", *files, "--user", "u0", *options]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1
