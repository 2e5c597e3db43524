"""The facts of a place: what leaves with what is asked of the model, or not said."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine.config import stream
from engine.errors import OptionError
from engine.explanations.counterfactual import drop_from_list
from engine.histories import Histories
from engine.justifications.facts import FactRecord
from engine.justifications.gathering import item_facts, place_facts
from engine.justifications.justify import justify
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.policies.slates import Slates
from engine.ranking import top_n
from engine.recommend import recommend
from tests import worlds
from tests.quick import make_model

WORLD = worlds.noisy()
N = 5
MADE = {
    name: make_model(name).fit(WORLD, rng=np.random.default_rng(0))
    for name in ("ease", "als", "user-knn", "popularity")
}


def history_of(row: int) -> Histories:
    return WORLD.histories.take([row])


def listed(model: Recommender, history: Histories, seen: Histories) -> list[int]:
    return [int(item) for item in top_n(model.score(history), ~seen.seen(), n=N)[0]]


def records(name: str) -> Iterator[tuple[Histories, FactRecord]]:
    for row in range(8):
        history = history_of(row)
        for item in listed(MADE[name], history, history):
            yield history, item_facts(MADE[name], history, item, WORLD, n=N)


@pytest.mark.parametrize("name", ["ease", "als", "user-knn"])
def test_without_what_is_named_the_item_has_left_the_list(name: str) -> None:
    found = [(history, facts) for history, facts in records(name) if facts.removal is not None]
    assert found
    for history, facts in found:
        gone = [WORLD.item_row(item) for item in facts.removal.item_ids]
        assert 1 <= len(gone) <= 3
        after = history.keep(~np.isin(history.items, gone))
        assert WORLD.item_row(facts.item_id) not in listed(MADE[name], after, history)
        assert "Without" in justify(facts, audience="reviewer").text


@pytest.mark.parametrize("name", ["ease", "user-knn"])
def test_the_next_one_stands_one_place_lower(name: str) -> None:
    history = history_of(2)
    order = top_n(MADE[name].score(history), ~history.seen(), n=N + 1)[0]
    titles = WORLD.items["title"]
    for item, following in zip(order[:N], order[1:], strict=True):
        facts = item_facts(MADE[name], history, int(item), WORLD, n=N)
        assert facts.next_title == titles[int(following)]


def test_an_item_that_is_not_listed_leaves_no_list() -> None:
    history = history_of(2)
    last = int(top_n(MADE["ease"].score(history), ~history.seen(), n=N + 2)[0, -1])
    facts = item_facts(MADE["ease"], history, last, WORLD, n=N)
    assert (facts.removal, facts.next_title) == (None, None)


def test_nothing_is_taken_from_who_has_nothing_or_where_it_plays_no_part() -> None:
    nobody = Histories.empty(1, n_items=27)
    assert item_facts(MADE["ease"], nobody, 3, WORLD, n=27).removal is None
    history = history_of(2)
    (best, *_) = listed(MADE["popularity"], history, history)
    assert item_facts(MADE["popularity"], history, best, WORLD, n=N).removal is None


def lists(policy: str, rate: float) -> Slates:
    context = PolicyContext(WORLD, MADE["ease"], WORLD.histories)
    return recommend(
        MADE["ease"], WORLD.histories, policy=make_policy(policy, context), rate=rate, n=N,
        rng=stream(3, "policy"),
    )  # fmt: skip


def test_a_list_that_the_score_did_not_make_is_not_left_by_it() -> None:
    drawn, own = lists("epsilon-greedy", 0.6), lists("greedy", 0.0)
    said = {True: 0, False: 0}
    for row in range(8):
        for shown in (drawn.take([row]), own.take([row])):
            as_scored = not shown.explored.any()
            for place in range(N):
                facts = place_facts(MADE["ease"], history_of(row), WORLD, shown, place=place)
                said[as_scored] += facts.removal is not None
                assert facts.explored == bool(shown.by_chance[0, place])
    assert said[True] > 0
    assert said[False] == 0


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_larger_set_is_looked_for(most: int) -> None:
    sizes = set()
    for row in range(12):
        history = history_of(row)
        for item in listed(MADE["als"], history, history):
            found = drop_from_list(MADE["als"], history, item, n=N, most=most)
            whole = drop_from_list(MADE["als"], history, item, n=N)
            sizes.add(len(found.items))
            assert len(found.items) <= most
            assert found.found or len(whole.items) > most or not whole.found
    assert max(sizes) == most


def test_a_list_has_a_length() -> None:
    with pytest.raises(OptionError, match="the list length n is 0; give a number from 1"):
        item_facts(MADE["ease"], Histories.empty(1, n_items=27), 3, WORLD, n=0)
