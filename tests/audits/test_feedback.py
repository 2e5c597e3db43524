"""Rounds and effects: hand-made answers, and intervals that keep their word."""

from functools import partial

import numpy as np
import polars as pl
import pytest
from scipy import stats

from audits.data import AuditData, prepare
from audits.effects import dose_response, effects, group_gaps, trends, with_regret
from audits.feedback import MEASURES, measure_rounds
from engine.dataset import Dataset, make_dataset
from engine.errors import TableError, UnknownNameError
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.registry import find_policy
from engine.simulation.arms import Arm, compare, rate_arms
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour

ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "categories": [["x"], ["y"], ["x"], ["x", "y"]],
    }
)


def known(train: list[tuple[str, str]], *, items: pl.DataFrame | None = ITEMS) -> AuditData:
    """Audit data of a small log; the held-out part plays no role here."""
    log = pl.DataFrame(train, schema=["user_id", "item_id"], orient="row")
    return prepare(interactions=log, held_out=log, items=items)


def table(*rows: tuple[str, str, int, bool], arm: str = "one", seed: int = 1) -> pl.DataFrame:
    columns = ["user_id", "item_id", "round", "clicked"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        arm=pl.lit(arm), rate=pl.lit(0.0), seed=pl.lit(seed, dtype=pl.Int64)
    )


FEEDBACK = table(
    ("u", "a", 1, True),
    ("u", "b", 1, False),
    ("v", "a", 1, True),
    ("v", "b", 1, True),
    ("u", "b", 2, True),
    ("u", "c", 2, False),
    ("v", "c", 2, False),
    ("v", "d", 2, False),
)
LOG = [("u", "d"), ("w", "a"), ("w", "d"), ("x", "d")]


@pytest.mark.parametrize(
    ("index", "measure", "value", "n"),
    [
        (1, "intra_user_diversity", 1.0, 1),
        (2, "intra_user_diversity", 1.0, 2),
        (1, "homogenisation", 0.5, 1),
        (2, "homogenisation", 1.0, 1),
        (1, "category_entropy", 0.5, 2),
        (2, "category_entropy", 1.0, 2),
        (1, "majority_category_share", 0.75, 2),
        (2, "majority_category_share", 0.5, 2),
        (1, "gini", 0.5, 4),
        (2, "gini", 0.375, 4),
        (1, "arp", 0.5, 2),
        (2, "arp", 0.75, 2),
        (1, "choices", 1.5, 2),
        (2, "choices", 0.5, 2),
        (1, "coverage", 0.5, 4),
        (2, "coverage", 0.75, 4),
        (1, "chosen_popularity", 0.75, 2),
        (2, "chosen_popularity", 0.0, 1),
        (2, "likeness", 1.0, 2),
        (2, "recent_diversity", 1.0, 2),
        (2, "present", 1.0, 2),
        (2, "discoverable_corpus", 0.0, 4),
    ],
)
def test_each_measure_of_each_round(index: int, measure: str, value: float, n: int) -> None:
    rows = measure_rounds(FEEDBACK, known(LOG))
    row = rows.filter((pl.col("round") == index) & (pl.col("measure") == measure))

    assert row.select("arm", "rate", "seed").row(0) == ("one", 0.0, 1)
    assert row["value"].item() == pytest.approx(value, abs=1e-12)
    assert row["n"].item() == n


def test_the_order_of_rows_does_not_matter() -> None:
    data = known(LOG)

    shuffled = FEEDBACK[[2, 4, 0, 7, 3, 1, 6, 5]]
    assert measure_rounds(shuffled, data).equals(measure_rounds(FEEDBACK, data))


def test_runs_do_not_mix() -> None:
    other = FEEDBACK.with_columns(arm=pl.lit("two"), clicked=~pl.col("clicked"))
    data = known(LOG)
    both = measure_rounds(pl.concat([FEEDBACK, other]), data)

    assert both.height == 2 * 2 * (len(MEASURES) - 1)
    assert both.filter(pl.col("arm") == "one").equals(measure_rounds(FEEDBACK, data))


