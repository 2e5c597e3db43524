"""The factorisation machine: its fields, its visits, its score, and its exact explanation."""

import itertools
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.dataset import Dataset, make_dataset
from engine.errors import UnknownNameError
from engine.explanations.factorisation import (
    explain_attributes,
    explain_by_factors,
    shapley_values,
)
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.factorisation_machine import FactorisationMachine
from engine.models.factorised import FactorisationForm, Factorised
from engine.models.fields import context_values, learn_fields
from engine.models.visits import find_visits

RNG = np.random.default_rng
HOUR, DAY = 3600, 86_400
# Monday, 5 January 1970, seven in the morning.
MONDAY = 4 * DAY + 7 * HOUR


def cinema(n_items: int = 12) -> Dataset:
    """Forty people of two groups; films have one category or two, and are seen at two hours."""
    rng = RNG(5)
    users, items = np.nonzero(rng.random((40, n_items)) < 0.6)
    moments = MONDAY + DAY * rng.integers(0, 40, len(users)) + 10 * HOUR * (items % 2)
    categories = [["Drama"] if item % 3 else ["Comedy", "War"] for item in range(n_items)]
    return make_dataset(
        "cinema",
        pl.DataFrame(
            {
                "user_id": users.astype(str),
                "item_id": items.astype(str),
                "timestamp": moments,
            }
        ),
        users=pl.DataFrame(
            {
                "user_id": [str(user) for user in range(41)],
                "group": ["a" if user % 2 else "b" for user in range(40)] + [None],
                "born": [1950 + user % 7 for user in range(41)],
                "seat": list(range(100, 141)),
            }
        ),
        items=pl.DataFrame(
            {"item_id": [str(item) for item in range(n_items)], "categories": categories}
        ),
    )


@pytest.fixture(scope="module")
def world() -> Dataset:
    return cinema()


@pytest.fixture(scope="module")
def model(world: Dataset) -> FactorisationMachine:
    made = FactorisationMachine(epochs=10, learning_rate=0.05, l2=0.0, factors=5)
    made.fit(world, rng=RNG(1))
    return made


def test_fields_are_attributes_of_few_values_and_the_moment(world: Dataset) -> None:
    people = pl.concat([world.users, world.users]).with_columns(phone=pl.Series(range(82)))
    fields = learn_fields(replace(world, users=people))
    assert fields.names == ("group", "born", "seat", "hour", "weekday", "recency")
    assert fields.size == 2 + 7 + 41 + 24 + 7 + 5
    assert learn_fields(world, ["hour", "group"]).names == ("group", "hour")
    with pytest.raises(UnknownNameError, match="cinema has no field zodiac; its fields are group"):
        learn_fields(world, ["group", "zodiac"])


def test_every_number_is_one_value_and_what_nobody_knows_has_none(world: Dataset) -> None:
    fields = learn_fields(world)
    features = [fields.feature(code) for code in range(fields.size)]
    assert len(set(features)) == fields.size
    codes = fields.encode(world.histories)
    assert features[codes[0, 0]] == ("group", "b")
    assert codes[40].tolist()[0] == -1
    assert (codes[40, -3:] == -1).all()
    stranger = Histories.empty(1, n_items=12)
    assert (fields.encode(stranger) == -1).all()
    new = replace(stranger, attributes=pl.DataFrame({"group": ["c"], "born": [1951]}))
    assert fields.encode(new)[0, :2].tolist() == [-1, fields.offset("born") + 1]
    hot = fields.multi_hot(codes)
    assert hot.sum(axis=1).tolist() == (codes >= 0).sum(axis=1).tolist()
    assert hot[0, codes[0]].all()


@pytest.mark.parametrize(
    ("gap", "band"),
    [(0, 0), (HOUR - 1, 0), (HOUR, 1), (DAY, 2), (7 * DAY, 3), (30 * DAY, 4), (900 * DAY, 4)],
)
def test_recency_bands(gap: int, band: int) -> None:
    found = context_values(np.array([1e9]), np.array([1e9 - gap]))
    assert found["recency"].tolist() == [band]


