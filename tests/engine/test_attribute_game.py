"""The attribute game: groups of the history, attributes, and the item's prior."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.explanations.attribution import explain, explain_each
from engine.explanations.exact import enumerate_shapley
from engine.explanations.games import AttributeGame
from engine.explanations.groups import Group, group_players
from engine.histories import Histories
from engine.models.base import Capabilities, Recommender
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
SHOP = worlds.shop(24)
LINEAR = make_model("ease").fit(SHOP, rng=RNG(0))
POOLED = make_model("lightgcn").fit(SHOP, rng=RNG(0))
POPULAR = make_model("popularity").fit(SHOP, rng=RNG(0))


class Aware(Recommender):
    """Likes item t by its row, twice as much for women, and counts the history."""

    name = "aware"
    capabilities = Capabilities(uses_attributes=True)
    n_items_ = 24

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None: ...

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        gender = histories.attributes["gender"].fill_null("?").to_numpy()
        women = np.where(gender == "F", 2.0, 1.0)[:, None]
        return (women * np.arange(24.0) + histories.lengths[:, None]).astype(np.float32)


def _history(items: list[int], **attributes: object) -> Histories:
    bare = Histories.from_lists([items], n_items=24)
    frame = pl.DataFrame({"user_id": ["u"], **{k: [v] for k, v in attributes.items()}})
    return Histories(bare.indptr, bare.items, bare.weights, 24, frame)


def test_groups_are_a_partition_by_the_rarest_category() -> None:
    history = _history([0, 3, 5, 8, 9], gender="F", age=None)
    groups = group_players(history, SHOP.items)
    places = [place for group in groups for place in group.items]
    assert sorted(places) == [0, 1, 2, 3, 4]
    sizes = SHOP.items["categories"].explode().value_counts()
    size_of = dict(sizes.iter_rows())
    for group in groups:
        for place in group.items:
            names = SHOP.items["categories"][int(history.items[place])]
            assert group.name in names
            assert size_of[group.name] == min(size_of[name] for name in names)
    assert [(g.name, g.value) for g in groups if g.kind == "attribute"] == [("gender", "F")]
    assert groups[-1].kind == "prior"


def test_items_without_categories_are_one_group() -> None:
    history = Histories.from_lists([[1, 4]], n_items=27)
    groups = group_players(history, worlds.noisy().items)
    assert groups == (Group("category", "", (0, 1)), Group("prior"))


@pytest.mark.parametrize("model", [LINEAR, POOLED, POPULAR], ids=lambda model: model.name)
def test_every_way_to_the_values_agrees(model: Recommender) -> None:
    history = _history([0, 3, 5, 8, 9, 11], gender="F")
    groups = group_players(history, SHOP.items)
    game = AttributeGame(model, history, targets=np.array([20, 22]), groups=groups)
    truth = enumerate_shapley(game)
    for method in ("auto", "enumeration", "permutation"):
        found = explain_each(
            model, history, targets=[20, 22], game="attributes", groups=groups, method=method
        )
        for t, one in enumerate(found):
            slack = 1e-5 if one.standard_errors is None else 4 * one.standard_errors + 1e-5
            assert (np.abs(one.contributions - truth[:, t]) <= slack).all()
            assert abs(one.residual) <= 1e-5 * max(abs(one.score), 1)
            assert one.score == pytest.approx(float(model.score(history)[0, one.target]))
            nobody = model.score(Histories.empty(1, n_items=24))[0]
            assert one.base_value == pytest.approx(float(nobody.mean()), abs=1e-6)
            assert one.players.tolist() == list(range(len(groups)))


def test_a_linear_group_is_the_sum_of_its_items() -> None:
    history = _history([0, 3, 5, 8, 9, 11])
    groups = group_players(history, SHOP.items)
    items = explain(LINEAR, history, 20).contributions
    grouped = explain(LINEAR, history, 20, game="attributes", groups=groups)
    assert (grouped.method, grouped.evaluations) == ("exact", 2)
    sums = [items[list(group.items)].sum() for group in groups[:-1]]
    np.testing.assert_allclose(grouped.contributions[:-1], sums)


def test_popularity_is_all_prior() -> None:
    history = _history([0, 3, 5], gender="F")
    groups = group_players(history, SHOP.items)
    found = explain(POPULAR, history, 20, game="attributes", groups=groups)
    assert (found.contributions[:-1] == 0).all()
    assert found.contributions[-1] == pytest.approx(POPULAR.counts_[20] - POPULAR.counts_.mean())


def test_an_attribute_gets_what_it_does_and_nothing_where_the_model_ignores_it() -> None:
    history = _history([0, 3], gender="F")
    groups = group_players(history, SHOP.items)
    place = next(i for i, group in enumerate(groups) if group.kind == "attribute")
    found = explain(Aware(), history, 20, game="attributes", groups=groups)
    assert found.method == "enumeration"
    assert found.contributions[place] == pytest.approx(20)
    assert found.contributions[-1] == pytest.approx(20 - np.arange(24).mean())
    blind = explain(POOLED, history, 20, game="attributes", groups=groups)
    assert blind.contributions[place] == 0


def test_players_that_do_not_act_are_not_asked_about() -> None:
    history = _history([0, 3], gender="F", age=30)
    groups = group_players(history, SHOP.items)
    game = AttributeGame(POOLED, history, targets=np.array([20]), groups=groups)
    enumerate_shapley(game)
    categories = sum(group.kind == "category" for group in groups)
    assert game.evaluations == 2**categories + 1
