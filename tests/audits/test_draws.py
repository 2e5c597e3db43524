"""Expected exposure of a policy from several draws of each list: right on average, and said."""

from itertools import permutations, product

import numpy as np
import polars as pl
import pytest

from audits.crowd import measure_crowd
from audits.data import prepare
from audits.evaluation import evaluate
from audits.kernels import expected_exposure as kernel
from audits.log_blocks import LogBlocks
from audits.log_repair import repair_log
from audits.partials import USER_METRICS
from audits.report import audit
from audits.settings import Settings
from dashboard.uploads.tables import Brought
from engine.errors import TableError
from engine.tables import Origin

ITEMS = pl.DataFrame({"item_id": ["a", "b", "c", "d"]})
EXPOSURE = ("exposure_disparity", "exposure_relevance", "exposure_loss")
SECOND = 1 / np.log2(3)


def world(draws_of, *, n=40):
    """Everyone has the draws the function gives for her row; all choose a and b afterwards."""
    people = [f"u{row:03d}" for row in range(n)]
    rows = [
        (who, draw, item, rank)
        for row, who in enumerate(people)
        for draw, items in enumerate(draws_of(row), start=1)
        for rank, item in enumerate(items, start=1)
    ]
    lists = pl.DataFrame(rows, schema=["user_id", "draw", "item_id", "rank"], orient="row")
    log = pl.DataFrame({"user_id": people, "item_id": "d"})
    chosen = pl.DataFrame(
        [(who, i) for who in people for i in "ab"], ["user_id", "item_id"], orient="row"
    )
    return {"interactions": log, "held_out": chosen, "items": ITEMS}, lists


def values(tables, lists, k=2):
    found = evaluate(prepare(**tables), lists, k=k).partial.values
    return {name: found[:, USER_METRICS.index(name)] for name in EXPOSURE}


def of_policy(lists, chances):
    """Disparity, relevance and loss of a policy, from its own expected exposure."""
    items = np.array([["abcd".index(i) for i in shown] for shown in lists])
    worth = kernel.discounts(items.shape[1])
    expected = np.zeros(4)
    for shown, chance in zip(items, chances, strict=True):
        expected[shown] += chance * worth
    relevant, m = np.array([[True, True, False, False]]), np.array([2])
    size = {"k": items.shape[1], "n_items": 4}
    return (
        kernel.disparity(expected[None], m).item(),
        kernel.relevance(expected[None], relevant, m, **size).item(),
        kernel.loss(expected[None], relevant, m, **size).item(),
    )


@pytest.mark.parametrize(
    ("lists", "chances"),
    [
        (("ab", "cd"), (0.5, 0.5)),
        (("ab", "ba"), (0.5, 0.5)),
        (("ab", "ac", "da"), (0.2, 0.5, 0.3)),
        (tuple("".join(p) for p in permutations("abcd", 2)), (1 / 12,) * 12),
    ],
)
def test_over_all_pairs_of_draws_the_mean_is_what_the_policy_has(lists, chances):
    pairs = list(product(range(len(lists)), repeat=2))
    weight = np.array([chances[i] * chances[j] for i, j in pairs])
    tables, drawn = world(lambda row: [lists[place] for place in pairs[row]], n=len(pairs))
    found = values(tables, drawn)
    for name, truth in zip(EXPOSURE, of_policy(lists, chances), strict=True):
        assert weight @ found[name] == pytest.approx(truth, abs=1e-12), name


def test_chances_of_the_shown_places_alone_cannot_tell():
    # Both policies show lists of chances 1/2 and 1; what they spread differs by more than a half.
    apart, turned = (of_policy(lists, (0.5, 0.5))[0] for lists in (("ab", "cd"), ("ab", "ba")))
    assert apart == pytest.approx((1 + SECOND**2) / 2)
    assert turned == pytest.approx((1 + SECOND) ** 2 / 2)
    # One drawn list has the same number under either: the largest there is.
    for other in ("cd", "ba"):
        tables, drawn = world(lambda row, other=other: [("ab", other)[row % 2]])
        one = values(tables, drawn.drop("draw"))["exposure_disparity"]
        assert one == pytest.approx(np.full(40, 1 + SECOND**2))


