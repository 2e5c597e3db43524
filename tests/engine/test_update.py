"""Learning from new interactions: the same as a fit on everything, or said to be near it."""

import numpy as np
import polars as pl
import pytest

from engine.dataset import Dataset
from engine.errors import CapabilityError, NotFittedError, TableError
from engine.histories import Histories
from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.ease import Ease
from engine.models.item_knn import ItemKNN
from engine.models.popularity import Popularity
from engine.models.registry import MODELS, make_model
from engine.models.slim import AdmmSlim
from engine.models.user_knn import UserKNN
from engine.splits import random_ratio
from tests import worlds

EXACT = (
    Popularity,
    ItemKNN,
    UserKNN,
    lambda: Ease(regularization=2),
    lambda: Ease(regularization=2, weighting="weight"),
)
WORLD = worlds.noisy()


def fitted(model: Recommender, dataset: Dataset) -> Recommender:
    return model.fit(dataset, rng=np.random.default_rng(3))


def newest(share: float) -> tuple[Dataset, pl.DataFrame]:
    """The noisy world without a share of each history, and that share."""
    split = random_ratio(WORLD, test_share=share, rng=np.random.default_rng(1))
    return split.train, split.held_out


def of_few() -> tuple[Dataset, pl.DataFrame]:
    """What three people did is new, for one of them all of it."""
    log = WORLD.interactions.with_row_index("row")
    new = (log["user_id"] == "3") | (log["user_id"].is_in(["5", "9"]) & (log["row"] % 3 == 0))
    return WORLD.with_interactions(WORLD.interactions.filter(~new)), WORLD.interactions.filter(new)


@pytest.mark.parametrize("parts", [newest(0.1), newest(0.4), of_few()], ids=["10%", "40%", "few"])
@pytest.mark.parametrize("make", EXACT)
def test_an_update_equals_a_fit_on_everything(
    make: type[Recommender], parts: tuple[Dataset, pl.DataFrame]
) -> None:
    before, new = parts
    model = fitted(make(), before)
    after = model.update(before, new)
    everything = fitted(make(), after)
    np.testing.assert_allclose(
        model.score(WORLD.histories), everything.score(WORLD.histories), rtol=1e-5, atol=1e-6
    )
    stale = fitted(make(), before).score(WORLD.histories)
    assert not np.allclose(stale, everything.score(WORLD.histories), rtol=1e-5, atol=1e-6)


def test_ease_is_corrected_and_not_inverted_again_for_a_few_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, new = of_few()
    model = fitted(Ease(), before)
    monkeypatch.setattr(Ease, "_fit", lambda *_, **__: pytest.fail("inverted again"))
    model.update(before, new)


def test_ease_takes_up_a_change_of_few_directions_however_many_made_it() -> None:
    rng = np.random.default_rng(2)
    has = rng.random((50, 60)) < 0.3
    has[::2, :3] = True
    new = np.zeros_like(has)
    new[::2, :3] = True
    whole, before = worlds.dataset_from(has), worlds.dataset_from(has & ~new)
    key = ["user_id", "item_id"]
    later = whole.interactions.join(before.interactions, on=key, how="anti")

    def off(directions: int) -> float:
        """How far from a fit on everything, as a share of the way there."""
        model, stale, goal = (
            fitted(Ease(regularization=5, directions=directions), world)
            for world in (before, before, whole)
        )
        model.update(before, later)
        way = stale.item_weights_ - goal.item_weights_
        left = model.item_weights_ - goal.item_weights_
        return float(np.linalg.norm(left) / np.linalg.norm(way))

    # One column of N is what another is, so the change of XᵀX has two directions.
    assert off(1) > 0.1
    assert off(8) < 1e-4


def test_updates_follow_one_another() -> None:
    before, new = newest(0.4)
    model, dataset = fitted(ItemKNN(), before), before
    for part in (new[:20], new[20:21], new[21:]):
        dataset = model.update(dataset, part)
    everything = fitted(ItemKNN(), dataset)
    assert dataset.interactions.height == WORLD.interactions.height
    np.testing.assert_allclose(
        model.score(WORLD.histories), everything.score(WORLD.histories), rtol=1e-5
    )


def test_an_update_needs_something_new() -> None:
    with pytest.raises(TableError, match="new interactions has no rows"):
        fitted(Popularity(), WORLD).update(WORLD, WORLD.interactions.clear())


