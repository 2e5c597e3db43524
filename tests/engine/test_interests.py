"""Interests by what texts say, and chance among those near a person's own but outside them."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from engine.justifications.gathering import place_facts
from engine.justifications.justify import justify
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.interests import find_interests
from engine.policies.registry import make_policy
from engine.policies.slates import Slates
from engine.ranking import top_n
from tests.engine.test_policy_context import context_of

INTERESTS, EACH = 6, 4
N_ITEMS = INTERESTS * EACH + 1


def around_a_circle() -> np.ndarray:
    """Six bundles of four vectors, each bundle 25 degrees on from the last; and one of nothing."""
    turns = np.repeat(np.arange(INTERESTS) * 25.0, EACH) + np.tile([0, 0.2, 0.4, 0.6], INTERESTS)
    angles = np.radians(turns)
    return np.vstack([np.stack([np.cos(angles), np.sin(angles)], axis=1), [0, 0]])


def context() -> PolicyContext:
    """u has two of the first interest, w has nothing that speaks, everyone else has everything."""
    items = pl.DataFrame({"item_id": [str(i) for i in range(N_ITEMS)]})
    log = [("u", "0"), ("u", "1"), ("w", str(N_ITEMS - 1))]
    log += [(f"v{k}", str(i)) for k in range(5) for i in range(N_ITEMS)]
    found = context_of(items, log)
    vars(found)["text"] = around_a_circle()
    vars(found)["interests"] = find_interests(around_a_circle(), count=INTERESTS)
    return found


def explored(user: str) -> set[int]:
    """The interests that one person's exploring places come from."""
    where = context()
    row, size = where.dataset.user_row(user), len(where.histories)
    policy = make_policy("interest-exploration", where)
    rng = np.random.default_rng(0)
    shown = [
        policy.choose(np.zeros((size, N_ITEMS)), ~where.histories.seen(), n=3, rate=1, rng=rng)
        for _ in range(60)
    ]
    return {int(item) // EACH for slates in shown for item in slates.items[row] if item >= 0}


def test_what_reads_alike_is_one_interest() -> None:
    found = find_interests(around_a_circle(), count=INTERESTS)
    bundles = found.codes[:-1].reshape(INTERESTS, EACH)
    assert (bundles == bundles[:, :1]).all()
    assert len(set(bundles[:, 0].tolist())) == INTERESTS
    assert found.codes[-1] == -1
    np.testing.assert_allclose(np.linalg.norm(found.centres, axis=1), 1)
    again = find_interests(around_a_circle(), count=INTERESTS)
    np.testing.assert_array_equal(found.codes, again.codes)


def test_fewer_texts_make_fewer_interests() -> None:
    assert len(find_interests(np.tile([[1.0, 0.0]], (5, 1))).centres) == 1
    silent = find_interests(np.zeros((3, 2)))
    assert (silent.codes.tolist(), len(silent.centres)) == ([-1, -1, -1], 0)


def test_chance_goes_near_but_outside() -> None:
    # Of the five interests u has not, those 25, 50 and 75 degrees away are the nearest.
    assert explored("u") == {1, 2, 3}


def test_who_has_said_nothing_explores_in_every_interest() -> None:
    assert explored("w") == set(range(INTERESTS))


def test_near_is_what_is_had_or_nearby_and_an_item_without_words_is_neither() -> None:
    where = context()
    policy = make_policy("interest-exploration", where)
    u, w, silent = where.dataset.user_row("u"), where.dataset.user_row("w"), N_ITEMS - 1
    near = [policy.is_near(u, interest * EACH + 3) for interest in range(INTERESTS)]
    assert near == [True, True, True, True, False, False]
    assert policy.is_near(u, silent) is None
    assert make_policy("cluster-exploration", where).is_near(u, 0) is None
    assert policy.is_near(w, 0) is None


def test_an_item_that_is_new_by_category_is_near_by_text() -> None:
    """u has two films of one category and is shown one of another, of the interest beside it."""
    where = context()
    kinds = [["own"]] * EACH + [["other"]] * (N_ITEMS - EACH)
    items = where.dataset.items.with_columns(categories=pl.Series(kinds))
    dataset = replace(where.dataset, items=items)
    u = dataset.user_row("u")
    history = dataset.histories.take([u])
    model = make_model("ease").fit(dataset, rng=np.random.default_rng(0))
    item = EACH  # the first of the interest 25 degrees on
    shown = Slates(*(np.array([[value]]) for value in (item, 0.0, 0.2, True)))
    near = make_policy("interest-exploration", where).is_near(u, item)
    facts = place_facts(model, history, dataset, shown, place=0, near=near)
    assert "it reads much like what is in your history" in justify(facts).text
    assert "文字描述与您的历史记录中的内容相似" in justify(facts, language="zh").text
    plain = place_facts(model, history, dataset, shown, place=0)
    assert "your history holds no title of its kind" in justify(plain).text


def test_chances_are_even_over_what_is_near() -> None:
    where = context()
    size = len(where.histories)
    scores = np.tile(np.arange(N_ITEMS, 0, -1.0), (size, 1))
    policy = make_policy("interest-exploration", where)
    shown = policy.choose(
        scores, ~where.histories.seen(), n=1, rate=0.4, rng=np.random.default_rng(1)
    )
    best = top_n(scores, ~where.histories.seen(), n=1)[0, 0]
    expected = 0.6 if shown.items[0, 0] == best else 0.4 / (3 * EACH)
    assert shown.propensities[0, 0] == pytest.approx(expected)
