"""`recscope explore` prints every setting once, the fronts, and what the rule suggests."""

import json

import pytest

from dashboard.cli import main

ASKED = ("explore", "--dataset", "planted", "--resamples", "50")


def asked(capsys, *arguments):
    code = main([*ASKED, "--json", *arguments])
    captured = capsys.readouterr()
    return code, json.loads(captured.out)


def test_every_setting_stands_once_with_intervals_and_the_own_list_is_shared(capsys):
    code, found = asked(
        capsys, "--policies", "epsilon-greedy,mmr", "--rates", "0.2,0.6", "--by", "group"
    )
    assert code == 0
    assert [(row["policy"], row["rate"]) for row in found["settings"]] == [
        ("greedy", 0.0),
        ("epsilon-greedy", 0.2),
        ("epsilon-greedy", 0.6),
        ("mmr", 0.2),
        ("mmr", 0.6),
    ]
    for row in found["settings"]:
        accuracy = row["measures"]["ndcg"]
        assert accuracy["low"] < accuracy["value"] < accuracy["high"]
        assert accuracy["n"] == 300
        assert row["measures"]["gap"]["n"] == 300
    assert found["config"]["rule"] == "least gap within 2% of best ndcg"


def test_the_suggestion_keeps_the_rule(capsys):
    _code, found = asked(
        capsys, "--policies", "epsilon-greedy,mmr", "--by", "group", "--rule",
        "least gap within 10% of best ndcg",
    )  # fmt: skip
    rows = {(row["policy"], row["rate"]): row["measures"] for row in found["settings"]}
    best = max(row["ndcg"]["value"] for row in rows.values())
    near = [row for row in rows.values() if row["ndcg"]["value"] >= 0.9 * best]
    chosen = rows[found["suggestion"]["policy"], found["suggestion"]["rate"]]
    assert chosen["gap"]["value"] == min(row["gap"]["value"] for row in near)
    assert (found["suggestion"]["near"], found["suggestion"]["known"]) == (len(near), 21)
    assert 0 < found["suggestion"]["share"] <= 1


def test_the_most_accurate_setting_is_on_both_fronts(capsys):
    _code, found = asked(capsys, "--policies", "epsilon-greedy", "--by", "group")
    best = max(found["settings"], key=lambda row: row["measures"]["ndcg"]["value"])
    assert best["front"] == {"intra_list_diversity": True, "gap": True}


def test_without_groups_variety_is_the_aim_and_no_gap_is_told(capsys):
    assert main([*ASKED, "--policies", "mmr", "--rates", "0,1"]) == 0
    words = capsys.readouterr().out
    assert "rule: most intra_list_diversity within 2% of best ndcg" in words
    assert "suggested: " in words
    assert "of resamples of people" in words
    assert words.splitlines()[1].startswith("greedy  0.00")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--policies", "greedy"], "greedy does not explore"),
        (["--policies", "nothing"], "no policy nothing"),
        (["--policies", "mmr,mmr"], "each once"),
        (["--rates", "0,2"], "numbers from 0 to 1"),
        (["--rates", "many"], "numbers from 0 to 1"),
        (["--by", "shoe_size"], "no user attribute shoe_size"),
        (["--rule", "the best"], "cannot be read"),
        (["--policies", "mmr", "--rates", "1", "--rule", "least gap within 2% of best ndcg"],
         "no setting has both gap and ndcg"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_2(capsys, arguments, message):
    assert main([*ASKED, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
