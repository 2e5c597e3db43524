"""The gap of each measure is fairlearn's: means by group, difference and ratio between groups."""

import numpy as np
from fairlearn.metrics import MetricFrame
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from audits.gaps import find_gaps
from audits.groups import Groups

N_USERS = 24


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.booleans())
def test_means_difference_and_ratio_are_those_of_a_metric_frame(
    seed: int, n_groups: int, tied: bool
) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(N_USERS) % n_groups)
    values = rng.integers(0, 3, (N_USERS, 2)) / 2 if tied else rng.random((N_USERS, 2))
    values[rng.random(values.shape) < 0.2] = np.nan
    for code in range(n_groups):  # somebody of each group has a value
        values[np.flatnonzero(codes == code)[0]] = 0.5
    groups = Groups("g", tuple("abcd"[:n_groups]), codes)
    found = find_gaps(values, groups, np.ones((n_groups, 2), dtype=bool), permutations=20, rng=rng)
    for column in (0, 1):
        frame = MetricFrame(
            metrics=lambda value, _: np.nanmean(value),
            y_true=values[:, column],
            y_pred=values[:, column],
            sensitive_features=codes,
        )
        gap = found[column]
        assert_allclose(gap.means, frame.by_group, rtol=0, atol=1e-12)
        assert_allclose(gap.difference, frame.difference(), rtol=0, atol=1e-12)
        assert_allclose(gap.ratio, frame.ratio(), rtol=0, atol=1e-12)