def test_more_draws_than_two_use_all_pairs():
    draws = np.array([[[0, 1], [1, 0], [2, 3], [0, 2]]])
    pairs = [(draws[:, [i, j]]) for i in range(4) for j in range(i)]
    each = [kernel.disparity_of_draws(pair, np.array([1])).item() for pair in pairs]
    assert kernel.disparity_of_draws(draws, np.array([1])).item() == pytest.approx(np.mean(each))


def test_a_fixed_list_drawn_twice_is_worth_what_it_is_worth_once():
    tables, drawn = world(lambda row: ["ab", "ab"])
    once = values(tables, drawn.filter(pl.col("draw") == 1).drop("draw"))
    twice = values(tables, drawn)
    for name in EXPOSURE:
        assert twice[name] == pytest.approx(once[name], abs=1e-12)


def test_who_has_one_draw_has_no_disparity_and_everything_else_looks_at_the_first():
    tables, drawn = world(lambda row: ["ab", "cd"] if row else ["ab"])
    found = values(tables, drawn)
    assert np.isnan(found["exposure_disparity"]).tolist() == [True] + [False] * 39
    assert not np.isnan(found["exposure_relevance"]).any()
    shown = drawn.filter(pl.col("draw") == 1).drop("draw")
    first, all_draws = (evaluate(prepare(**tables), table, k=2) for table in (shown, drawn))
    other = [m for m, name in enumerate(USER_METRICS) if name not in EXPOSURE]
    assert np.array_equal(
        first.partial.values[:, other], all_draws.partial.values[:, other], equal_nan=True
    )
    assert np.array_equal(first.tally.counts, all_draws.tally.counts)


def test_blocks_and_crowds_see_all_draws(tmp_path):
    # Few have a third draw, so that blocks differ in how many there are.
    tables, drawn = world(lambda row: ["ab", "ba", "cd"] if row % 9 == 0 else ["ab", "ca"])
    drawn.write_csv(tmp_path / "lists.csv")
    blocks = LogBlocks(tmp_path / "lists.csv", "300MB", rows=30)
    data = prepare(**tables)
    whole, parts = evaluate(data, drawn, k=2), evaluate(data, blocks, k=2)
    assert np.array_equal(whole.partial.values, parts.partial.values, equal_nan=True)
    assert whole.tally.n_draws == parts.tally.n_draws == 3
    crowd = measure_crowd(data, blocks, k=2, settings=Settings(resamples=50), part=7)
    rows = {row.metric: row for row in crowd.summary.results if row.by is None}
    for m, name in enumerate(USER_METRICS):
        if name in EXPOSURE:
            assert rows[name].value == pytest.approx(whole.partial.values[:, m].mean(), abs=1e-12)


def test_a_report_says_what_it_rests_on():
    tables, drawn = world(lambda row: ["ab", "cd"])
    told = audit(**tables, recommendations=drawn, k=2, settings=Settings(resamples=20)).warnings
    assert any("rests on up to 2 draws" in text for text in told)
    chances = drawn.filter(pl.col("draw") == 1).drop("draw")
    for chance, warned in ((0.5, True), (1.0, False)):
        lists = chances.with_columns(propensity=pl.lit(chance))
        told = audit(**tables, recommendations=lists, k=2, settings=Settings(resamples=20)).warnings
        assert any("known once" in text for text in told) == warned


def test_draws_are_lists_of_their_own_when_a_log_is_looked_over():
    tables, drawn = world(lambda row: ["ab", "ab"])
    same, notes = repair_log(drawn, (), source="lists.csv")
    assert same.equals(drawn)
    assert notes == ()
    twice = drawn.vstack(drawn.head(1))
    with pytest.raises(TableError, match="an item stands twice"):
        repair_log(twice, (), source="lists.csv")
    with pytest.raises(TableError):
        evaluate(prepare(**tables), twice, k=2)


def test_a_log_that_is_brought_to_the_page_may_hold_draws():
    _, drawn = world(lambda row: ["ab", "ab"])
    mapping = {name: name for name in ("user_id", "item_id", "rank")}
    brought = Brought("recommendations", drawn, Origin("lists.csv"))
    assert brought.checked(mapping).height == drawn.height
    twice = Brought("recommendations", drawn.vstack(drawn.head(1)), Origin("lists.csv"))
    with pytest.raises(TableError, match="both hold"):
        twice.checked(mapping)
