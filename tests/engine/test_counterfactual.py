"""Counterfactuals: right, re-scored, and as small as they say."""

from itertools import combinations

import numpy as np
import pytest

from engine.errors import OptionError
from engine.explanations.counterfactual import bring_into_list, drop_from_list
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
WORLD = worlds.noisy()
NAMES = ["ease", "item-knn", "als", "lightgcn", "mult-vae", "user-knn"]
MADE = {name: make_model(name).fit(WORLD, rng=RNG(2)) for name in NAMES}
ROWS = [0, 3, 5, 11, 20]


def _first(model: Recommender, history: Histories, *, out: Histories, n: int) -> list[int]:
    seen = history.seen() | out.seen()
    return top_n(model.score(history), ~seen, n=n)[0].tolist()


def _without(history: Histories, items: tuple[int, ...]) -> Histories:
    return history.keep(~np.isin(history.items, items))


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_removed_does_it_and_nothing_of_it_can_be_spared(name: str, n: int) -> None:
    model = MADE[name]
    for row in ROWS:
        history = WORLD.histories.take([row])
        target = _first(model, history, out=history, n=n)[-1]
        found = drop_from_list(model, history, target, n=n)
        if not found.found:
            assert found.items == ()
            assert found.size in ("none", "unknown")
            continue
        after = _without(history, found.items)
        shown = _first(model, after, out=history, n=n)
        assert target not in shown
        assert found.rival == shown[0]
        assert found.rank_before == n < found.rank_after
        assert found.score_after == pytest.approx(model.score(after)[0, target])
        for item in found.items:
            spared = tuple(other for other in found.items if other != item)
            kept = _without(history, spared)
            assert not spared or target in _first(model, kept, out=history, n=n)


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_minimal_means_that_no_smaller_set_does_it(name: str, n: int) -> None:
    model, history = MADE[name], Histories.from_lists([[1, 4, 8, 13, 17, 21, 24]], n_items=27)
    target = _first(model, history, out=history, n=n)[-1]
    found = drop_from_list(model, history, target, n=n)
    sizes = [
        size
        for size in range(1, 8)
        for items in combinations(history.items.tolist(), size)
        if target not in _first(model, _without(history, items), out=history, n=n)
    ]
    assert not found.found or sizes
    if found.size == "none":
        assert not sizes
    if found.size == "minimal":
        assert len(found.items) == sizes[0]
    if found.size == "small":
        assert len(found.items) >= sizes[0]


def test_pairs_are_left_out_where_the_budget_has_no_room() -> None:
    model, history = MADE["mult-vae"], WORLD.histories.take([3])
    target = _first(model, history, out=history, n=1)[0]
    wide = drop_from_list(model, history, target)
    narrow = drop_from_list(model, history, target, budget=0)
    assert wide.found
    assert not narrow.found or len(narrow.items) >= len(wide.items)
    assert narrow.evaluations < wide.evaluations


@pytest.mark.parametrize("name", NAMES)
def test_what_is_added_brings_the_item_in(name: str) -> None:
    model, brought = MADE[name], 0
    for row in ROWS:
        history = WORLD.histories.take([row])
        target = _first(model, history, out=history, n=6)[-1]
        found = bring_into_list(model, history, target, n=5)
        if not found.found:
            assert found.rank_after == found.rank_before
            continue
        brought += 1
        added = np.array(found.items)
        after = history.append(
            np.zeros(len(added), dtype=int), added, weight=float(np.median(history.weights))
        )
        shown = _first(model, after, out=history, n=5)
        assert target in shown
        assert found.rank_after == shown.index(target) + 1
        assert found.rival in _first(model, history, out=history, n=5)
        assert found.rival not in shown
        assert len(found.items) <= 3
    assert brought


def test_evaluations_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    model, asked = MADE["user-knn"], []
    score = type(model)._score
    monkeypatch.setattr(
        type(model), "_score", lambda self, h: asked.append(len(h)) or score(self, h)
    )
    history = WORLD.histories.take([3])
    best = _first(model, history, out=history, n=9)
    for ask in (
        lambda: drop_from_list(model, history, best[0]),
        lambda: bring_into_list(model, history, best[-1], n=2),
    ):
        asked.clear()
        found = ask()
        assert found.evaluations == sum(asked)


def test_popularity_has_no_counterfactual_and_says_so() -> None:
    model = make_model("popularity").fit(WORLD, rng=RNG(0))
    history = WORLD.histories.take([3])
    target = _first(model, history, out=history, n=1)[0]
    found = drop_from_list(model, history, target)
    assert (found.found, found.size, found.rival) == (False, "none", -1)


@pytest.mark.parametrize("name", ["ease", "mult-vae"])
def test_an_empty_history_has_nothing_to_remove(name: str) -> None:
    history = Histories.empty(1, n_items=27)
    target = _first(MADE[name], history, out=history, n=1)[0]
    assert not drop_from_list(MADE[name], history, target).found


@pytest.mark.parametrize(
    ("ask", "place", "message"),
    [
        (drop_from_list, 5, "has rank 6, so it is not among the first 1"),
        (bring_into_list, 0, "has rank 1, so it is among the first 10 already"),
    ],
)
def test_refuses_what_is_so_already(ask, place: int, message: str) -> None:
    history = WORLD.histories.take([3])
    target = _first(MADE["ease"], history, out=history, n=9)[place]
    with pytest.raises(OptionError, match=message):
        ask(MADE["ease"], history, target)


def test_refuses_rows_without_an_answer() -> None:
    history = WORLD.histories.take([3])
    with pytest.raises(OptionError, match="already in the history"):
        drop_from_list(MADE["ease"], history, int(history.items[0]))
    with pytest.raises(OptionError, match="list length n is 0"):
        drop_from_list(MADE["ease"], history, 26, n=0)


@pytest.mark.parametrize(
    ("name", "items", "n"),
    [("ease", [], 3), ("popularity", [0, 1, 2], 3), ("user-knn", [0, 1], WORLD.n_items - 2)],
)
def test_what_nothing_can_change_is_said_to_be_so(name: str, items: list[int], n: int) -> None:
    """Nothing to take away, nobody who listens, or no other item to take the place."""
    model = make_model(name).fit(WORLD, rng=RNG(0))
    history = Histories.from_lists([items], n_items=WORLD.n_items)
    found = drop_from_list(model, history, _first(model, history, out=history, n=1)[0], n=n)
    assert (found.found, found.size, found.rank_before) == (False, "none", 1)
    assert found.evaluations < 5