def test_what_nobody_chose_is_missing() -> None:
    rows = measure_rounds(FEEDBACK.with_columns(clicked=pl.lit(False)), known(LOG))
    missing = rows.filter(pl.col("value").is_null())

    there = {"gini", "arp", "choices", "coverage", "present", "discoverable_corpus", "utility"}
    assert set(missing["measure"]) == set(MEASURES) - there
    assert (missing["n"] == 0).all()


def test_a_catalogue_without_categories_has_no_category_measures() -> None:
    rows = measure_rounds(FEEDBACK, known(LOG, items=ITEMS.drop("categories")))
    missing = rows.filter(pl.col("value").is_null())

    assert set(missing["measure"]) == {
        *("intra_user_diversity", "recent_diversity", "category_entropy"),
        *("majority_category_share", "profile_drift", "choice_drift"),
    }


def test_foreign_tables_are_refused() -> None:
    with pytest.raises(TableError, match="lacks the column\\(s\\) clicked, seed"):
        measure_rounds(FEEDBACK.drop("clicked", "seed"), known(LOG))
    with pytest.raises(TableError, match="item z, which is not in the catalogue"):
        measure_rounds(table(("u", "z", 1, True)), known(LOG))


def measured(values: dict[str, list[float | None]]) -> pl.DataFrame:
    """One measure and round: a list of values by seed for each arm."""
    rows = [
        (arm, seed, 1, "gini", value)
        for arm, by_seed in values.items()
        for seed, value in enumerate(by_seed)
    ]
    columns = {"arm": pl.String, "seed": pl.Int64, "round": pl.Int64, "measure": pl.String}
    frame = pl.DataFrame(rows, schema={**columns, "value": pl.Float64}, orient="row")
    nobody = pl.lit(None, dtype=pl.String)
    return frame.with_columns(by=nobody, group=nobody, rate=pl.lit(0.0), n=pl.lit(9))


def test_an_effect_is_the_mean_paired_difference_with_a_t_interval() -> None:
    reference, other = [0.3, 0.9, 0.5, 0.1], [0.4, 0.8, 0.9, 0.4]
    row = effects(measured({"r": reference, "o": other}), reference_arm="r").row(0, named=True)
    expected = stats.ttest_rel(other, reference).confidence_interval(0.95)

    assert (row["measure"], row["arm"], row["reference"]) == ("gini", "o", "r")
    assert (row["round"], row["by"], row["group"], row["note"]) == (1, None, None, None)
    assert row["n"] == 4
    assert row["value"] == pytest.approx(0.175)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_seeds_without_a_value_in_both_arms_are_left_out() -> None:
    values = measured({"r": [0.1, None, 0.3, 0.2], "o": [0.2, 0.5, None, 0.4]})
    row = effects(values, reference_arm="r").row(0, named=True)

    assert (row["n"], row["value"]) == (2, pytest.approx(0.15))


@pytest.mark.parametrize(
    ("other", "n", "value", "note"),
    [([0.4, None], 1, 0.1, "one seed"), ([None, None], 0, None, "no seed")],
)
def test_without_two_seeds_there_is_a_reason_in_place_of_an_interval(
    other: list[float | None], n: int, value: float | None, note: str
) -> None:
    values = measured({"r": [0.3, 0.9], "o": other})
    row = effects(values, reference_arm="r").row(0, named=True)

    assert (row["n"], row["value"]) == (n, pytest.approx(value) if value else None)
    assert row["low"] is row["high"] is None
    assert row["note"].startswith(note)


def test_an_unknown_reference_is_named() -> None:
    with pytest.raises(UnknownNameError, match="no arm z to refer to; the arms are r, o"):
        effects(measured({"r": [0.1], "o": [0.2]}), reference_arm="z")


def grouped(values: dict[str, float], *, arm: str = "one", measure: str = "gini") -> pl.DataFrame:
    """One measure of two groups in one world and round."""
    rows = [(arm, 0.0, 1, 1, "sex", group, measure, value, 9) for group, value in values.items()]
    return pl.DataFrame(rows, schema=measure_rounds(FEEDBACK, known(LOG)).schema, orient="row")


