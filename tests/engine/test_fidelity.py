"""Fidelity: known orders of known models give known figures; no reason is told apart."""

import numpy as np
import pytest
from scipy.stats import rankdata

from engine.errors import CapabilityError, OptionError, UnknownNameError
from engine.explanations.baselines import Background, Task
from engine.explanations.checks import Scorer
from engine.explanations.fidelity import Fidelity, Meter, find_tasks, measure_fidelity
from engine.explanations.fidelity_comparison import differences, summary
from engine.explanations.fidelity_cuts import (
    PROTOCOLS,
    cut_masks,
    eleven_cuts,
    one_to_five,
    outputs_of,
    share_sizes,
    stand,
)
from engine.explanations.fidelity_quantities import BETTER, cf_quantities, listed_gains
from engine.explanations.fidelity_sanity import SANITY, check_sanity, shuffle_weights
from engine.explanations.orderings import ORDERINGS, order_history
from engine.explanations.question import Effort
from engine.histories import Histories
from engine.models.base import Capabilities, LinearRecommender
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
N_ITEMS = 20


class Ladder(LinearRecommender):
    """Item j of ten gives item 10 a weight of j + 1; item 11 has a base value and nothing else.

    For the whole history item 10 has 55 and item 11 has 20.5; all others have less than 0.
    """

    name = "ladder"

    def __init__(self) -> None:
        self.table_ = np.zeros((N_ITEMS, N_ITEMS))
        self.table_[:10, 10] = np.arange(1, 11)
        self.base = np.full(N_ITEMS, -1.0)
        self.base[10], self.base[11] = 0.0, 20.5
        self.n_items_ = N_ITEMS

    def _fit(self, dataset, *, rng): ...

    def _score(self, histories):
        return (self.base + histories.seen() @ self.table_).astype(np.float32)

    def inputs(self, weights):
        return np.ones_like(weights)

    def coefficients(self, target):
        return self.table_[:, target]

    def base_value(self, target):
        return float(self.base[target])


class Chance(Ladder):
    capabilities = Capabilities(linear_in_history=True, chance="sigmoid")


HISTORY = Histories.from_lists([list(range(10))], n_items=N_ITEMS)
WORLD = worlds.dataset_from((RNG(4).random((30, N_ITEMS)) < 0.4).astype(float))
BACKGROUND = Background.of(WORLD)


def measured(model, methods, protocol="lxr", histories=HISTORY, seed=1) -> Fidelity:
    return measure_fidelity(
        model,
        histories,
        background=BACKGROUND,
        methods=methods,
        protocol=protocol,
        rng=RNG(seed),
    )


def task_of(model=None, items=(0, 3, 5, 9)) -> Task:
    history = Histories.from_lists([list(items)], n_items=N_ITEMS)
    return Task(model or Ladder(), history, 10, (11, 12, 13, 14), BACKGROUND)


def test_cuts_are_those_of_the_protocols() -> None:
    assert [len(PROTOCOLS[name](57)) for name in ("lxr", "refined", "cfexprec")] == [11, 5, 10]
    for n in (1, 7, 10, 57, 200):
        bins = [len(part) for part in np.array_split(np.arange(n), 10)]
        assert eleven_cuts(n).tolist() == [0, *np.cumsum(bins)]
        assert one_to_five(n).tolist() == [min(k, n) for k in range(1, 6)]
        assert (share_sizes(n) >= 1).all()
    assert share_sizes(100).tolist() == [1, 5, 10, 20, 50]


def test_the_right_order_has_the_figures_known_by_hand() -> None:
    """Ten items of ten bins: after k cuts the ten largest weights are gone one by one."""
    one = measured(Ladder(), ("exact",))
    left = 55 - np.cumsum([0, *range(10, 0, -1)])  # 55, 45, 36, 28, 21, 15, 10, 6, 3, 1, 0
    assert one.of("exact", "del")[0] == pytest.approx(left.mean())
    kept = np.cumsum([0, *range(10, 0, -1)])
    assert one.of("exact", "ins")[0] == pytest.approx(kept.mean())
    # Item 11 overtakes below 20.5: after the fifth cut, so ranks are 1 five times, then 2.
    assert one.of("exact", "pos@1")[0] == pytest.approx(5 / 11)
    assert one.of("exact", "pos@5")[0] == 1
    assert one.of("exact", "cdcg")[0] == pytest.approx((5 + 6 / np.log2(3)) / 11)
    # From the last: 55, 54, 52, 49, 45, 40, 34, 27 and 19 below 20.5.
    assert one.of("exact", "neg@5")[0] == 1
    assert one.of("exact", "comprehensiveness")[0] == pytest.approx(np.mean([10, 10, 10, 19, 40]))
    assert one.of("exact", "sufficiency")[0] == pytest.approx(np.mean([45, 45, 45, 36, 15]))
    assert one.of("exact", "evaluations")[0] == 1
    assert one.of("exact", "additivity_error")[0] < 1e-6
    assert np.isnan(one.of("exact", "del_share")[0])


