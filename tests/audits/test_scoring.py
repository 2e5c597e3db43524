"""Scores say who stands above the median of all, and nothing else of them matters."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.report import audit
from audits.settings import Settings
from audits.testing import make_audit_world

PEOPLE = [f"u{i:02d}" for i in range(24)]
ITEMS = pl.DataFrame({"item_id": ["a", "b", "c", "d"], "provider": ["P", "Q", "P", "Q"]})
WORLD = make_audit_world()
POINTS = np.random.default_rng(4).integers(0, 6, WORLD.recommendations.height)
FEW = Settings(resamples=20, permutations=20)


def results(score):
    return audit(
        interactions=WORLD.interactions,
        held_out=WORLD.held_out,
        recommendations=WORLD.recommendations.with_columns(score=score),
        users=WORLD.users,
        items=WORLD.items,
        k=4,
        by=("group",),
        by_items=("provider",),
        settings=FEW,
    ).results


PLAIN = results(pl.Series(POINTS))


def test_rates_and_ratios_of_the_hand_checked_example():
    """P is scored 2 and 3, Q 1 and 2: of the four scores one lies above the median of 2."""
    rows = [
        (person, item, rank, score)
        for row, person in enumerate(PEOPLE)
        for rank, (item, score) in enumerate(
            (("a", 2.0), ("b", 1.0)) if row % 2 else (("c", 3.0), ("d", 2.0)), start=1
        )
    ]
    report = audit(
        interactions=pl.DataFrame({"user_id": PEOPLE, "item_id": ["a"] * 24}),
        held_out=pl.DataFrame({"user_id": PEOPLE, "item_id": ["b"] * 24}),
        recommendations=pl.DataFrame(
            rows, schema=["user_id", "item_id", "rank", "score"], orient="row"
        ),
        items=ITEMS,
        k=2,
        by_items=("provider",),
        settings=FEW,
    )
    found = {(row.metric, row.group): row.value for row in report.results}
    assert [found["scoring_rate", group] for group in "PQ"] == [0.5, 0.0]
    assert [found["scoring_ratio", group] for group in "PQ"] == [1.0, 0.0]
    assert report.impact is not None
    assert report.impact.ties_at_median == 24
    counts = {group.group: (group.above_median, group.scored) for group in report.impact.groups}
    assert counts == {"P": (12, 24), "Q": (0, 24)}


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-3, 1e3), st.integers(-5, 5))
def test_the_scale_of_scores_changes_nothing(scale, shift):
    assert any(row.metric == "scoring_rate" and row.value for row in PLAIN)
    assert results(pl.Series((POINTS + shift) * scale)) == PLAIN


def test_the_order_of_scores_changes_something():
    assert results(pl.Series(-POINTS)) != PLAIN
