"""BPR, Mult-VAE, LightGCN and SASRec against answers worked out by hand or by another way."""

import sys

import numpy as np
import pytest
import torch

from engine.errors import CapabilityError, OptionError
from engine.histories import Histories
from engine.models import bpr, light_gcn, lstm, mult_vae, sasrec, two_tower
from engine.models.bpr import BPR
from engine.models.light_gcn import LightGCN
from engine.models.mult_vae import MultVAE
from engine.models.negatives import unseen_items
from engine.models.neural import NeuralRecommender
from engine.models.sasrec import SASRec
from engine.models.windows import windows
from tests import worlds
from tests.quick import make_model

TORCH = ["bpr", "mult-vae", "lightgcn", "sasrec", "two-tower", "lstm"]
RNG = np.random.default_rng
NETWORKS = (bpr, light_gcn, lstm, mult_vae, sasrec, two_tower)


def of(*items: int) -> Histories:
    return Histories.from_lists([list(items)], n_items=27)


def small_sasrec(**settings: int) -> SASRec:
    return SASRec(epochs=3, factors=8, blocks=1, dropout=0.0, **settings)


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("library", ["torch", "safetensors"])
def test_a_missing_library_is_told_with_the_way_to_it(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only what fails to come back is taken away, so that no module is there twice afterwards.
    shared = ("checkpoint", "training", "neural")
    for module in (
        *(f"engine.models.{one}" for one in shared),
        *(one.__name__ for one in NETWORKS),
    ):
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(CapabilityError, match=rf"{name} needs {library}.*recscope\[torch\]"):
        make_model(name)


def test_bpr_scores_by_its_formula() -> None:
    model = BPR(epochs=2, factors=4, discount=0.7).fit(worlds.noisy(), rng=RNG(1))
    p = 3**-0.7 * model.history_factors_[[2, 9, 4]].sum(axis=0)
    expected = model.biases_ + model.item_factors_ @ p
    np.testing.assert_allclose(model.score(of(2, 9, 4))[0], expected, rtol=1e-6)
    np.testing.assert_allclose(model.score(of())[0], model.biases_, rtol=1e-6)


def test_bpr_leaves_the_target_out_of_its_own_history() -> None:
    network = bpr._Network(3, 2)
    has, scale = torch.tensor([[1.0, 1.0, 0.0]]), torch.tensor([[0.5]])
    one, two = torch.tensor([1]), torch.tensor([2])
    lead = network(has, scale, owners=torch.tensor([0]), chosen=one, passed_over=two)
    p = 0.5 * network.history.weight[0]
    expected = p @ (network.items.weight[1] - network.items.weight[2])
    torch.testing.assert_close(lead[0], expected)


def test_unseen_items_are_drawn_evenly_among_the_unseen() -> None:
    seen = np.array([[True, False, True, False, False], [False, True, True, True, True]])
    owners = np.repeat([0, 1], 30_000)
    drawn = unseen_items(seen, owners, rng=RNG(0))
    assert not seen[owners, drawn].any()
    shares = np.bincount(drawn[:30_000], minlength=5) / 30_000
    np.testing.assert_allclose(shares, [0, 1 / 3, 0, 1 / 3, 1 / 3], atol=0.012)


def test_who_has_everything_is_drawn_an_item_all_the_same() -> None:
    assert unseen_items(np.ones((1, 3), dtype=bool), np.zeros(4, dtype=int), rng=RNG(0)).max() == 0


def test_lightgcn_folds_training_histories_in_as_training_saw_them() -> None:
    world = worlds.noisy()
    network = light_gcn.GraphNetwork(world.histories, factors=4, layers=3)
    model = LightGCN(layers=3, factors=4)
    model._adopt(network)
    with torch.no_grad():
        people, items = network()
    np.testing.assert_allclose(
        model._score(world.histories), (people @ items.T).numpy(), rtol=1e-4, atol=1e-6
    )


def test_lightgcn_smooths_by_the_roots_of_both_degrees() -> None:
    # One person has a and b, another b alone.
    world = worlds.dataset_from(np.array([[1, 1], [0, 1]]))
    network = light_gcn.GraphNetwork(world.histories, factors=1, layers=1)
    with torch.no_grad():
        network.people.copy_(torch.tensor([[3.0], [5.0]]))
        network.items.copy_(torch.tensor([[7.0], [11.0]]))
        people, items = network()
    first = 7 / np.sqrt(2 * 1) + 11 / np.sqrt(2 * 2)
    np.testing.assert_allclose(people[:, 0], [first, 11 / np.sqrt(1 * 2)], rtol=1e-6)
    second = 3 / np.sqrt(2 * 2) + 5 / np.sqrt(1 * 2)
    np.testing.assert_allclose(
        items[:, 0], [(7 + 3 / np.sqrt(2)) / 2, (11 + second) / 2], rtol=1e-6
    )


def test_mult_vae_keeps_the_size_of_its_input_when_items_are_hidden() -> None:
    network = mult_vae._Network(400, 3, 2, dropout=0.5).train()
    inputs: list[torch.Tensor] = []
    network.code[0].register_forward_pre_hook(lambda layer, given: inputs.append(given[0]))
    torch.manual_seed(0)
    network(torch.ones(200, 400))
    network.eval()(torch.ones(1, 400))
    in_training, in_use = inputs
    assert in_training.mean().item() == pytest.approx(in_use.mean().item(), rel=0.02)
    assert in_use.norm().item() == pytest.approx(1)


def test_mult_vae_draws_its_code_in_training_alone() -> None:
    network = mult_vae._Network(5, 4, 2, dropout=0.0)
    has = torch.eye(5)
    assert not torch.equal(network.train()(has)[0], network(has)[0])
    assert torch.equal(network.eval()(has)[0], network(has)[0])


def test_mult_vae_pays_for_codes_that_tell_people_apart() -> None:
    def spread(kl_weight: float) -> float:
        model = MultVAE(epochs=40, learning_rate=0.02, hidden=16, latent=4, kl_weight=kl_weight)
        model.warm_up = 10
        model.fit(worlds.checkerboard(), rng=RNG(2))
        with torch.no_grad():
            _, mean, _ = model.network_(torch.eye(40, dtype=torch.float64))
        return float(mean.std())

    assert spread(5.0) < 0.2 * spread(0.0)


def test_sasrec_reads_the_order() -> None:
    model = small_sasrec().fit(worlds.noisy(), rng=RNG(1))
    assert not np.allclose(model.score(of(1, 2, 3)), model.score(of(2, 1, 3)), rtol=1e-3)


def test_sasrec_reads_the_latest_items_alone() -> None:
    model = small_sasrec(length=4).fit(worlds.noisy(), rng=RNG(1))
    latest = model.score(of(5, 6, 7, 8))
    np.testing.assert_array_equal(model.score(of(20, 21, 5, 6, 7, 8)), latest)
    assert not np.array_equal(model.score(of(9, 6, 7, 8)), latest)


def test_sasrec_never_looks_ahead() -> None:
    network = sasrec._Network(9, factors=8, heads=2, blocks=2, length=5, dropout=0.0).eval()
    tokens = torch.tensor([[9, 1, 2, 3], [9, 1, 2, 7]])
    states = network(tokens, torch.tensor([4, 4]))
    torch.testing.assert_close(states[0, :3], states[1, :3])
    assert not torch.allclose(states[0, 3], states[1, 3])


def test_sasrec_learns_what_follows_what() -> None:
    # Everyone has some five items in a row of a ring of ten; the sixth is the next.
    starts = np.arange(60) % 10
    world = worlds.dataset_from(np.ones((60, 10)))
    ring = Histories.from_lists(
        [[(start + step) % 10 for step in range(6)] for start in starts], n_items=10
    )
    model = SASRec(epochs=30, learning_rate=0.02, factors=16, blocks=1)
    model.fit(world.with_histories(ring), rng=RNG(3))
    asked = Histories.from_lists(
        [[(start + step) % 10 for step in range(3)] for start in range(10)], n_items=10
    )
    assert model.score(asked).argmax(axis=1).tolist() == [(start + 3) % 10 for start in range(10)]


def test_sasrec_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.noisy()
    model = small_sasrec().fit(world, rng=RNG(1))
    whole = model.score(world.histories)
    monkeypatch.setattr(sasrec, "_BLOCK", 7)
    np.testing.assert_allclose(model.score(world.histories), whole, rtol=1e-6, atol=1e-7)


def test_windows_begin_with_what_stands_before_them() -> None:
    histories = Histories.from_lists([[3, 4, 5, 6], [7], []], n_items=27)
    tokens = windows(histories, np.array([1, 0, 0]), np.array([2, 1, 0]))
    assert tokens[0].tolist() == [3, 4, 5]
    assert tokens[1, :2].tolist() == [27, 7]
    assert tokens[2, 0] == 27


@pytest.mark.parametrize(
    "model",
    [
        SASRec(factors=9, heads=2),
        SASRec(length=0),
        SASRec(blocks=0),
        SASRec(dropout=1.0),
        LightGCN(layers=0),
        MultVAE(warm_up=0),
        MultVAE(hidden=-1),
        MultVAE(latent=0),
        MultVAE(dropout=1.0),
    ],
)
def test_refuses_shapes_that_cannot_be(model: NeuralRecommender) -> None:
    with pytest.raises(OptionError, match=model.name):
        model.fit(worlds.noisy(), rng=RNG(0))


@pytest.mark.parametrize("name", TORCH)
def test_a_catalogue_of_one_item_that_everyone_has_can_be_learned(name: str) -> None:
    world = worlds.dataset_from(np.ones((3, 1)))
    scores = make_model(name).fit(world, rng=RNG(0)).score(world.histories)
    assert scores.shape == (3, 1)
    assert np.isfinite(scores).all()
