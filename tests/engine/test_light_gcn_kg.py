"""LightGCN with further edges, against answers worked out by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError, TableError
from engine.models import light_gcn_kg
from engine.models.light_gcn_kg import LightGCNWithEdges
from tests import worlds

RNG = np.random.default_rng
LOG = pl.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "b", "b"]})
FILMS = pl.DataFrame({"item_id": ["a", "b", "c"]})
# Rows: users u 0, v 1; items a 2, b 3, c 4; others pixar 5 (ghibli is linked with c alone).
EDGES = pl.DataFrame(
    [
        ("a", "made by", "pixar"),
        ("pixar", "made", "a"),
        ("a", "owned by", "pixar"),
        ("b", "made by", "pixar"),
        ("c", "made by", "ghibli"),
        ("u", "friend of", "v"),
        ("v", "knows", "v"),
        ("a", "sequel", "b"),
    ],
    schema=["source", "relation", "target"],
    orient="row",
)


def small() -> Dataset:
    return make_dataset("small", LOG, items=FILMS, edges=EDGES)


def test_two_things_are_linked_once_and_who_has_one_link_carries_nothing() -> None:
    degrees = {0: 1, 1: 1, 2: 2, 3: 2, 5: 2}
    expected = np.zeros((6, 6))
    for one, other in [(0, 1), (2, 5), (3, 5), (2, 3)]:
        expected[one, other] = expected[other, one] = (degrees[one] * degrees[other]) ** -0.5
    np.testing.assert_allclose(light_gcn_kg._links(small()).toarray(), expected)


def test_layers_add_the_log_and_the_weighted_edges() -> None:
    network = LightGCNWithEdges(factors=1, layers=1, edge_weight=0.5)._build(small())
    with torch.no_grad():
        network.people.copy_(torch.tensor([[2.0], [3.0]]))
        network.items.copy_(torch.tensor([[5.0], [7.0], [11.0]]))
        network.others.copy_(torch.tensor([[13.0]]))
        (_, _), (people, items) = network._all_layers()
        scored, _ = network()
    a = 2 / np.sqrt(2 * 1) + 0.5 * (13 / 2 + 7 / 2)
    b = 2 / np.sqrt(2 * 2) + 3 / np.sqrt(1 * 2) + 0.5 * (13 / 2 + 5 / 2)
    np.testing.assert_allclose(items[:, 0], [a, b, 0], rtol=1e-6)
    u_by_history = 5 / np.sqrt(2 * 1) + 7 / np.sqrt(2 * 2)
    np.testing.assert_allclose(people[0, 0], u_by_history + 0.5 * 3, rtol=1e-6)
    np.testing.assert_allclose(scored[0, 0], u_by_history, rtol=1e-6)


def test_others_hear_their_neighbours_in_full() -> None:
    network = LightGCNWithEdges(factors=1, layers=2, edge_weight=0.5)._build(small())
    with torch.no_grad():
        for part in (network.people, network.others):
            part.zero_()
        network.items.copy_(torch.tensor([[1.0], [0.0], [0.0]]))
        items = network.item_layers()[2]
    # Two steps from a to b: by way of pixar (1/2 in full, then 0.5 × 1/2) and of u.
    assert items[1, 0] == pytest.approx(0.5 * 0.25 + 1 / np.sqrt(2) * 1 / 2, rel=1e-6)


def test_folds_training_histories_in_as_training_saw_them() -> None:
    world = worlds.noisy()
    model = LightGCNWithEdges(layers=3, factors=4)
    network = model._build(world)
    model._adopt(network)
    with torch.no_grad():
        people, items = network()
    np.testing.assert_allclose(
        model._score(world.histories), (people @ items.T).numpy(), rtol=1e-4, atol=1e-6
    )


def test_an_item_that_nobody_has_is_found_by_its_brand() -> None:
    # Even people have even items of brand 0, odd people odd items of brand 1; 20 and 21 are new.
    has = (np.add.outer(np.arange(30), np.arange(20)) % 2 == 0) & (RNG(0).random((30, 20)) < 0.6)
    world = worlds.dataset_from(has, spare_items=2)
    brands = pl.DataFrame(
        {
            "source": [str(item) for item in range(22)],
            "target": [f"brand {item % 2}" for item in range(22)],
            "source_kind": "item",
        }
    )
    world = make_dataset(
        "shop", world.interactions, users=world.users, items=world.items, edges=brands
    )
    model = LightGCNWithEdges(epochs=30, learning_rate=0.03, factors=8)
    scores = model.fit(world, rng=RNG(1)).score(world.histories)
    ahead = scores[:, 20] > scores[:, 21]
    assert (ahead == (np.arange(30) % 2 == 0)).all()


def test_a_data_set_without_edges_is_told() -> None:
    bare = replace(worlds.noisy(), edges=None)
    with pytest.raises(TableError, match="made has no edges, which the model lightgcn-kg needs"):
        LightGCNWithEdges().fit(bare, rng=RNG(0))


def test_refuses_an_edge_weight_of_0() -> None:
    with pytest.raises(OptionError, match="edge weight 0"):
        LightGCNWithEdges(edge_weight=0.0).fit(worlds.noisy(), rng=RNG(0))
