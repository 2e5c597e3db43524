"""Many users measured a part at a time give what all of them together give."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from audits.blocks import BUCKETS, buckets_of
from audits.buckets import BucketSums
from audits.crowd import measure_crowd
from audits.data import prepare
from audits.groups import make_groups
from audits.log_blocks import LogBlocks
from audits.moments import Moments, stack
from audits.permutation import permute_labels, permute_means
from audits.report import audit
from audits.results import DIFFERENCE
from audits.settings import Settings
from audits.testing import make_audit_world
from tests.evidence.interval_coverage import crowd_coverage

WORLD = make_audit_world(n_users=300)
LISTS = WORLD.recommendations.with_columns(
    score=pl.col("rank") * 0.5 + pl.col("item_id").str.slice(1).cast(pl.Float64)
)
LOG = pl.concat([LISTS, LISTS.head(6).with_columns(user_id=pl.lit("s") + pl.col("user_id"))])
# Seven towns are too small to be shown; one holds who said nothing.
USERS = WORLD.users.with_columns(
    town=pl.Series([("x", "y", None, *"abcdefg")[min(row % 40, 9)] for row in range(300)])
)
EXACT = Settings(resamples=400, permutations=400)
CROWD = replace(EXACT, exact_up_to=0)
BY = {"by": ("group", "town"), "by_items": ("provider", "popularity"), "together": ("group*town",)}


# The lists before: everyone had the places the other way round, some of them without the first.
EARLIER = LOG.with_columns(rank=pl.col("rank").max().over("user_id") + 1 - pl.col("rank")).filter(
    (pl.col("rank") > 1) | pl.col("user_id").str.ends_with("7").not_()
)


def report(settings, lists=LOG, before=None):
    return audit(
        interactions=WORLD.interactions,
        held_out=WORLD.held_out,
        recommendations=lists,
        before=before,
        users=USERS,
        items=WORLD.items,
        k=4,
        settings=settings,
        **BY,
    )


def test_both_ways_give_the_same_numbers_and_withhold_the_same():
    one, other = report(EXACT), report(CROWD)
    assert one.suppressed == other.suppressed
    assert len(one.suppressed) > 100
    assert one.warnings == other.warnings
    assert one.impact is not None
    assert other.impact is not None
    assert one.impact.ties_at_median == other.impact.ties_at_median > 0
    for group, twin in zip(one.impact.groups, other.impact.groups, strict=True):
        assert group.assessed == pytest.approx(twin.assessed)
        assert (group.group, group.unknown, group.small) == (twin.group, twin.unknown, twin.small)
    assert len(one.results) == len(other.results)
    for row, twin in zip(one.results, other.results, strict=True):
        assert (row.metric, row.by, row.group, row.n) == (
            twin.metric,
            twin.by,
            twin.group,
            twin.n,
        )
        assert (row.value is None) == (twin.value is None)
        assert abs((row.value or 0) - (twin.value or 0)) <= 1e-9 * max(1, abs(row.value or 0))
        assert (row.low is None) == (twin.low is None), row
        for name in ("effect_size", "detectable"):
            ends = getattr(row, name), getattr(twin, name)
            assert (ends[0] is None) == (ends[1] is None)
            assert abs((ends[0] or 0) - (ends[1] or 0)) <= 1e-9 * max(1, abs(ends[0] or 0))


def test_what_changed_is_the_same_of_a_crowd():
    one, other = report(EXACT, before=EARLIER).changes, report(CROWD, before=EARLIER).changes
    assert any(row.value and row.low is not None for row in one)
    assert len(one) == len(other)
    for row, twin in zip(one, other, strict=True):
        assert (row.metric, row.by, row.group, row.n) == (
            twin.metric,
            twin.by,
            twin.group,
            twin.n,
        )
        assert (row.low is None) == (twin.low is None), row
        assert abs((row.value or 0) - (twin.value or 0)) <= 1e-9
        if row.low is not None:
            # Each draws users its own way, so ends differ by the noise of the draws alone.
            assert abs(row.low - twin.low) <= 0.35 * (row.high - row.low)


@pytest.mark.parametrize("settings", [EXACT, CROWD])
def test_lists_before_read_by_blocks_change_nothing(tmp_path, settings):
    LOG.write_parquet(tmp_path / "after.parquet")
    EARLIER.sample(fraction=1, shuffle=True, seed=3).write_csv(tmp_path / "before.csv")
    after, before = (
        LogBlocks(tmp_path / name, "300MB", rows=200) for name in ("after.parquet", "before.csv")
    )
    whole, blocks = report(settings, LOG, EARLIER), report(settings, after, before)
    assert blocks.changes == whole.changes
    assert blocks.results == whole.results
    assert len(blocks.changes) > 20


def test_the_same_lists_change_nothing():
    for settings in (EXACT, CROWD):
        for row in report(settings, before=LOG).changes:
            assert not row.value
            assert row.low is None


def test_intervals_and_tests_of_both_ways_are_alike():
    one, other = report(EXACT), report(CROWD)
    means = [
        (row, twin)
        for row, twin in zip(one.results, other.results, strict=True)
        if row.low is not None and row.interval.startswith("user bootstrap") and row.n > 60
    ]
    assert len(means) > 100
    widths = [(twin.high - twin.low) / (row.high - row.low) for row, twin in means]
    assert 0.9 < np.median(widths) < 1.1
    gaps = [
        (row.p_value, twin.p_value, row.by_chance, twin.by_chance)
        for row, twin in means
        if row.group == DIFFERENCE and row.p_value is not None
    ]
    assert len(gaps) >= 10
    p, q, chance, likewise = np.array(gaps).T
    # A hit is yes or no, so permuted gaps of it tie with the real one; a normal one never does.
    assert np.abs(p - q).max() < 0.2
    assert np.median(np.abs(p - q)) < 0.04
    assert np.median(np.abs(chance / likewise - 1)) < 0.1


@pytest.mark.parametrize("part", [7, 64, 300])
def test_any_partition_gives_the_same_to_1e_12(part):
    data = prepare(
        interactions=WORLD.interactions, held_out=WORLD.held_out, users=USERS, items=WORLD.items
    )
    one = measure_crowd(data, LOG, k=4, settings=CROWD, part=1000, before=EARLIER, **BY)
    other = measure_crowd(data, LOG, k=4, settings=CROWD, part=part, before=EARLIER, **BY)
    whole, tally, parts, again = one.summary, one.tally, other.summary, other.tally
    assert parts.suppressed == whole.suppressed
    assert np.array_equal(tally.counts, again.counts)
    pairs = ((whole.results, parts.results), (one.changes, other.changes))
    for row, twin in (pair for both in pairs for pair in zip(*both, strict=True)):
        for name in ("value", "low", "high", "by_chance", "p_value", "effect_size", "detectable"):
            value, again = getattr(row, name), getattr(twin, name)
            assert (value is None) == (again is None)
            assert abs((value or 0) - (again or 0)) <= 1e-12 * max(1, abs(value or 0)), (row, name)


def test_bucket_sums_do_not_hang_on_the_order_of_parts():
    rng = np.random.default_rng(3)
    people = [f"p{row}" for row in range(500)]
    groups = make_groups("g", pl.Series(rng.choice(["a", "b", "c"], 500)))
    values = rng.normal(size=(500, 4))
    cuts = [slice(0, 90), slice(90, 91), slice(91, 400), slice(400, 500)]
    found = []
    for order in (range(4), (3, 1, 0, 2)):
        sums = BucketSums([groups], buckets_of(people), columns=4)
        for place in order:
            sums.add(cuts[place], values[cuts[place]])
        found.append(sums.sums)
    assert np.abs(found[0] - found[1]).max() <= 1e-12
    assert np.abs(found[0].sum(axis=0)[0] - values.sum(axis=0)).max() <= 1e-12
    assert np.abs(found[0].sum(axis=0)[2] - values[groups.codes == 1].sum(axis=0)).max() <= 1e-12


def test_buckets_are_about_even_and_none_of_a_block_alone():
    buckets = buckets_of([f"u{row:08d}" for row in range(200_000)])
    sizes = np.bincount(buckets, minlength=BUCKETS)
    assert sizes.min() > 15
    assert 0.5 < sizes.var() / sizes.mean() < 1.5


@pytest.mark.parametrize("people", [300, 9000])
def test_poisson_intervals_cover_planted_truths(people):
    """Overall, group, difference and ratio; the evidence has 1000 worlds."""
    rng = np.random.default_rng(people)
    held = crowd_coverage((0.8, 0.6), rng, people=people, worlds=150)
    # 95% less 3.3 standard errors of 150 worlds.
    assert min(held.values()) >= 0.89, held
    assert min(held.values()) < 1, held


def test_moments_of_parts_add_up_and_others_are_the_rest():
    rng = np.random.default_rng(5)
    parts = [rng.normal(1e6, 3, size=(n, 2)) for n in (3, 0, 40, 1)]
    parts[2][:4, 1] = np.nan
    whole = Moments.of(np.concatenate(parts))
    found = stack([Moments.of(part) for part in parts]).together()
    for name in ("n", "mean", "squares", "least", "most"):
        assert np.allclose(getattr(found, name), getattr(whole, name), rtol=1e-9)
    values = np.concatenate(parts)
    assert np.allclose(found.variance, np.nanvar(values, axis=0, ddof=1))
    assert np.isnan(Moments.of(values[:1]).variance).all()
    others = stack([Moments.of(part) for part in parts]).others()
    rest = Moments.of(np.concatenate([parts[0], parts[1], parts[3]]))
    assert np.allclose(others[2].squares, rest.squares)
    assert np.array_equal(others[2].n, rest.n)


def test_the_normal_limit_is_that_of_the_permutations():
    rng = np.random.default_rng(6)
    sizes = np.array([400, 150, 60])
    values = rng.exponential(size=(610, 1))
    pooled = Moments.of(values)[0]
    dealt = permute_labels(
        values, sizes.tolist(), np.array([0.2]), permutations=4000, rng=np.random.default_rng(1)
    )
    drawn = permute_means(sizes, pooled, 0.2, permutations=4000, rng=np.random.default_rng(2))
    assert abs(dealt.by_chance[0] / drawn.by_chance[0] - 1) < 0.03
    assert abs(dealt.p_values[0] - drawn.p_values[0]) < 0.03
