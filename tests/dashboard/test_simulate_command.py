"""`recscope simulate`: its contract, and how it refuses."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from audits.effects import REGRET
from audits.feedback import MEASURES
from dashboard.cli import main
from tests import worlds

EFFECT = ["measure", "arm", "reference", "round", "by", "group", "n", "value", "low", "high"]
TEXT_IDS = {"user_id": pl.String, "item_id": pl.String}


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """The noisy world as the user's own log, and a short simulation of it."""
    worlds.noisy().interactions.write_csv(tmp_path / "log.csv")
    worlds.noisy().items.select("item_id", categories=pl.lit("x|y")).write_csv(
        tmp_path / "items.csv"
    )
    data = ["--interactions", str(tmp_path / "log.csv"), "--items", str(tmp_path / "items.csv")]
    short = ["--n", "4", "--rounds", "2", "--seeds", "2", "--rates", "0,0.5"]
    short += ["--visits", "even", "--outside", "0.5"]
    return ["simulate", *data, "--model", "popularity", *short]


def printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_json_holds_effects_validity_and_config(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    result = printed(small, capsys)
    effects = pl.DataFrame(result["effects"])

    assert list(result) == ["effects", "validity", "config", "trends", "slopes", "gaps"]
    assert effects.columns[:10] == EFFECT
    assert set(effects["measure"]) == set(MEASURES)
    kinds = effects.select("arm", "reference", "round").unique()
    assert set(kinds.rows()) == {
        (arm, reference, r)
        for arm, reference in (
            *(("rate 0.5", "rate 0"), ("search", "rate 0")),
            *(("rate 0", "search"), ("rate 0.5", "search")),
        )
        for r in (1, 2)
    }
    assert result["config"]["seeds"] == [7, 8]
    assert result["config"]["behaviour"]["picks"] == 2
    assert result["validity"]["not_checked"]


def test_own_interactions_are_all_history_unless_a_split_is_asked_for(
    small: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "feedback.csv"
    seen = worlds.noisy().interactions

    whole = printed([*small, "--out", str(out)], capsys)
    shown = pl.read_csv(out, schema_overrides=TEXT_IDS)
    assert shown.join(seen, on=["user_id", "item_id"], how="semi").is_empty()
    assert whole["validity"]["held_out_bits_over_uniform"] is None

    split = printed([*small, "--split", "random", "--out", str(out)], capsys)
    shown = pl.read_csv(out, schema_overrides=TEXT_IDS)
    assert not shown.join(seen, on=["user_id", "item_id"], how="semi").is_empty()
    assert [row["name"] for row in split["validity"]["held_out_bits_over_uniform"]] == [
        "tastes",
        "popularity",
    ]


def test_out_is_the_feedback_table(
    small: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "feedback.parquet"
    assert main([*small, "--out", str(out)]) == 0
    table = pl.read_parquet(out)

    assert table.columns == [
        *("user_id", "item_id", "rank", "score", "propensity", "round", "clicked"),
        *("utility", "followed", "model", "policy", "rate", "seed", "arm"),
    ]
    assert set(table["arm"]) == {"rate 0", "rate 0.5", "search"}


def test_the_same_command_prints_the_same(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(small, capsys) == printed(small, capsys)


def test_text_names_the_last_round_and_progress_stays_off_stdout(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(small) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()

    effects = [line for line in lines if line.startswith("round 2  ")]
    assert len(effects) == 2 * len(MEASURES)
    assert sum(line.startswith("by rate  ") for line in lines) == len(MEASURES)
    assert all("95% interval" in line for line in effects)
    assert all(", holds 0, n = " in line or ", leaves out 0, n = " in line for line in effects)
    assert "simulated people (rate 0) beside the starting histories:" in lines
    assert any(line.startswith("  popularity_correlation") for line in lines)
    assert "warning: " in told.err
    assert "round 12 of 12" in told.err


def test_one_seed_says_why_there_is_no_interval(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = printed([*small, "--seeds", "1"], capsys)["effects"]

    assert all(row["low"] is row["high"] is None for row in rows)
    assert all(row["note"].startswith("one seed") for row in rows if row["n"] == 1)
    assert {row["n"] for row in rows if row["measure"] == "gini"} == {1}


def test_rate_0_is_always_run(small: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    result = printed([*small, "--rates", "0.9,0.2"], capsys)

    assert result["config"]["rates"] == [0, 0.2, 0.9]
    assert result["effects"][0]["reference"] == "rate 0"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rates", "0,x"], "'x', which is not a number from 0 to 1"),
        (["--rates", "0,1.5"], "'1.5', which is not a number from 0 to 1"),
        (["--rates", "nan"], "'nan', which is not"),
        (["--rounds", "0"], "give numbers from 1"),
        (["--refit-every", "0"], "give numbers from 1"),
        (["--seeds", "0"], "from 1"),
        (["--seed", "-1"], "from 0"),
        (["--n", "99"], "the catalogue holds 27 items"),
        (["--policy", "greedy"], "does not explore"),
        (["--policy", "ucb"], "no policy ucb"),
        (["--model", "svd"], "no model svd"),
        (["--out", "/nowhere/feedback.csv"], "cannot write /nowhere/feedback.csv"),
        (["--out", "feedback.xlsx"], "end it in .csv"),
        (["--dataset", "ml-100k"], "one of the two"),
        (["--arms", "bubble"], "no arm bubble"),
        (["--drift", "much"], "--drift is much"),
        (["--drift", "2"], "from 0 to 1"),
        (["--late", "1"], "below 1"),
        (["--profiles", "0"], "0 profiles"),
        (["--background", "1"], "background 1"),
        (["--workers", "0"], "workers is 0"),
        (["--by", "shoe"], "no user attribute shoe"),
    ],
)
def test_refuses_in_one_line(
    options: list[str], message: str, small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*small, *options])
    told = capsys.readouterr()

    assert code == 2
    assert told.out == ""
    assert message in told.err
    assert told.err.count("\n") == 1


def test_each_group_has_its_differences_and_the_gap_has_too(
    small: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people = worlds.noisy().users.select("user_id").with_row_index("row")
    camps = people.select(
        "user_id", camp=pl.when(pl.col("row") < 20).then(pl.lit("a")).otherwise(pl.lit("b"))
    )
    camps.write_csv(tmp_path / "users.csv")
    told = [*small, "--users", str(tmp_path / "users.csv"), "--by", "camp", "--arms", "oracle"]
    # Nobody leaves a list untouched: a measure that few of a group have a value of is withheld.
    told += ["--outside", "0"]
    assert main(told) == 0
    lines = capsys.readouterr().out.splitlines()
    for measure in ("profile_drift", "intra_user_diversity", "utility", "regret"):
        for group in ("a", "b", "a - b"):
            said = f"round 2  {measure:<24} camp {group:<8} rate 0.5 "
            assert any(line.startswith(said) and "95% interval" in line for line in lines)


def test_regret_and_the_oracle_reference_come_with_the_oracle(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    result = printed([*small, "--arms", "oracle,single"], capsys)
    effects = pl.DataFrame(result["effects"])
    regret = effects.filter((pl.col("measure") == REGRET) & (pl.col("reference") == "oracle"))

    assert set(effects["reference"]) == {"rate 0", "oracle"}
    assert set(regret["arm"]) == {"rate 0", "rate 0.5", "rate 0, trained once"}
    assert {row["arm"] for row in result["trends"]} == {*regret["arm"], "oracle"}
    assert {row["n"] for row in result["slopes"] if row["measure"] == REGRET} == {2}


def test_people_behave_as_they_are_told(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = [
        "--profiles",
        "3",
        "--background",
        "0.2",
        "--adoption",
        "0.5",
        "--drift",
        "log",
        "--boredom",
        "3",
        "--visits",
        "even",
        "--outside",
        "0.5",
    ]
    told = printed([*small, *options, "--picks", "1", "--late", "0.1"], capsys)["config"]

    behaviour = told["behaviour"]
    assert (behaviour["adoption"], behaviour["boredom"], behaviour["picks"]) == (0.5, 3, 1)
    assert 0 <= behaviour["drift"] <= 1
    assert told["tastes"] == {"profiles": 3, "background": 0.2, "sweeps": 50}
    assert told["late"] == 0.1


def test_bad_fits_are_warnings(small: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    card = printed([*small, "--split", "random"], capsys)["validity"]
    bad = [row for row in card["choices"] if row["fits"] is False]

    assert len(card["warnings"]) == len(bad) > 0
    assert all("a bad fit" in warning for warning in card["warnings"])


def test_what_is_kept_is_not_run_again_and_grows(
    small: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = [*small, "--keep", str(tmp_path / "kept")]
    first = printed(kept, capsys)
    files = sorted((tmp_path / "kept").rglob("*.parquet"))
    ages = [file.stat().st_mtime_ns for file in files]

    assert printed(kept, capsys) == first
    assert [file.stat().st_mtime_ns for file in files] == ages
    grown = printed([*kept, "--seeds", "3", "--arms", "search,random"], capsys)
    assert {row["n"] for row in grown["effects"] if row["measure"] == "gini"} == {3}
    assert [file.stat().st_mtime_ns for file in files] == ages


def test_a_folder_of_another_simulation_is_refused(
    small: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = [*small, "--keep", str(tmp_path / "kept")]
    assert main(kept) == 0
    assert main([*kept, "--rounds", "3"]) == 2
    assert "holds a simulation with other settings" in capsys.readouterr().err


def test_two_workers_print_what_one_prints(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    alone = printed(small, capsys)
    assert printed([*small, "--workers", "2"], capsys) == alone
