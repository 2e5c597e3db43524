"""The counts behind impact ratios: nothing left out, and marked where it enters no ratio."""

import polars as pl
import pytest

from audits.impact import SMALL_SHARE
from audits.report import audit
from audits.settings import Settings

PEOPLE = [f"u{i:02d}" for i in range(30)]
# 100 items a person did not have: 96 of A, 2 of B, 1 of C, and 1 nobody said the provider of.
PROVIDERS = ["A"] * 97 + ["B", "B", "C", None]
ITEMS = pl.DataFrame(
    {"item_id": [f"i{row:03d}" for row in range(101)], "provider": PROVIDERS},
    schema_overrides={"provider": pl.String},
)
OF = {
    "had": "i000",
    "A": "i001",
    "B": "i097",
    "C": "i099",
    "nobody": "i100",
}


def log(*items):
    return pl.DataFrame(
        [(person, OF[item], rank) for person in PEOPLE for rank, item in enumerate(items, start=1)],
        schema=["user_id", "item_id", "rank"],
        orient="row",
    )


def impact(*shown, exact_up_to=1000):
    report = audit(
        interactions=log("had").drop("rank"),
        held_out=log("A").drop("rank"),
        recommendations=log(*shown),
        items=ITEMS,
        k=2,
        by_items=("provider",),
        settings=Settings(resamples=20, permutations=20, exact_up_to=exact_up_to),
    )
    assert report.impact is not None
    return {group.group: group for group in report.impact.groups}, report.results


@pytest.mark.parametrize("exact_up_to", [1000, 0])
def test_everything_shown_and_all_that_could_be_is_counted(exact_up_to):
    groups, _ = impact("B", "nobody", exact_up_to=exact_up_to)
    missing = next(name for name in groups if name not in "ABC")
    counts = {name: (group.selected, group.assessed) for name, group in groups.items()}
    assert counts == {"A": (0, 2880), "B": (30, 60), "C": (0, 30), missing: (30, 30)}
    assert [name for name, group in groups.items() if group.unknown] == [missing]


def test_a_group_below_two_percent_of_what_could_be_shown_is_marked_however_much_is_shown():
    assert SMALL_SHARE == 0.02
    groups, _ = impact("C", "B")
    assert {name for name in "ABC" if groups[name].small} == {"C"}


def test_items_of_unknown_groups_enter_no_ratio():
    groups, results = impact("B", "nobody")
    rates = {row.group: row.value for row in results if row.metric == "selection_rate"}
    ratios = {row.group: row.value for row in results if row.metric == "impact_ratio"}
    assert rates["B"] == pytest.approx(30 / 60)
    assert {name: ratios[name] for name in "ABC"} == {"A": 0, "B": 1, "C": 0}
    assert [value for name, value in ratios.items() if name not in "ABC"] == [None]
    assert len(groups) == 4