def test_the_refined_cuts_take_one_to_five_items() -> None:
    one = measured(Ladder(), ("exact",), "refined")
    assert one.of("exact", "del")[0] == pytest.approx(np.mean([45, 36, 28, 21, 15]))
    assert one.of("exact", "pos@1")[0] == pytest.approx(4 / 5)
    assert one.of("exact", "ins")[0] == pytest.approx(np.mean([10, 19, 27, 34, 40]))


def test_quantities_of_cfexprec_by_hand() -> None:
    found = cf_quantities(
        np.array([[1, 2, 4, 9], [1, 1, 1, 4], [9, 9, 9, 9]]),
        np.array([1, 2, 4, 4, 9]),
        {3: (0.5, 0.25), 5: (1.0, 1.0)},
    )
    assert (found["pos-p@3"], found["neg-p@3"], found["pos-p@5"]) == (0.5, 0.75, 0.75)
    assert (found["perturbed@3"], found["perturbed@5"]) == (3, 5)
    assert (found["pn-s@3"], found["pn-s-list@3"], found["pn-r@3"]) == (1, 0.5, 0.25)
    never = cf_quantities(np.ones((3, 4), int), np.ones(4, int), {3: (0, 0), 5: (0, 0)})
    assert (never["pn-s@3"], never["pos-p@3"]) == (0, 1)
    assert np.isnan(never["perturbed@3"])
    assert listed_gains(np.array([1, 2, 3]), np.array([1, 2, 3])) == (0, 0)
    assert listed_gains(np.array([1, 2, 3]), np.array([4, 5, 6])) == (1, 1)
    first = listed_gains(np.array([1, 2]), np.array([3, 1]))
    assert first == pytest.approx((0.5, 1 / (1 + 1 / np.log2(3))))


def test_the_smallest_removal_is_found_on_the_way_down() -> None:
    """Six others have 20.5: item 10 leaves the first five once it has less."""

    class Crowd(Ladder):
        def __init__(self) -> None:
            super().__init__()
            self.base[11:17] = 20.5

    one = measured(Crowd(), ("exact", "random"), "cfexprec")
    # 45, 36, 28, 21 and 15: the fifth item makes it less, and six are before it.
    assert one.of("exact", "perturbed@5")[0] == 5
    assert one.of("exact", "pn-s@5")[0] == 1
    assert one.of("exact", "pos-p@5")[0] == pytest.approx(4 / 10)
    # The list of five had item 10 and four of the six; the fifth of them takes its place.
    assert one.of("exact", "pn-s-list@5")[0] == pytest.approx(1 / 5)
    assert one.of("random", "perturbed@5")[0] >= 5


def test_a_reversed_order_is_worse_and_a_drawn_one_between() -> None:
    class Turned(Ladder):
        """Says the opposite of what it does."""

        def coefficients(self, target):
            return -super().coefficients(target)

    straight, turned = (measured(model, ("exact",)) for model in (Ladder(), Turned()))
    people = Histories.from_lists([list(range(10))] * 40, n_items=N_ITEMS)
    floor = measured(Ladder(), ("random",), histories=people)
    for name in ("del", "ins", "pos@1", "cdcg", "comprehensiveness", "sufficiency"):
        sign = BETTER[name]
        best, worst = (sign * one.of("exact", name)[0] for one in (straight, turned))
        assert best > sign * floor.of("random", name).mean() > worst


def test_items_of_the_whole_history_never_enter_the_ranking() -> None:
    class Jealous(Ladder):
        """An item that is gone would come first itself."""

        def _score(self, histories):
            return super()._score(histories) + 100 * (~histories.seen()) * (
                np.arange(N_ITEMS) < 10
            ).astype(np.float32)

    found = stand(Jealous(), HISTORY, 10, np.tril(np.ones((10, 10), dtype=bool)))
    assert found.ranks.max() <= 2


