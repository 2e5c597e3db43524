"""Gaps between groups: intervals of many pairs at once, the test of labels, power."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from audits.contrasts import mean_difference, smallest_ratio, widest_difference
from audits.intervals import bootstrap_means, percentile_interval
from audits.permutation import adjust, permute_labels
from audits.power import detectable_gap, effect_size


def sample(rates, size, rng):
    """Recall of `size` people a group who each have 5 held-out items."""
    return rng.binomial(5, np.repeat(rates, size)) / 5


def resampled(values, size, rng, *, resamples=300):
    parts = np.split(np.arange(len(values)), np.arange(size, len(values), size))
    means = np.array([values[part].mean() for part in parts])
    return means, bootstrap_means(values[:, None], parts, resamples=resamples, rng=rng)[:, :, 0]


def covered(rates, truth, interval, *, worlds=120, size=50, seed=3):
    rng = np.random.default_rng(seed)
    ends = [interval(*resampled(sample(rates, size, rng), size, rng)) for _ in range(worlds)]
    return sum(low <= truth <= high for low, high in ends)


def fewest(worlds):
    return int(stats.binom.ppf(0.0005, worlds, 0.95))


@pytest.mark.parametrize("rates", [(0.7, 0.7), (0.8, 0.6), (0.7,) * 5, (0.7, 0.7, 0.5, 0.7)])
def test_interval_of_the_widest_gap_holds_the_truth_however_many_groups(rates):
    assert covered(rates, max(rates) - min(rates), widest_difference) >= fewest(120)


@pytest.mark.parametrize("rates", [(0.7, 0.7), (0.8, 0.6), (0.7,) * 5])
def test_interval_of_the_ratio_holds_the_truth_however_many_groups(rates):
    assert covered(rates, min(rates) / max(rates), smallest_ratio) >= fewest(120)


@pytest.mark.parametrize("rates", [(0.7, 0.7), (0.72, 0.7), (0.7, 0.6, 0.5)])
def test_interval_of_the_mean_difference_holds_the_truth(rates):
    pairs = np.abs(np.subtract.outer(rates, rates))[np.triu_indices(len(rates), k=1)]
    assert covered(rates, pairs.mean(), mean_difference) >= fewest(120)


def test_the_pair_that_happens_to_be_widest_would_not():
    def naive(means, samples):
        low, high = percentile_interval(samples[:, [means.argmax()]] - samples[:, [means.argmin()]])
        return low[0], high[0]

    assert covered((0.7,) * 5, 0.0, naive) < fewest(120)


def test_two_groups_give_the_symmetric_interval_of_their_difference():
    samples = np.random.default_rng(1).normal([0.3, 0.5], 0.02, size=(999, 2))
    low, high = widest_difference(np.array([0.3, 0.5]), samples)
    reach = np.sort(np.abs(samples[:, 1] - samples[:, 0] - 0.2))[949]
    assert (low, high) == pytest.approx((0.2 - reach, 0.2 + reach))


def test_two_groups_that_do_not_vary_have_no_interval():
    constant = np.tile([0.0, 1.0], (50, 1))
    assert np.isnan(widest_difference(np.array([0.0, 1.0]), constant)).all()
    assert np.isnan(smallest_ratio(np.array([0.0, 1.0]), constant)).all()


@given(st.permutations(range(4)))
def test_order_of_the_groups_changes_no_interval(order):
    samples = np.random.default_rng(1).normal([1.0, 1.5, 1.1, 1.9], 0.1, size=(99, 4))
    means = samples.mean(axis=0)
    for interval in (widest_difference, smallest_ratio):
        assert interval(means[order], samples[:, order]) == pytest.approx(interval(means, samples))


def chance(values, sizes, gap, *, permutations=999):
    return permute_labels(
        values[:, None],
        sizes,
        np.array([gap]),
        permutations=permutations,
        rng=np.random.default_rng(2),
    )


def test_gap_by_chance_is_that_of_two_random_halves():
    values = np.random.default_rng(1).normal(size=200)
    expected = np.sqrt(2 / np.pi) * values.std() * np.sqrt(2 / 100)
    assert chance(values, [100, 100], 1.0).by_chance.item() == pytest.approx(expected, rel=0.1)


def test_gap_by_chance_grows_with_the_number_of_groups():
    values = np.random.default_rng(1).normal(size=200)
    few, many = chance(values, [100, 100], 1.0), chance(values, [20] * 10, 1.0)
    assert many.by_chance > 2 * few.by_chance


def test_p_value_is_that_of_the_exact_test_of_all_labellings():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 7.0])
    exact = stats.permutation_test(
        (values[:3], values[3:]),
        lambda a, b: abs(a.mean() - b.mean()),
        alternative="greater",
        n_resamples=np.inf,
    ).pvalue
    gap = values[3:].mean() - values[:3].mean()
    found = chance(values, [3, 3], gap, permutations=20_000).p_values.item()
    assert found == pytest.approx(exact, abs=0.01)


def test_a_gap_no_labelling_reaches_has_the_smallest_p_there_can_be():
    values = np.arange(40.0)
    assert chance(values, [20, 20], 20.0, permutations=99).p_values.item() == 1 / 100


def test_p_values_of_worlds_without_a_gap_are_even_and_never_zero():
    rng = np.random.default_rng(4)
    found = []
    for _ in range(200):
        values = sample((0.7, 0.7), 30, rng)
        gap = abs(values[:30].mean() - values[30:].mean())
        found.append(chance(values, [30, 30], gap, permutations=99).p_values.item())
    assert min(found) > 0
    assert np.mean(np.array(found) <= 0.05) <= stats.binom.ppf(0.999, 200, 0.05) / 200
    assert 0.35 < np.mean(found) < 0.65


def test_benjamini_hochberg_of_the_reference():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]
    expected = [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.084571, 0.205]
    assert adjust(p).tolist() == pytest.approx(expected, abs=1e-6)
    assert adjust(p[::-1]).tolist() == pytest.approx(expected[::-1], abs=1e-6)
    assert adjust([]).tolist() == []


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=30))
def test_adjusting_is_what_scipy_does(p):
    assert adjust(p).tolist() == pytest.approx(stats.false_discovery_control(p).tolist())


def test_a_gap_of_the_detectable_size_is_found_four_times_in_five():
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(400):
        first, second = rng.normal(0, 1, 100), rng.normal(0, 1, 100)
        second = second + (detectable_gap(first, second) or 0.0)
        found += stats.ttest_ind(first, second).pvalue <= 0.05
    assert 0.72 <= found / 400 <= 0.88


def test_what_cannot_vary_has_no_effect_size_and_no_power():
    assert effect_size(np.ones(5), np.zeros(5)) is None
    assert detectable_gap(np.ones(5), np.zeros(5)) is None
    assert effect_size(np.array([1.0]), np.array([1.0, 2.0])) is None


def test_a_measure_is_dealt_as_if_it_were_alone_whoever_lacks_another():
    rng = np.random.default_rng(12)
    values = rng.random((60, 3))
    values[:20, 1] = np.nan
    values[30:58, 2] = np.nan

    def dealt(columns, gaps):
        return permute_labels(
            columns, (15, 45), gaps, permutations=200, rng=np.random.default_rng(3)
        )

    gaps = np.full(3, 0.1)
    together = dealt(values, gaps)
    for m in range(3):
        alone = dealt(values[:, [m]], gaps[:1])
        assert together.p_values[m] == alone.p_values[0]
        assert together.by_chance[m] == pytest.approx(alone.by_chance[0], abs=1e-12)
