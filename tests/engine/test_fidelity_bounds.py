"""No order takes DEL below what the exact one does, where a model is linear in the history."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import CapabilityError
from engine.explanations.baselines import Background, Task
from engine.explanations.fidelity import find_tasks, measure_fidelity
from engine.explanations.fidelity_bounds import has_least_del, least_del
from engine.explanations.fidelity_cuts import PROTOCOLS, cut_masks, stand
from engine.explanations.orderings import order_history
from engine.histories import Histories
from engine.models.base import Capabilities, LinearRecommender
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
N_ITEMS = 9
WORLD = worlds.dataset_from((RNG(4).random((30, N_ITEMS)) < 0.5).astype(float))
BACKGROUND = Background.of(WORLD)


class Drawn(LinearRecommender):
    """Drawn weights of both signs, with ties, and ratings that count."""

    name = "drawn"

    def __init__(self, seed: int, chance: str) -> None:
        self.capabilities = Capabilities(linear_in_history=True, chance=chance)
        self.table_ = RNG(seed).integers(-4, 5, size=(N_ITEMS, N_ITEMS)) / 4
        self.base = RNG(seed).normal(size=N_ITEMS)
        self.n_items_ = N_ITEMS

    def _fit(self, dataset, *, rng): ...

    def _score(self, histories):
        return (self.base + histories.matrix().toarray() @ self.table_).astype(np.float32)

    def inputs(self, weights):
        return weights

    def coefficients(self, target):
        return self.table_[:, target]

    def base_value(self, target):
        return float(self.base[target])


def _task(model: LinearRecommender, n: int, seed: int) -> Task:
    items = RNG(seed).permutation(N_ITEMS - 2)[:n].tolist()
    weights = RNG(seed).integers(1, 6, size=n).astype(float).tolist()
    history = Histories.from_lists([items], n_items=N_ITEMS, weights=[weights])
    return Task(model, history, N_ITEMS - 1, (N_ITEMS - 2,), BACKGROUND)


def _dels(task: Task, orders: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """(M, C) what the model says at each cut of each order, asked of the model itself."""
    masks = np.concatenate([cut_masks(order, sizes)[0] for order in orders])
    return stand(task.model, task.history, task.target, masks).outputs.reshape(len(orders), -1)


@pytest.mark.parametrize("chance", ["none", "sigmoid"])
@pytest.mark.parametrize("protocol", ["lxr", "refined"])
@given(n=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_of_all_orders_the_exact_one_has_the_least_at_every_cut(
    chance: str, protocol: str, n: int, seed: int
) -> None:
    task = _task(Drawn(seed, chance), n, seed)
    sizes = PROTOCOLS[protocol](n)
    each = _dels(task, np.array(list(permutations(range(n)))), sizes)
    exact = order_history("exact", task, rng=RNG(0)).order
    own = _dels(task, exact[None], sizes)[0]
    np.testing.assert_allclose(own, each.min(axis=0), atol=1e-6)
    assert least_del([task], protocol)[0] == pytest.approx(each.mean(axis=1).min(), abs=1e-6)


def test_the_bound_is_what_the_harness_measures_of_the_exact_order() -> None:
    for name in ("ease", "logistic-mf"):
        model = make_model(name).fit(WORLD, rng=RNG(1))
        people = WORLD.histories.take(np.arange(10))
        found = measure_fidelity(
            model, people, background=BACKGROUND, methods=("exact", "random"), rng=RNG(2)
        )
        bound = least_del(find_tasks(model, people, BACKGROUND))
        np.testing.assert_allclose(found.of("exact", "del"), bound, atol=1e-5)
        assert (found.of("random", "del") >= bound - 1e-5).all()
        assert found.of("random", "del").mean() > 1.05 * bound.mean()


def test_a_model_of_another_form_has_no_such_bound() -> None:
    assert not has_least_del(Drawn(0, "softmax"))
    with pytest.raises(CapabilityError, match="not linear in the history"):
        least_del([_task(Drawn(0, "softmax"), 3, 0)])
    assert not has_least_del(make_model("user-knn"))
    assert not has_least_del(make_model("mult-vae"))
