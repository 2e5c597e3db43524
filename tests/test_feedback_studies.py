"""The judge of studies: a world made to agree is reproduced, one made to disagree is not."""

import polars as pl
import pytest

from tests.studies import HALF, ONCE, RATES, STUDIES, by_effect, judge, overall, unjudged

SEEDS, ROUNDS = 4, 6
RATE_ARMS = {f"rate {rate:g}": rate for rate in RATES}
ARMS = (*RATE_ARMS, ONCE, HALF, "search", "oracle")


def measured(*, sign: float, gap: bool = True) -> pl.DataFrame:
    """Every measure moves as the studies saw it, times ``sign``; a little apart by seed."""
    rows = []
    for seed in range(SEEDS):
        for arm in ARMS:
            for index in range(1, ROUNDS + 1):
                for measure, value in _values(arm, index).items():
                    noise = 0.001 * seed * (1 + len(arm) % 3)
                    rows.append((arm, seed, index, None, None, measure, sign * value + noise))
                if gap:
                    for sex, shift in (("F", sign), ("M", 0.0)):
                        cell = (arm, seed, index, "sex", sex, "profile_drift")
                        rows.append((*cell, shift + 0.001 * seed * (sex == "F")))
    columns = {"arm": pl.String, "seed": pl.Int64, "round": pl.Int64, "by": pl.String}
    columns |= {"group": pl.String, "measure": pl.String}
    frame = pl.DataFrame(rows, schema={**columns, "value": pl.Float64}, orient="row")
    return frame.with_columns(rate=pl.lit(0.0), n=pl.lit(9))


def _values(arm: str, index: int) -> dict[str, float]:
    rate = RATE_ARMS.get(arm, 0.0)
    alike = {"oracle": 0.0, ONCE: 1.0, "search": 0.5}.get(arm, 2.0)
    narrowing = {"search": -2.0}.get(arm, -1.0)
    return {
        "homogenisation": alike,
        "utility": {"oracle": 3.0, ONCE: 2.0}.get(arm, 1.0),
        "arp": float(index),
        "coverage": (5.0 if arm == "search" else 1.0) - 0.1 * index,
        "recent_diversity": narrowing * index,
        "intra_user_diversity": 0.0 if arm == "search" else 1.0,
        "profile_drift": 3.0 if arm == "oracle" else 2.0 - rate,
    }


def test_a_world_as_the_studies_saw_it_reproduces_all() -> None:
    found = judge(measured(sign=1.0))
    assert {study: row["verdict"] for study, row in found.items()} == dict.fromkeys(
        STUDIES, "reproduced"
    )


def test_the_opposite_world_reproduces_none_of_its_signs() -> None:
    found = judge(measured(sign=-1.0))
    for study, row in found.items():
        claims = row["claims"]
        assert isinstance(claims, list)
        assert not any(claim["as reported"] for claim in claims), study
        assert row["verdict"] == "not reproduced"


def test_a_claim_that_the_data_cannot_speak_to_is_left_out() -> None:
    claims = judge(measured(sign=1.0, gap=False))["Mansoury 2020"]["claims"]
    assert isinstance(claims, list)
    assert [claim["of"] for claim in claims] == ["trend", "trend"]


@pytest.mark.parametrize(
    ("verdicts", "summed"),
    [
        ({"a": "in part", "b": "in part"}, "in part"),
        (
            {"a": "reproduced", "b": "not reproduced"},
            "depends on the world: a: reproduced; b: not reproduced",
        ),
    ],
)
def test_worlds_that_disagree_are_named(verdicts: dict[str, str], summed: str) -> None:
    assert overall(verdicts) == summed


def test_each_effect_has_its_figures_and_one_of_three_verdicts() -> None:
    agree, against = judge(measured(sign=1.0)), judge(measured(sign=-1.0))
    rows = by_effect({"agree": agree, "against": against})

    assert len(rows) == sum(map(len, STUDIES.values()))
    assert {str(row["verdict"]).partition(":")[0] for row in rows} == {"depends on the world"}
    assert {row["verdict"] for row in by_effect({"agree": agree})} == {"reproduced"}
    assert {row["verdict"] for row in by_effect({"against": against})} == {"not reproduced"}


def test_an_effect_that_is_not_there_is_judged_all_the_same() -> None:
    rows = by_effect({"against": judge(measured(sign=-1.0))})
    assert unjudged(rows, seeds=SEEDS) == []


def test_an_effect_nobody_looked_for_often_enough_is_not_judged() -> None:
    rows = by_effect({"agree": judge(measured(sign=1.0))})
    assert len(unjudged(rows, seeds=SEEDS + 1)) == len(rows)
    without = by_effect({"agree": judge(measured(sign=1.0, gap=False))})
    assert unjudged(without, seeds=SEEDS) == ["Mansoury 2020: profiles of the minority shift more"]