def test_ranks_and_outputs_are_those_of_one_history_after_another() -> None:
    model = make_model("mult-vae").fit(WORLD, rng=RNG(0))
    history = WORLD.histories.take([3])
    target = int(np.flatnonzero(~history.seen()[0])[2])
    masks = RNG(1).random((30, len(history.items))) < 0.5
    found = stand(model, history, target, np.concatenate([masks, masks[:4]]))
    for place, mask in enumerate(masks):
        scores = model.score(history.keep(mask))[0].astype(float)
        free = ~history.seen()[0]
        assert found.ranks[place] == rankdata(-scores[free], "min")[(free.cumsum() - 1)[target]]
        chance = np.exp(scores[target]) / np.exp(scores).sum()
        assert found.outputs[place] == pytest.approx(chance)
        assert found.scores[place] == pytest.approx(scores[target], abs=1e-6)
    assert found.ranks[30:].tolist() == found.ranks[:4].tolist()


def test_outputs_are_what_the_model_declares() -> None:
    scores = np.array([[0.0, 1.0, -2.0]])
    rows = np.array([1])
    assert outputs_of(Ladder(), scores, rows)[0, 0] == 1
    assert outputs_of(Chance(), scores, rows)[0, 0] == pytest.approx(1 / (1 + np.exp(-1)))
    one = measured(Chance(), ("exact",))
    assert 0 < one.of("exact", "del")[0] < 1
    assert one.of("exact", "del_share")[0] == pytest.approx(one.of("exact", "del")[0], rel=1e-6)


def test_the_meter_counts_rows_and_leaves_the_model_alone() -> None:
    model = Ladder()
    meter = Meter(model)
    meter.model.score(HISTORY.take([0, 0, 0]))
    model.score(HISTORY)
    assert meter.rows == 3
    assert isinstance(meter.model, Ladder)
    assert "score" not in vars(model)


@pytest.mark.parametrize("name", [n for n in ORDERINGS if n != "enumeration"])
def test_every_ordering_is_counted_and_has_every_measure(name: str) -> None:
    model = Scorer(RNG(2).integers(-3, 4, size=(N_ITEMS, N_ITEMS)).astype(float), joint=0)
    if name == "exact":
        model = Ladder()
    rows = WORLD.histories.take([0, 1])
    for protocol in PROTOCOLS:
        one = measured(model, (name,), protocol, histories=rows)
        assert one.values.shape == (1, 2, len(one.measures))
        assert set(one.measures) <= set(BETTER)
        known = one.of(name, "evaluations")
        assert (known == 0).all() == (name in ("random", "jaccard", "cosine"))


def test_one_method_more_changes_no_others_figures() -> None:
    rows = WORLD.histories.take([0, 1, 2])
    model = Scorer(RNG(2).integers(-3, 4, size=(N_ITEMS, N_ITEMS)).astype(float))
    alone = measured(model, ("permutation@4",), histories=rows)
    both = measured(model, ("random", "permutation@4"), histories=rows)
    for name in alone.measures:
        if name != "seconds":
            np.testing.assert_array_equal(
                alone.of("permutation@4", name), both.of("permutation@4", name)
            )


def test_a_rate_sets_the_evaluations_of_a_sampled_method() -> None:
    model = Scorer(RNG(2).integers(-3, 4, size=(N_ITEMS, N_ITEMS)).astype(float))
    task = task_of(model, items=range(10))
    few, many = (
        order_history(f"permutation@{rate}", task, rng=RNG(0)).explanation for rate in (4, 40)
    )
    assert few is not None
    assert many is not None
    assert few.evaluations <= 4 * 11
    assert 10 * 11 < many.evaluations <= 40 * 11


def test_ties_are_broken_by_a_draw() -> None:
    class Flat(Ladder):
        def coefficients(self, target):
            return np.zeros(N_ITEMS)

    orders = {
        tuple(order_history("exact", task_of(Flat()), rng=RNG(seed)).order.tolist())
        for seed in range(20)
    }
    assert len(orders) > 5


def test_paired_intervals_see_what_unpaired_ones_hide() -> None:
    """Method b is 0.1 above a for everyone, while people differ by far more."""
    a = RNG(0).normal(scale=5, size=50)
    values = np.stack([a, a + 0.1, a + RNG(1).normal(scale=5, size=50)])[:, :, None]
    one = Fidelity(("a", "b", "c"), ("del",), values)
    apart = differences(one, "a", rng=RNG(0)).to_dicts()
    assert apart[0]["value"] == pytest.approx(0.1)
    assert apart[0]["low"] == pytest.approx(0.1)
    assert [row["verdict"] for row in apart] == ["worse", "unclear"]
    means = summary(one, rng=RNG(0)).to_dicts()
    assert means[0]["low"] < means[1]["value"] < means[0]["high"]
    assert [row["n"] for row in means] == [50] * 3


def test_intervals_cover_a_known_mean() -> None:
    inside = []
    for seed in range(200):
        values = RNG(seed).exponential(size=(1, 60, 1))
        row = summary(Fidelity(("a",), ("del",), values), rng=RNG(seed)).row(0, named=True)
        inside.append(row["low"] <= 1 <= row["high"])
    assert 0.88 <= np.mean(inside) <= 0.985


