"""FA*IR against the published tables, and its promise to leave a list that needs nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.policies.fa_ir import meet_targets
from engine.policies.minimum_targets import adjusted_targets, fail_probability, minimum_targets
from engine.policies.registry import make_policy
from engine.ranking import top_n
from tests import worlds


def test_the_published_tables_of_twenty() -> None:
    plain = minimum_targets(20, p=0.25, alpha=0.1)
    assert plain.targets == (0,) * 8 + (1,) * 6 + (2,) * 5 + (3,)
    assert plain.fail_probability == pytest.approx(0.146887, abs=5e-7)
    adjusted = adjusted_targets(20, p=0.25, alpha=0.1)
    assert adjusted.targets == (0,) * 8 + (1,) * 7 + (2,) * 5
    assert adjusted.alpha == pytest.approx(0.078125, abs=1e-12)
    assert adjusted.fail_probability == pytest.approx(0.10515247, abs=5e-9)


def test_the_published_table_of_ten_needs_no_adjustment() -> None:
    table = adjusted_targets(10, p=0.2, alpha=0.15)
    assert table.targets == (0,) * 8 + (1, 1)
    assert table.alpha == 0.15
    assert table.fail_probability == pytest.approx(0.134217728, abs=1e-12)


@given(
    p=st.floats(0.05, 0.95),
    targets=st.lists(st.integers(0, 2), min_size=1, max_size=6).map(np.cumsum),
)
def test_the_fail_probability_is_the_share_of_all_lists(p: float, targets: np.ndarray) -> None:
    k = len(targets)
    lists = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    meets = (lists.cumsum(axis=1) >= targets).all(axis=1)
    chance = p ** lists.sum(axis=1) * (1 - p) ** (k - lists.sum(axis=1))
    assert fail_probability(targets, p=p) == pytest.approx(1 - chance[meets].sum(), abs=1e-12)


@given(seed=st.integers(0, 2**32), share=st.floats(0, 1))
def test_every_prefix_meets_its_target_or_holds_all_there_are(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    scores, eligible = rng.normal(size=(5, 12)), rng.random((5, 12)) < 0.8
    protected = rng.random(12) < share
    targets = minimum_targets(8, p=0.6, alpha=0.3).targets
    items = meet_targets(scores, eligible, protected, targets=targets)
    own = top_n(scores, eligible, n=8)
    held = np.cumsum((items >= 0) & protected[items], axis=1)
    needed = np.minimum(targets, (eligible & protected).sum(axis=1, keepdims=True))
    assert (held >= needed)[items >= 0].all()
    met = (np.cumsum((own >= 0) & protected[own], axis=1) >= targets) | (own < 0)
    np.testing.assert_array_equal(items[met.all(axis=1)], own[met.all(axis=1)])


def test_both_parts_keep_the_models_order() -> None:
    rng = np.random.default_rng(1)
    scores, protected = rng.normal(size=(20, 40)), rng.random(40) < 0.3
    targets = minimum_targets(10, p=0.7, alpha=0.2).targets
    items = meet_targets(scores, np.ones_like(scores, dtype=bool), protected, targets=targets)
    for row, chosen in enumerate(items):
        for part in (chosen[protected[chosen]], chosen[~protected[chosen]]):
            assert (np.diff(scores[row, part]) < 0).all()


def test_the_rate_sets_the_share_of_the_catalogue() -> None:
    context = worlds.policy_context(1, 60)
    scores = np.where(context.protected, -1.0, 1.0)[None] * np.arange(60, 0, -1)
    chosen = make_policy("fa-ir", context).choose(
        scores, np.ones_like(scores, dtype=bool), n=20, rate=0.5, rng=np.random.default_rng(0)
    )
    p = 0.5 * float(context.protected.mean())
    expected = adjusted_targets(20, p=p, alpha=0.1).targets
    assert np.cumsum(context.protected[chosen.items[0]]).tolist() == list(expected)
