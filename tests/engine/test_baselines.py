"""Published baselines order a history as their definitions say."""

import numpy as np
import pytest

from engine.explanations.baselines import BASELINES
from tests.engine.test_fidelity import BACKGROUND, RNG, WORLD, Ladder, task_of


def test_similarities_are_counted_from_those_who_were_learned_from() -> None:
    has = WORLD.histories.seen()
    task = task_of()
    jaccard, cosine = (BASELINES[name](task, RNG(0)) for name in ("jaccard", "cosine"))
    for place, item in enumerate(task.history.items):
        both = (has[:, item] & has[:, 10]).sum()
        assert jaccard[place] == pytest.approx(both / (has[:, item] | has[:, 10]).sum())
        assert cosine[place] == pytest.approx(both / np.sqrt(has[:, item].sum() * has[:, 10].sum()))


def test_accent_closes_the_gap_and_as_coded_forgets_the_target() -> None:
    model = Ladder()
    model.table_[:10, 11] = np.arange(10, 0, -1)
    task = task_of(model)
    own, other = (model.table_[task.history.items, t] for t in (10, 11))
    np.testing.assert_allclose(BASELINES["accent"](task, RNG(0)), own - other, atol=1e-5)
    np.testing.assert_allclose(BASELINES["accent-lxr"](task, RNG(0)), other, atol=1e-5)


def test_clusters_share_one_value_and_add_up() -> None:
    task = task_of(items=range(10))
    values = BASELINES["shap-clusters"](task, RNG(0))
    clusters = BACKGROUND.clusters[task.history.items]
    for cluster in np.unique(clusters):
        own = clusters == cluster
        np.testing.assert_allclose(values[own], (np.arange(1, 11) * own).sum())


def test_lime_as_lxr_asks_151_times_and_mostly_adds() -> None:
    asked = []

    class Watched(Ladder):
        def _score(self, histories):
            asked.append(histories.lengths)
            return super()._score(histories)

    BASELINES["lime-lxr"](task_of(Watched()), RNG(0))
    assert sum(map(len, asked)) == 151
    assert np.median(asked[-1]) > 4