def test_slim_goes_on_from_where_it_stands() -> None:
    before, new = newest(0.1)
    updated = fitted(AdmmSlim(l1=0.3, l2=4, rho=10, iterations=300), before)
    after = updated.update(before, new)
    goal = fitted(AdmmSlim(l1=0.3, l2=4, rho=10, iterations=2000), after)
    cold = fitted(AdmmSlim(l1=0.3, l2=4, rho=10, iterations=15), after)

    def distance(model: Recommender) -> float:
        return float(np.abs(model.score(WORLD.histories) - goal.score(WORLD.histories)).mean())

    assert distance(updated) < 0.7 * distance(cold)
    np.testing.assert_array_equal(updated.gram_, goal.gram_)


def test_als_folds_new_choices_in_and_keeps_its_items() -> None:
    before, new = newest(0.2)
    model = fitted(ALS(factors=4), before)
    items = model.item_factors_.copy()
    after = model.update(before, new)
    np.testing.assert_array_equal(model.item_factors_, items)
    changed = model.score(after.histories) != model.score(before.histories)
    assert changed.any()


def test_a_hybrid_updates_its_members() -> None:
    before, new = newest(0.1)
    model = fitted(make_model("hybrid:item-knn+ease"), before)
    after = model.update(before, new)
    for member, everything in zip(model.members, (ItemKNN(), Ease()), strict=True):
        np.testing.assert_allclose(
            member.score(WORLD.histories),
            fitted(everything, after).score(WORLD.histories),
            rtol=1e-5,
            atol=1e-6,
        )


def test_a_hybrid_with_a_member_that_cannot_is_left_as_it_was() -> None:
    before, new = newest(0.1)
    model = fitted(make_model("hybrid:item-knn+graph-filter"), before)
    scores = model.score(WORLD.histories)
    with pytest.raises(CapabilityError, match="hybrid cannot learn from new interactions"):
        model.update(before, new)
    np.testing.assert_array_equal(model.score(WORLD.histories), scores)


@pytest.mark.parametrize("name", [name for name in MODELS if not make_model(name).can_update])
def test_a_family_without_an_update_says_so(name: str) -> None:
    with pytest.raises(CapabilityError, match=f"{name} cannot learn from new interactions alone"):
        fitted(make_model(name), WORLD).update(WORLD, WORLD.interactions.clear())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"user_id": "99", "item_id": "1"}, "name user_id 99, which the data set does not have"),
        ({"user_id": "1", "item_id": "99"}, "name item_id 99, which the data set does not have"),
        (
            {"user_id": "1", "item_id": WORLD.item_ids[WORLD.histories.items_of(1)[0]]},
            "both hold user_id 1",
        ),
    ],
)
def test_what_does_not_fit_the_data_set_is_named(row: dict[str, str], message: str) -> None:
    with pytest.raises(TableError, match=message):
        fitted(Popularity(), WORLD).update(WORLD, pl.DataFrame([row]))


def test_new_interactions_without_a_clock_come_last() -> None:
    unseen = int(np.flatnonzero(~WORLD.histories.seen()[1])[0])
    after = WORLD.with_more(pl.DataFrame({"user_id": ["1"], "item_id": [WORLD.item_ids[unseen]]}))
    assert after.histories.items_of(1).tolist() == [*WORLD.histories.items_of(1), unseen]
    assert after.histories.weights_of(1)[-1] == 1


def test_a_log_with_a_clock_is_put_in_order() -> None:
    before, new = newest(0.3)
    assert before.with_more(new).histories.items.tolist() == WORLD.histories.items.tolist()


def test_refuses_before_fit_and_another_catalogue() -> None:
    with pytest.raises(NotFittedError, match="ease is not fitted"):
        Ease().update(WORLD, WORLD.interactions.clear())
    other = worlds.checkerboard(6)
    with pytest.raises(TableError, match="fitted on 27"):
        fitted(Ease(), WORLD).update(other, other.interactions.clear())


def test_a_person_who_was_unknown_is_learned_from() -> None:
    before, new = of_few()
    model = fitted(UserKNN(k=3), before)
    model.update(before, new)
    own = Histories.from_lists([WORLD.histories.items_of(3).tolist()], n_items=27)
    assert model.score(own)[0, WORLD.histories.items_of(3)].min() > 0