def test_the_moment_is_the_latest_entry_unless_another_is_given(world: Dataset) -> None:
    fields = learn_fields(world, ["hour", "weekday", "recency"])
    latest = world.interactions.filter(pl.col("user_id") == "0")["timestamp"].max()
    assert isinstance(latest, int)
    first, third = world.histories.take([0]), world.histories.take([0]).asked_at(latest + 3 * DAY)
    for asked, moment, recency in ((first, latest, "hour"), (third, latest + 3 * DAY, "week")):
        hour, day = moment // HOUR % 24, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        assert [fields.feature(code) for code in fields.encode(asked)[0]] == [
            ("hour", str(hour)),
            ("weekday", day[(moment // DAY + 3) % 7]),
            ("recency", recency),
        ]
    unknown = fields.encode(Histories.empty(1, n_items=12).asked_at(MONDAY))[0]
    assert [fields.feature(code) for code in unknown[:2]] == [("hour", "7"), ("weekday", "Mon")]
    assert unknown[2] == -1


def test_taking_items_away_or_adding_them_leaves_the_moment(world: Dataset) -> None:
    fields, whole = learn_fields(world), world.histories
    less = whole.keep(RNG(0).random(len(whole.items)) < 0.3)
    more = less.append(np.array([3]), np.array([0]))
    np.testing.assert_array_equal(fields.encode(less), fields.encode(whole))
    np.testing.assert_array_equal(fields.encode(more), fields.encode(whole))


def test_visits_hold_every_entry_once_with_the_hour_it_was_made(world: Dataset) -> None:
    fields = learn_fields(world)
    visits, histories = find_visits(world, fields), world.histories
    hour = fields.names.index("hour")
    moments = world.interactions["timestamp"].to_numpy()
    expected = moments // HOUR % 24 + fields.offset("hour")
    np.testing.assert_array_equal(visits.codes[visits.entries, hour], expected)
    np.testing.assert_array_equal(visits.people[visits.entries], histories.rows)
    rows = np.array([7, 40, 2])
    part, taken = visits.take(rows), histories.take(rows)
    np.testing.assert_array_equal(part.people[part.entries], taken.rows)
    at = np.concatenate([moments[histories.rows == row] for row in rows])
    np.testing.assert_array_equal(
        part.codes[part.entries, hour], at // HOUR % 24 + fields.offset("hour")
    )
    first = histories.indptr[:-1][histories.lengths > 0]
    assert (visits.codes[visits.entries[first], fields.names.index("recency")] == -1).all()


def test_scores_by_its_formula(world: Dataset, model: FactorisationMachine) -> None:
    history = world.histories.take([3])
    codes = model.fields_.encode(history)[0]
    p = model.history_factors_[history.items].sum(axis=0)
    p = p + model.value_factors_[codes[codes >= 0]].sum(axis=0)
    kinds = [model.categories_.names.index(name) for name in ("Comedy", "War")]
    q = model.item_factors_[0] + model.category_factors_[kinds].mean(axis=0)
    assert model.score(history)[0, 0] == pytest.approx(model.biases_[0] + p @ q, rel=1e-5)


def test_who_says_nothing_and_has_nothing_gets_the_log_odds(model: FactorisationMachine) -> None:
    stranger = model.score(Histories.empty(1, n_items=12))[0]
    np.testing.assert_allclose(stranger, model.biases_, rtol=1e-5)


def test_training_leaves_an_item_out_of_its_own_score(world: Dataset) -> None:
    network = FactorisationMachine(factors=4)._build(world)
    rows = np.arange(6)
    histories, visits = world.histories.take(rows), network.visits.take(rows)
    seen = histories.seen()
    with torch.no_grad():
        scores = network._scores(torch.from_numpy(seen.astype(np.float32)), visits).numpy()
        for visit, person in enumerate(visits.people):
            for item in (2, 5):
                seen_without = seen[[person]].copy()
                seen_without[0, item] = False
                single = replace(visits, people=np.array([0]), codes=visits.codes[[visit]])
                has = torch.from_numpy(seen_without.astype(np.float32))
                alone = network._scores(has, single).numpy()[0, item]
                assert scores[visit, item] == pytest.approx(alone, abs=1e-5)


def test_the_loss_is_the_log_loss_of_each_chosen_item_and_of_what_was_never_chosen() -> None:
    # One person, two visits (at 7 and at 17): items 0 and 2 in one, 1 in the other, 3 never.
    log = pl.DataFrame(
        {
            "user_id": ["u"] * 3,
            "item_id": ["0", "2", "1"],
            "timestamp": [MONDAY, MONDAY + 1, MONDAY + 10 * HOUR],
        }
    )
    items = pl.DataFrame({"item_id": ["0", "1", "2", "3"]})
    world = make_dataset("one", log, items=items)
    network = FactorisationMachine(factors=2, fields=("hour",))._build(world)
    with torch.no_grad():
        found = network(world.histories, network.visits).item()
        has = torch.from_numpy(world.histories.seen().astype(np.float32))
        early, late = network._scores(has, network.visits).numpy()
    hits = [np.logaddexp(0, -score) for score in (early[0], early[2], late[1])]
    misses = 2 / 3 * np.logaddexp(0, early[3]) + 1 / 3 * np.logaddexp(0, late[3])
    assert found == pytest.approx(sum(hits) + misses, rel=1e-5)


def test_learns_what_a_group_and_an_hour_like() -> None:
    # Group a has the even items in the morning, b the odd ones in the evening; nobody has both.
    users, items = np.nonzero(np.add.outer(np.arange(60), np.arange(10)) % 2 == 0)
    keep = RNG(0).random(len(users)) < 0.5
    users, items = users[keep], items[keep]
    log = pl.DataFrame(
        {
            "user_id": users.astype(str),
            "item_id": items.astype(str),
            "timestamp": MONDAY + 10 * HOUR * (users % 2),
        }
    )
    people = pl.DataFrame(
        {"user_id": [str(user) for user in range(60)], "group": ["ab"[u % 2] for u in range(60)]}
    )
    world = make_dataset("halves", log, users=people)
    for fields in (("group",), ("hour",)):
        made = FactorisationMachine(epochs=40, learning_rate=0.05, l2=1e-3, fields=fields)
        made.fit(world, rng=RNG(0))
        stranger = replace(Histories.empty(2, n_items=10), attributes=people[:2]).asked_at(MONDAY)
        evening = stranger.asked_at(MONDAY + 10 * HOUR)
        scores = np.stack([made.score(stranger)[0], made.score(evening)[1]])
        evens = scores[:, ::2].mean(axis=1) - scores[:, 1::2].mean(axis=1)
        assert evens[0] > 1
        assert evens[1] < -1


def test_a_field_that_is_not_asked_for_plays_no_part(world: Dataset) -> None:
    made = FactorisationMachine(epochs=2, fields=()).fit(world, rng=RNG(0))
    bare = replace(world.histories, attributes=None, context=None)
    np.testing.assert_array_equal(made.score(world.histories), made.score(bare))


def brute_force(form: FactorisationForm) -> NDArray[np.float64]:
    n = len(form.weights)
    masks = np.array(list(itertools.product([False, True], repeat=n)), dtype=bool)
    values = form.values(masks)
    places = masks @ (1 << np.arange(n)[::-1])
    value = np.empty(2**n)
    value[places] = values
    found = np.zeros(n)
    for player in range(n):
        without = masks[~masks[:, player]]
        sizes = without.sum(axis=1)
        rows = without @ (1 << np.arange(n)[::-1])
        gain = value[rows + (1 << (n - 1 - player))] - value[rows]
        weight = [math.factorial(s) * math.factorial(n - s - 1) / math.factorial(n) for s in sizes]
        found[player] = np.array(weight) @ gain
    return found


@given(seed=st.integers(0, 2**32), n=st.integers(1, 12), d=st.integers(1, 4))
def test_shapley_values_of_a_form_are_those_of_brute_force(seed: int, n: int, d: int) -> None:
    rng = RNG(seed)
    form = FactorisationForm(
        rng.normal(), rng.normal(size=n), rng.normal(size=(n, d)), rng.normal(size=(n, d))
    )
    np.testing.assert_allclose(shapley_values(form), brute_force(form), atol=1e-10)


def test_a_form_counts_each_pair_as_it_says() -> None:
    rng = RNG(3)
    x, w = rng.normal(size=(6, 3)), rng.normal(size=6)
    form = FactorisationForm(0.5, w, x / np.sqrt(2), x / np.sqrt(2))
    there = [0, 2, 5]
    pairs = sum(x[j] @ x[k] for j, k in itertools.combinations(there, 2))
    mask = np.isin(np.arange(6), there)[None]
    assert form.values(mask)[0] == pytest.approx(0.5 + w[there].sum() + pairs, abs=1e-12)
    known_form = w + 0.5 * ((x.sum(axis=0) - x) * x).sum(axis=1)
    np.testing.assert_allclose(shapley_values(form), known_form, atol=1e-12)


@pytest.mark.parametrize("target", [0, 4])
def test_the_form_of_the_history_is_what_the_model_says_of_every_part_of_it(
    world: Dataset, model: FactorisationMachine, target: int
) -> None:
    rng = RNG(target)
    history = world.histories.take([6])
    form = model.history_form(history, target)
    masks = rng.random((50, len(history.items))) < 0.5
    masks[0] = False
    copies = history.take(np.zeros(50, dtype=int)).keep(masks.ravel())
    np.testing.assert_allclose(form.values(masks), model.score(copies)[:, target], atol=1e-5)
    np.testing.assert_allclose(shapley_values(form), brute_force(form), atol=1e-10)


def test_the_form_of_attributes_is_what_the_model_says_without_them(
    world: Dataset, model: FactorisationMachine
) -> None:
    history = world.histories.take([6])
    assert history.attributes is not None
    players, form = model.attribute_form(history, 0)
    named = [name for name, _ in players]
    assert named == [
        "group", "born", "seat", "hour", "weekday", "recency", "history", "category", "category",
    ]  # fmt: skip
    assert players[-3:] == (
        ("history", str(len(history.items))), ("category", "Comedy"), ("category", "War"),
    )  # fmt: skip

    def value(*absent: str) -> float:
        return float(form.values(np.array([[name not in absent for name in named]]))[0])

    def said(asked: Histories, by: Recommender = model) -> float:
        return float(by.score(asked)[0, 0])

    nothing = Histories.empty(1, n_items=12)
    no_group = history.attributes.with_columns(pl.lit(None, dtype=pl.String).alias("group"))
    no_items = history.keep(np.zeros(len(history.items), dtype=bool))
    assert value() == pytest.approx(said(history), abs=1e-5)
    assert value("group") == pytest.approx(said(replace(history, attributes=no_group)), abs=1e-5)
    assert value("hour", "weekday", "recency") == pytest.approx(
        said(replace(history, context=None)), abs=1e-5
    )
    assert value("history") == pytest.approx(said(no_items), abs=1e-5)
    assert form.base == pytest.approx(said(nothing), abs=1e-5)
    np.testing.assert_allclose(shapley_values(form), brute_force(form), atol=1e-10)


def test_an_item_without_its_categories_is_its_own_vector_alone(
    world: Dataset, model: FactorisationMachine
) -> None:
    history = world.histories.take([6])
    players, form = model.attribute_form(history, 0)
    there = np.array([[name != "category" for name, _ in players]])
    codes = model.fields_.encode(history)[0]
    p = model.history_factors_[history.items].sum(axis=0) + model.value_factors_[codes].sum(axis=0)
    expected = model.biases_[0] + p @ model.item_factors_[0]
    assert form.values(there)[0] == pytest.approx(expected, abs=1e-10)


def test_both_explanations_add_up_to_the_score(world: Dataset, model: FactorisationMachine) -> None:
    assert isinstance(model, Factorised)
    history = world.histories.take([6])
    by_history = explain_by_factors(model, history, targets=[0, 4])
    by_attributes = explain_attributes(model, history, targets=[0, 4])
    scores = model.score(history)[0, [0, 4]]
    for one, score in zip([*by_history, *by_attributes], [*scores, *scores], strict=True):
        assert one.score == score
        assert one.base_value + one.contributions.sum() == pytest.approx(score, abs=1e-5)
    assert by_history[0].players.tolist() == history.items.tolist()
    assert by_history[0].evaluations == 1
