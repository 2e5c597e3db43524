"""What policies know beside the scores, and the policies that draw from a part of the catalogue."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from audits.kernels.popularity import tail_items
from engine.config import RunConfig
from engine.dataset import make_dataset
from engine.histories import Histories
from engine.models.als import ALS
from engine.models.popularity import Popularity
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import list_everyone, recommend
from tests import worlds


def context_of(items: pl.DataFrame, log: list[tuple[str, str]]) -> PolicyContext:
    table = pl.DataFrame(log, schema=["user_id", "item_id"], orient="row")
    dataset = make_dataset("made", table, items=items)
    model = Popularity().fit(dataset, rng=np.random.default_rng(0))
    return PolicyContext(dataset, model, dataset.histories)


def test_head_and_tail_are_those_of_the_audits() -> None:
    for size in (1, 5, 30, 200):
        context = worlds.policy_context(2, size)
        np.testing.assert_array_equal(context.tail, tail_items(context.popularity))


def test_groups_are_the_largest_providers_then_all_others_then_none() -> None:
    providers = ["p9", "p9", *[f"p{i}" for i in range(9)], "p9", None]
    items = pl.DataFrame({"item_id": [str(i) for i in range(13)], "provider": providers})
    groups = context_of(items, [("u", "0")]).groups
    assert groups[0] == groups[1] == groups[11] == 0
    assert len(set(groups.tolist())) == 10
    alone = np.bincount(groups)
    assert sorted(alone.tolist()) == [1] * 8 + [2, 3]


def test_without_providers_head_and_tail_are_the_groups() -> None:
    world = worlds.noisy()
    model = Popularity().fit(world, rng=np.random.default_rng(0))
    context = PolicyContext(world, model, world.histories)
    np.testing.assert_array_equal(context.groups, context.tail)
    np.testing.assert_array_equal(context.protected, context.tail)


def test_protected_is_outside_the_most_used_group() -> None:
    context = worlds.policy_context(2, 30)
    used = np.bincount(context.groups, weights=context.popularity)
    assert set(context.groups[~context.protected].tolist()) == {int(used.argmax())}


def test_a_cluster_is_the_rarest_category() -> None:
    items = pl.DataFrame(
        {"item_id": ["0", "1", "2", "3"], "categories": [["a", "b"], ["a"], ["a", "c", "b"], []]}
    )
    assert context_of(items, [("u", "0")]).clusters.tolist() == [1, 0, 2, -1]


def test_item_vectors_are_the_models_own_at_length_1() -> None:
    world = worlds.noisy()
    model = ALS(factors=4).fit(world, rng=np.random.default_rng(0))
    vectors = PolicyContext(world, model, world.histories).embeddings
    own = model.item_factors_
    lengths = np.linalg.norm(own, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors * lengths, own, atol=1e-12)


def test_items_of_the_same_people_have_the_same_vector_without_a_model_for_it() -> None:
    world = worlds.checkerboard(60)
    model = Popularity().fit(world, rng=np.random.default_rng(0))
    vectors = PolicyContext(world, model, world.histories).embeddings
    likeness = vectors @ vectors.T
    assert vectors.shape == (60, 16)
    assert likeness[0::2, 0::2].mean() > likeness[0::2, 1::2].mean() + 0.3
    again = PolicyContext(world, model, world.histories).embeddings
    np.testing.assert_array_equal(vectors, again)


def test_the_tail_alone_is_open_to_chance() -> None:
    context = worlds.policy_context(3000, 40)
    scores = np.tile(np.where(context.tail, 0.0, 1.0), (3000, 1))
    slates = make_policy("tail-epsilon-greedy", context).choose(
        scores, np.ones(scores.shape, dtype=bool), n=3, rate=0.4, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(slates.explored, context.tail[slates.items])
    open_items = context.tail.sum()
    first = slates.propensities[:, 0]
    np.testing.assert_allclose(first[slates.explored[:, 0]], 0.4 / open_items)
    np.testing.assert_allclose(first[~slates.explored[:, 0]], 0.6)


def test_chance_goes_to_clusters_the_person_has_hardly_touched() -> None:
    items = pl.DataFrame(
        {
            "item_id": [str(i) for i in range(12)],
            "categories": [[f"c{i % 3}"] for i in range(11)] + [[]],
        }
    )
    # u has c0 alone; everyone else has everything with a category.
    log = [("u", "0"), ("u", "3"), *[(f"v{k}", str(i)) for k in range(5) for i in range(11)]]
    context = context_of(items, log)
    scores = np.zeros((6, 12))
    policy = make_policy("cluster-exploration", context)
    rng = np.random.default_rng(0)
    shown = [
        policy.choose(scores, np.ones((6, 12), dtype=bool), n=4, rate=1, rng=rng) for _ in range(50)
    ]
    mine = np.concatenate([slates.items[0] for slates in shown])
    assert set((mine % 3).tolist()) == {1, 2}
    assert 11 not in mine
    assert shown[0].propensities[0, 0] == 1 / 7
    # The others have no such cluster, and explore among everything.
    assert shown[0].propensities[1, 0] == 1 / 12


class Counting(Popularity):
    """Notes how many histories each call scores."""

    asked: list[int]

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        self.asked.append(len(histories))
        return super()._score(histories)


def test_everyone_is_scored_once_for_all_rates_and_a_part_by_itself() -> None:
    world = worlds.noisy()
    model = Counting()
    model.asked = []
    model.fit(world, rng=np.random.default_rng(0))
    context = PolicyContext(world, model, world.histories)
    runs = [RunConfig("made", "popularity", rate=rate, n=3) for rate in (0.0, 0.3)]
    shared = [list_everyone(run, context) for run in runs]
    assert model.asked == [world.n_users]
    apart = [list_everyone(run, PolicyContext(world, model, world.histories)) for run in runs]
    for one, other in zip(shared, apart, strict=True):
        np.testing.assert_array_equal(one.items, other.items)
        np.testing.assert_array_equal(one.propensities, other.propensities)
    few = world.histories.take([1, 2])
    policy = make_policy("greedy", replace(context, histories=few))
    recommend(model, few, policy=policy, rate=0, n=3, rng=np.random.default_rng(0))
    assert model.asked[-1] == 2
    with pytest.raises(ValueError, match="read-only"):
        context.scores[0, 0] = 1.0