def test_groups_are_measured_as_if_they_were_alone() -> None:
    people = [f"p{person}" for person in range(40)]
    sexes = ["F"] * 12 + ["M"] * 22 + [None] * 6
    rng = np.random.default_rng(3)
    feedback = table(*((p, str(rng.choice(list("abcd"))), 1, True) for p in people))
    crowd = pl.DataFrame({"user_id": people, "sex": sexes})
    data = known(LOG)
    rows = measure_rounds(feedback, data, people=crowd, by=("sex",))

    # Six who did not state it are too few to show, and the twelve would give them away.
    assert set(rows["group"].drop_nulls()) == {"M"}
    men = feedback.filter(pl.col("user_id").is_in(people[12:34]))
    alone = measure_rounds(men, data).filter(pl.col("measure") != "discoverable_corpus")
    told = rows.filter(pl.col("group") == "M").select("measure", "value", "n")
    assert told.equals(alone.select("measure", "value", "n"))


def test_a_gap_is_the_first_group_minus_the_second() -> None:
    gaps = group_gaps(grouped({"F": 0.7, "M": 0.4, "(missing)": 9.0}))
    assert gaps.select("by", "group").row(0) == ("sex", "F - M")
    assert gaps["value"].item() == pytest.approx(0.3)
    assert group_gaps(grouped({"F": 0.7, "M": 0.4, "X": 0.1})).is_empty()


def test_drift_is_measured_from_what_people_had() -> None:
    start = pl.DataFrame({"user_id": ["u", "v"], "item_id": ["a", "b"]})
    rows = measure_rounds(FEEDBACK, known(LOG), start=start)
    first = rows.filter((pl.col("round") == 1) & (pl.col("measure") == "choice_drift"))

    # u had x and chose x; v had y and chose x and y: KL = ln(1 / (0.99 / 2 + 0.01)).
    assert first["value"].item() == pytest.approx(np.log(1 / 0.505) / 2)


def test_utility_is_the_appeal_of_what_was_taken() -> None:
    feedback = FEEDBACK.with_columns(utility=pl.lit(np.log(2.0)))
    rows = measure_rounds(feedback, known(LOG)).filter(pl.col("measure") == "utility")
    assert rows["value"].to_list() == pytest.approx([3.0, 1.0])


def test_regret_is_what_the_oracle_was_ahead_so_far() -> None:
    def run(arm: str, values: list[float]) -> pl.DataFrame:
        one = measured({arm: [0.0]}).with_columns(measure=pl.lit("utility"))
        return pl.concat(
            one.with_columns(round=pl.lit(index + 1, dtype=pl.Int64), value=pl.lit(value))
            for index, value in enumerate(values)
        )

    both = pl.concat([run("oracle", [2.0, 1.0]), run("one", [1.0, 1.5])])
    regret = with_regret(both).filter(pl.col("measure") == "regret")
    assert regret.filter(pl.col("arm") == "one")["value"].to_list() == [1.0, 0.5]
    assert regret.filter(pl.col("arm") == "oracle")["value"].to_list() == [0.0, 0.0]
    assert with_regret(run("one", [1.0])).height == 1


def test_a_trend_is_last_minus_first_and_a_slope_is_change_by_rate() -> None:
    def at(index: int, step: float) -> pl.DataFrame:
        rates = {"r0": [1 + step, 2 + step], "r1": [3.0, 4.5], "r2": [5.0, 7.0]}
        return measured({arm: list(values) for arm, values in rates.items()}).with_columns(
            round=pl.lit(index, dtype=pl.Int64)
        )

    both = pl.concat([at(1, 0.0), at(2, 0.5), at(3, 0.75)])
    moved = trends(both).filter(pl.col("arm") == "r0")
    assert moved.select("value", "n").row(0) == (0.75, 2)
    assert trends(both, since=2).filter(pl.col("arm") == "r0")["value"].item() == 0.25

    slopes = dose_response(at(1, 0.0), arms={"r0": 0.0, "r1": 0.5, "r2": 1.0})
    assert slopes["value"].item() == pytest.approx((4.0 + 5.0) / 2)


