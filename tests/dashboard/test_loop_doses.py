"""Dose and response in a world whose slopes are known: one that is not 0, and one that is."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from audits.data import prepare
from audits.feedback import measure_rounds
from dashboard.components.loop_doses import STEP, dose_line, dose_points, dose_sentence
from dashboard.components.loop_gaps import gap_sentence
from dashboard.findings import Findings, find
from dashboard.i18n import translator
from engine.dataset import Dataset, make_dataset
from engine.models.registry import make_model
from engine.policies.registry import find_policy
from engine.simulation.arms import compare, rate_arms
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour

PEOPLE, THINGS, KINDS = 90, 21, 3
RATES = (0.0, 0.05, 0.1, 0.2, 0.5)
ARMS = rate_arms(find_policy("epsilon-greedy"), RATES)
LINES = {arm.name: arm.rate for arm in ARMS}
# Everyone has one of three things, so the best that is left is one that 30 people have; of the 20
# left by chance, two are, and nobody has the others.
KNOWN_BY = PEOPLE / KINDS
SLOPE = KNOWN_BY * (2 / (THINGS - 1) - 1)


def world() -> Dataset:
    log = pl.DataFrame(
        {
            "user_id": [f"u{person:02}" for person in range(PEOPLE)],
            "item_id": [f"i{person % KINDS:02}" for person in range(PEOPLE)],
        }
    )
    bands = pl.DataFrame(
        {"user_id": log["user_id"], "band": [f"b{u // 30}" for u in range(PEOPLE)]}
    )
    items = pl.DataFrame({"item_id": [f"i{thing:02}" for thing in range(THINGS)]})
    return make_dataset("known", log, users=bands, items=items)


@cache
def found() -> Findings:
    """One round of lists of one place, which people take or leave whatever it is."""
    start = world()
    tables = compare(
        start,
        ARMS,
        model=make_model("popularity"),
        tastes=lambda *, rng: Tastes.from_utilities(np.zeros((PEOPLE, THINGS))),
        seeds=range(8),
        settings=LoopSettings(rounds=1, n=1, behaviour=UserBehaviour(picks=1, outside=1.0)),
    )
    data = prepare(interactions=start.interactions, held_out=start.interactions, items=start.items)
    measures = measure_rounds(pl.concat(tables), data, people=start.users, by=("band",))
    return find(measures, ARMS)


def slope(measure: str) -> dict[str, float]:
    (row,) = (
        found().slopes.filter(pl.col("measure") == measure, pl.col("group").is_null()).to_dicts()
    )
    return row


def test_a_slope_that_is_known_is_found() -> None:
    row = slope("arp")
    assert row["low"] < SLOPE < row["high"] < 0
    points = dose_points(found(), "arp", LINES)
    assert points["rate"].to_list() == list(RATES)
    held = (points["low"] <= SLOPE * points["rate"]) & (SLOPE * points["rate"] <= points["high"])
    assert held.sum() >= len(RATES) - 1
    assert points["clear"].to_list()[0] is False
    assert points["clear"].to_list()[-1] is True


def test_a_slope_of_nothing_is_shown_as_nothing() -> None:
    """People take half of what they are shown, whatever it is."""
    row = slope("choices")
    assert row["low"] <= 0 <= row["high"]
    assert not dose_points(found(), "choices", LINES)["clear"].any()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sentence_tells_the_two_apart(language: str) -> None:
    _ = translator(language)
    moves = dose_sentence(slope("arp"), "…", digits=2, _=_)
    stays = dose_sentence(slope("choices"), "…", digits=2, _=_)
    assert _.signed(STEP * slope("arp")["value"], digits=3) in moves
    # From one language to the other the wording differs, and so does that of the two.
    assert _.signed(STEP * slope("choices")["low"], digits=3) in stays
    without = dose_sentence({**slope("arp"), "low": None, "high": None}, "…", digits=2, _=_)
    assert len({moves, stays, without, dose_sentence(None, "…", digits=2, _=_)}) == 4


def test_the_line_goes_through_the_middle_with_the_slope() -> None:
    points = pl.DataFrame({"rate": [0.0, 0.2, 0.4], "value": [0.0, 3.0, 3.0]})
    line = dose_line(points, 7.5)
    assert line["rate"].to_list() == [0.0, 0.4]
    assert line["value"].to_list() == pytest.approx([0.5, 3.5])


def test_bands_of_people_who_are_alike_are_not_told_apart() -> None:
    """Three bands, whose people have and choose the same; no profile shifts without categories."""
    gaps = found().gaps.filter(pl.col("measure") == "choices")
    assert set(gaps["pairs"]) == {3}
    assert ((gaps["low"] <= 0) & (gaps["high"] >= 0)).all()
    assert gap_sentence(found(), "rate 0", "band", translator("en")) is None
