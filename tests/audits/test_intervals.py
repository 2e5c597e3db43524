"""Resampling: its answers where they are known, and how often intervals hold the truth."""

import numpy as np
import pytest
from scipy.stats import binom

from audits import intervals
from audits.intervals import bootstrap_means, jackknife, percentile_interval
from audits.kernels.exposure import coverage, gini


def everyone(n):
    return [np.arange(n)]


def test_bootstrap_spread_is_the_standard_error_of_the_mean():
    values = np.random.default_rng(1).normal(size=(400, 1))
    means = bootstrap_means(values, everyone(400), resamples=4000, rng=np.random.default_rng(2))
    assert means.std() == pytest.approx(values.std() / np.sqrt(400), rel=0.05)


def test_memory_bound_does_not_change_a_single_draw(monkeypatch):
    values = np.random.default_rng(1).normal(size=(50, 2))
    whole = bootstrap_means(values, everyone(50), resamples=64, rng=np.random.default_rng(2))
    monkeypatch.setattr(intervals, "CHUNK_CELLS", 50 * 7)
    pieces = bootstrap_means(values, everyone(50), resamples=64, rng=np.random.default_rng(2))
    assert np.allclose(whole, pieces, atol=1e-12)


def test_same_draw_serves_all_parts_and_measures():
    values = np.random.default_rng(1).normal(size=(60, 1)) * [1, 2]
    parts = [np.arange(60), np.arange(30), np.arange(30, 60)]
    means = bootstrap_means(values, parts, resamples=50, rng=np.random.default_rng(2))
    assert np.allclose(means[..., 1], 2 * means[..., 0])
    both = bootstrap_means(values, parts[:1], resamples=50, rng=np.random.default_rng(2))
    assert np.array_equal(both[:, 0], means[:, 0])


def test_missing_values_have_no_part_in_the_mean():
    values = np.array([[1.0], [np.nan], [1.0], [1.0]])
    means = bootstrap_means(values, everyone(4), resamples=200, rng=np.random.default_rng(0))
    assert np.allclose(means[~np.isnan(means)], 1)


def test_bootstrap_interval_holds_the_true_mean_about_as_often_as_it_claims():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(300):
        values = rng.beta(2, 5, size=(80, 1))
        low, high = percentile_interval(
            bootstrap_means(values, everyone(80), resamples=300, rng=rng)
        )
        held += int(low.item() <= 2 / 7 <= high.item())
    assert binom.ppf(0.0005, 300, 0.93) <= held <= binom.ppf(0.9995, 300, 0.96)


@pytest.mark.parametrize(("statistic", "widest"), [(coverage, 1.5), (gini, 1.2)])
def test_jackknife_interval_matches_the_spread_over_new_users(statistic, widest):
    rng = np.random.default_rng(3)
    popularity = rng.dirichlet(np.full(80, 0.5))

    def world():
        return rng.multinomial(40, popularity, size=50)

    reaches, values = [], []
    for _ in range(200):
        value, low, high = jackknife(world(), statistic)
        values.append(value)
        reaches.append((high - low) / 2)
    assert 0.85 <= np.mean(reaches) / (2.01 * np.std(values)) <= widest


def test_jackknife_of_a_sum_is_exact():
    counts = np.random.default_rng(0).integers(1, 5, size=(50, 1))
    total, low, high = jackknife(counts, lambda c: c.sum(axis=-1).astype(float))
    error = counts.std(ddof=1) * 49 / np.sqrt(50)
    assert total == counts.sum()
    assert (high - low) / 2 == pytest.approx(2.009575 * error, rel=1e-6)


def test_one_block_of_users_gives_no_interval():
    counts = np.zeros((50, 3), dtype=int)
    counts[7] = [1, 2, 3]
    assert np.isnan(jackknife(counts, gini)[1:]).all()


@pytest.mark.parametrize("n", [2, 7, 40])
def test_percentiles_are_numpys_where_nothing_is_missing(n):
    samples = np.random.default_rng(n).normal(size=(n, 3, 2))
    expected = np.quantile(samples, [0.025, 0.975], axis=0)
    assert np.allclose(percentile_interval(samples), expected)


def test_percentiles_leave_missing_resamples_out():
    samples = np.random.default_rng(1).normal(size=(50, 2))
    samples[::3, 0] = np.nan
    samples[:, 1] = np.nan
    low, high = percentile_interval(samples)
    expected = np.quantile(samples[~np.isnan(samples[:, 0]), 0], [0.025, 0.975])
    assert np.allclose([low[0], high[0]], expected)
    assert np.isnan([low[1], high[1]]).all()