def test_who_has_no_value_is_left_out_and_nobody_is_told() -> None:
    values = np.array([[[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]]])
    rows = summary(Fidelity(("a",), ("del", "gini"), values), rng=RNG(0)).to_dicts()
    assert (rows[0]["n"], rows[0]["value"]) == (2, 2.0)
    assert (rows[1]["n"], rows[1]["value"], rows[1]["low"]) == (0, None, None)


def test_exact_beats_chance_on_a_model_that_learned() -> None:
    model = make_model("ease").fit(WORLD, rng=RNG(0))
    one = measured(model, ("exact", "random"), histories=WORLD.histories)
    apart = {row["measure"]: row for row in differences(one, "exact", rng=RNG(0)).to_dicts()}
    for name in ("del", "ins", "cdcg", "comprehensiveness", "sufficiency"):
        assert apart[name]["verdict"] == "worse"


def sanity(model, methods, people=6):
    found = check_sanity(
        model,
        WORLD.histories.take(np.arange(people)),
        background=BACKGROUND,
        methods=methods,
        rng=RNG(0),
    )
    assert found.measures == tuple(SANITY)
    return found


def test_sanity_knows_what_is_steady_and_what_looks_at_the_model() -> None:
    model = make_model("ease").fit(WORLD, rng=RNG(0))
    found = sanity(model, ("exact", "random", "cosine"), people=15)
    for name in ("seed_jaccard@5", "seed_kendall", "dropped_jaccard@5", "dropped_kendall"):
        np.testing.assert_allclose(found.of("exact", name), 1)
    assert found.of("random", "seed_kendall").mean() < 0.3
    np.testing.assert_allclose(found.of("cosine", "randomised_spearman"), 1)
    assert np.nanmean(found.of("exact", "randomised_spearman")) < 0.7


@pytest.mark.parametrize(
    "name",
    ["ease", "item-knn", "als", "user-knn", "mult-vae", "sasrec", "logistic-mf", "hybrid"],
)
def test_shuffled_weights_score_otherwise_and_the_model_stays(name: str) -> None:
    model = make_model(name).fit(WORLD, rng=RNG(0))
    before = model.score(WORLD.histories)
    shuffled = shuffle_weights(model, rng=RNG(1)).score(WORLD.histories)
    assert np.abs(shuffled - before).max() > 1e-4 * np.abs(before).max()
    np.testing.assert_array_equal(model.score(WORLD.histories), before)


def test_a_model_without_weights_is_not_shuffled() -> None:
    model = make_model("popularity").fit(WORLD, rng=RNG(0))
    with pytest.raises(CapabilityError, match="no weights"):
        shuffle_weights(model, rng=RNG(0))
    assert np.isnan(sanity(model, ("auto",)).of("auto", "randomised_spearman")).all()


@pytest.mark.parametrize(
    ("methods", "protocol", "kind", "words"),
    [
        (("foo",), "lxr", UnknownNameError, "no ordering foo"),
        (("margin:cosine",), "lxr", UnknownNameError, "no ordering margin:cosine"),
        (("permutation@x",), "lxr", OptionError, "'x' evaluations a player"),
        ((), "lxr", OptionError, "give one or more"),
        (("auto", "auto"), "lxr", OptionError, "each once"),
        (("auto",), "other", UnknownNameError, "no protocol other"),
    ],
)
def test_what_cannot_be_asked_is_told(methods, protocol, kind, words) -> None:
    with pytest.raises(kind, match=words):
        measured(Ladder(), methods, protocol)


def test_nobody_to_explain_is_told() -> None:
    nobody = Histories.empty(3, n_items=N_ITEMS)
    with pytest.raises(OptionError, match="nobody has a history"):
        find_tasks(Ladder(), nobody, BACKGROUND, effort=Effort())
    with pytest.raises(UnknownNameError, match="reference x"):
        differences(measured(Ladder(), ("exact",)), "x", rng=RNG(0))
    with pytest.raises(OptionError, match="1 seeds says nothing"):
        check_sanity(
            Ladder(), HISTORY, background=BACKGROUND, methods=("exact",), rng=RNG(0), seeds=1
        )


def test_masks_leave_what_they_say() -> None:
    without_first, without_last, alone = cut_masks(np.array([2, 0, 1]), np.array([0, 1, 3]))
    assert without_first.sum(axis=1).tolist() == [3, 2, 0]
    assert without_last.sum(axis=1).tolist() == [3, 2, 0]
    assert alone.sum(axis=1).tolist() == [0, 1, 3]