class Shuffled(Recommender):
    """One order of the catalogue for everyone, drawn anew in each world: knows nothing."""

    name = "shuffled"

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.scores_ = rng.random(dataset.n_items).astype(np.float32)

    def _score(self, histories: object) -> np.ndarray:
        return np.tile(self.scores_, (PEOPLE, 1))


PEOPLE, THINGS = 12, 24


def indifferent(*, rng: np.random.Generator) -> Tastes:
    return Tastes.from_utilities(np.zeros((PEOPLE, THINGS)))


def null_world() -> Dataset:
    """People without histories, and items of three categories."""
    people = [str(person) for person in range(PEOPLE)]
    things = [str(thing) for thing in range(THINGS)]
    return make_dataset(
        "null",
        pl.DataFrame({"user_id": people, "item_id": ["0"] * PEOPLE}),
        items=pl.DataFrame({"item_id": things, "categories": [["x"], ["y"], ["z"]] * 8}),
    )


def test_intervals_of_a_world_without_effects_cover_0_as_often_as_they_say() -> None:
    """Scores and choices know nothing of categories, so no rate can change the mix on average."""
    worlds, seeds = 60, 5
    start = null_world()
    feedback = pl.concat(
        compare(
            start,
            rate_arms(find_policy("epsilon-greedy"), [0, 0.7]),
            model=Shuffled(),
            tastes=indifferent,
            seeds=range(worlds * seeds),
            settings=LoopSettings(
                rounds=2, n=4, refit_every=2, behaviour=UserBehaviour(outside=1.0)
            ),
        )
    )
    data = prepare(interactions=start.interactions, held_out=start.interactions, items=start.items)
    last = measure_rounds(feedback, data).filter(
        (pl.col("round") == 2) & (pl.col("measure") == "category_entropy")
    )
    intervals = [
        effects(part, reference_arm="rate 0").row(0, named=True)
        for _, part in last.group_by(pl.col("seed") // seeds)
    ]
    covered = sum(row["low"] <= 0 <= row["high"] for row in intervals)

    assert len(intervals) == worlds
    assert stats.binomtest(covered, worlds, 0.95).pvalue > 0.001


def test_most_popular_lists_gather_what_is_chosen() -> None:
    """With short lists and a large catalogue, choices concentrate; random lists do not do that."""
    rng = np.random.default_rng(1)
    users, items = np.nonzero(rng.random((60, 80)) < 0.1)
    start = make_dataset(
        "even", pl.DataFrame({"user_id": users.astype(str), "item_id": items.astype(str)})
    )
    feedback = pl.concat(
        compare(
            start,
            [
                Arm("most popular", find_policy("greedy")),
                Arm("random", find_policy("epsilon-greedy"), 1),
            ],
            model=make_model("popularity"),
            tastes=partial(_like_everything, shape=(start.n_users, start.n_items)),
            seeds=range(3),
            settings=LoopSettings(rounds=5, n=3),
        )
    )
    logged = start.interactions.select("user_id", "item_id")
    gained = {}
    for (arm, seed), run in feedback.filter(pl.col("clicked")).group_by("arm", "seed"):
        grown = pl.concat([logged, run.select("user_id", "item_id")])
        gained[arm, seed] = _gini(grown["item_id"]) - _gini(logged["item_id"])

    assert all(gained["most popular", seed] > 0.1 for seed in range(3))
    assert all(abs(gained["random", seed]) < 0.05 for seed in range(3))


def _like_everything(*, rng: np.random.Generator, shape: tuple[int, int]) -> Tastes:
    return Tastes.from_utilities(np.zeros(shape))


def _gini(item_ids: pl.Series) -> float:
    """Half the relative mean difference, written from its definition; every item occurs."""
    counts = item_ids.value_counts()["count"].to_numpy().astype(float)
    return float(abs(counts[:, None] - counts).mean() / (2 * counts.mean()))
