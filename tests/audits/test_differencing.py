"""What a reader may see as filters change, all of it held against each other by a solver.

The reader sees every grouping the pages offer (attributes, bands, crossings), one after another,
for lists before and after, the changes between them, the gaps of each, and the report with all of
it. For each measure she writes down one equation a number, and solves for the people no attribute
tells apart. No sum over a small set of people may be pinned down.
"""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from audits.analysis import analyse
from audits.changes import changes, group_changes
from audits.data import prepare
from audits.evaluation import evaluate
from audits.groups import MISSING
from audits.kernels.diversity import diversity_of_sums
from audits.meter import RoundMeter
from audits.partials import USER_METRICS
from audits.report import audit
from audits.results import DIFFERENCE, GAPS
from audits.settings import Settings
from audits.summary import summarise

OPTIONS = (
    "gender",
    "town",
    "age",
    "age[30]",
    "age[q4]",
    "activity",
    "gender*town",
    "town*activity",
)
MEASURES = ("ndcg", "intra_list_diversity", "miscalibration")
QUICK = Settings(resamples=20, permutations=20)


class World:
    """People in a few small corners, lists before and after; some have a list in only one."""

    def __init__(self, seed, *, n=70):
        rng = np.random.default_rng(seed)
        people = [f"u{row:03d}" for row in range(n)]
        items = [f"i{row}" for row in range(8)]
        self.items = pl.DataFrame(
            {
                "item_id": items,
                "categories": [[f"c{row % 3}"] if row % 4 else [] for row in range(8)],
            }
        )
        self.users = pl.DataFrame(
            {
                "user_id": people,
                "gender": rng.choice(["F", "M"], n, p=[0.7, 0.3]),
                "town": pl.Series(rng.choice(["A", "B", "C", "D"], n, p=[0.5, 0.3, 0.15, 0.05])),
                "age": rng.choice([18, 19, 30, 45, 46], n, p=[0.3, 0.06, 0.3, 0.3, 0.04]),
            }
        )
        had = [
            (who, item) for who in people for item in rng.permutation(items)[: rng.integers(1, 4)]
        ]
        later = [(who, item) for who in people for item in rng.permutation(items)[:2]]
        self.tables = {
            "interactions": pl.DataFrame(had, ["user_id", "item_id"], orient="row"),
            "held_out": pl.DataFrame(later, ["user_id", "item_id"], orient="row"),
            "users": self.users,
            "items": self.items,
        }
        self.before, self.after = (self._lists(rng, people, items) for _ in range(2))
        self.data = prepare(**self.tables)

    @staticmethod
    def _lists(rng, people, items):
        rows = [
            (who, item, rank)
            for who in people
            if rng.random() > 0.05
            for rank, item in enumerate(rng.permutation(items)[:3], start=1)
        ]
        return pl.DataFrame(rows, ["user_id", "item_id", "rank"], orient="row")

    def audits(self, by):
        """Return the two analyses a page makes where a reader compares by one grouping."""
        return tuple(
            analyse(
                self.data,
                evaluate(self.data, lists, k=3),
                by=(by,),
                together=OPTIONS,
                settings=QUICK,
            )
            for lists in (self.before, self.after)
        )


class Reader:
    """Equations about sums over atoms: people no offered grouping and no presence tells apart."""

    def __init__(self, world, measure):
        m = USER_METRICS.index(measure)
        self.groups = {by: world.data.groups(by) for by in OPTIONS}
        old, new = (
            evaluate(world.data, lists, k=3).partial.values[:, m]
            for lists in (world.before, world.after)
        )
        self.present = [~np.isnan(old), ~np.isnan(new)]
        codes = np.stack([g.codes for g in self.groups.values()] + self.present, axis=1)
        self.atoms, owner = np.unique(codes, axis=0, return_inverse=True)
        self.people = np.bincount(owner.ravel())
        self.equations, self.right = [], []
        # Unknowns: sums of the old values, then sums of the new ones, one an atom.
        self.size = 2 * len(self.atoms)

    def cell(self, by=None, group=None):
        """(A,) true for the atoms of a group; for everyone without one."""
        if by is None:
            return np.ones(len(self.atoms), dtype=bool)
        code = self.groups[by].names.index(group)
        return self.atoms[:, list(OPTIONS).index(by)] == code

    def has(self, time):
        """(A,) true for the atoms whose people have a value before (0) or after (1)."""
        return self.atoms[:, len(OPTIONS) + time].astype(bool)

    def over(self, cell, time, sign=1.0):
        row = np.zeros(self.size)
        row[time * len(self.atoms) : (time + 1) * len(self.atoms)] = sign * (cell & self.has(time))
        return row

    def note(self, rows, time):
        """Write down the means that are shown of one set of lists."""
        for row in rows:
            if row.group not in GAPS and row.value is not None:
                self._add(self.over(self.cell(row.by, row.group), time), row.n * row.value)

    def note_paired(self, n, mean):
        """Write down a mean change over whoever has both values, if that were shown."""
        both = self.has(0) & self.has(1)
        self._add(self.over(both, 1) + self.over(both, 0, -1), n * mean)

    def _add(self, equation, value):
        self.equations.append(equation)
        self.right.append(value)

    def width(self, target):
        """How far the range of a sum reaches; 0 = it is found out."""
        ends = []
        for sign in (1, -1):
            answer = linprog(
                sign * target,
                A_eq=np.array(self.equations),
                b_eq=np.array(self.right),
                bounds=(None, None),
            )
            if answer.status == 3:
                return np.inf
            assert answer.status == 0, answer.message
            ends.append(sign * answer.fun)
        return abs(ends[1] - ends[0])

    def small_sets(self):
        """Yield the groups of fewer than ten, and those who have a value in one of both alone."""
        for by, groups in self.groups.items():
            for group in groups.names:
                for time in (0, 1):
                    cell = self.cell(by, group) & self.has(time)
                    if 0 < cell @ self.people < 10:
                        yield self.over(cell, time)
        everyone = self.cell()
        for time in (0, 1):
            alone = everyone & self.has(time) & ~self.has(1 - time)
            if 0 < alone @ self.people < 10:
                yield self.over(alone, time)


def read(world, measure):
    """Click through everything, and write down what is shown of one measure.

    Changes and gaps are differences of what is written down already, as tests below hold.
    """
    reader = Reader(world, measure)
    for by in OPTIONS:
        old, new = world.audits(by)
        for time, analysis in enumerate((old, new)):
            rows = [row for row in summarise(analysis).results if row.metric == measure]
            reader.note(rows, time)
    return reader


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(MEASURES))
def test_no_click_path_gives_a_small_set_away(seed, measure):
    reader = read(World(seed), measure)
    targets = list(reader.small_sets())
    assert targets
    for target in targets:
        assert reader.width(target) > 1e-6


def test_the_attack_works_where_a_change_is_over_those_who_have_both():
    world = World(4)
    reader = Reader(world, "intra_list_diversity")
    old, new = world.audits("gender")
    for time, analysis in enumerate((old, new)):
        found = [r for r in summarise(analysis).results if r.metric == "intra_list_diversity"]
        reader.note(found, time)
    values = [
        a.evaluation.partial.values[:, USER_METRICS.index("intra_list_diversity")]
        for a in (old, new)
    ]
    moved = values[1] - values[0]
    n = int((~np.isnan(moved)).sum())
    alone = reader.over(reader.cell() & reader.has(1) & ~reader.has(0), 1) - reader.over(
        reader.cell() & reader.has(0) & ~reader.has(1), 0
    )
    assert reader.width(alone) > 1e-6
    reader.note_paired(n, np.nanmean(moved))
    assert reader.width(alone) < 1e-6


def test_a_change_is_the_difference_of_the_means_that_are_shown():
    world = World(2)
    old, new = world.audits("gender")
    shown = [
        {(r.metric, r.by, r.group): r for r in summarise(analysis).results}
        for analysis in (old, new)
    ]
    for row in [*changes(old, new), *group_changes(old, new)]:
        was, now = (table.get((row.metric, row.by, row.group)) for table in shown)
        if was is not None and row.value is not None:
            assert row.value == pytest.approx(now.value - was.value, abs=1e-9)
            assert row.n == min(was.n, now.n) or row.metric not in USER_METRICS


def test_a_report_withholds_what_the_pages_withhold_and_its_gaps_rest_on_nothing_else():
    world = World(3)
    report = audit(
        **world.tables,
        recommendations=world.after,
        before=world.before,
        k=3,
        by=("gender", "town", "age"),
        together=OPTIONS,
        settings=QUICK,
    )
    held = 0
    for by in ("gender", "town", "age"):
        old, new = (summarise(analysis).results for analysis in world.audits(by))
        shown = {(r.metric, r.by, r.group): r.value for r in new if r.by == by}
        kept = {(r.metric, r.by, r.group): r.value for r in report.results if r.by == by}
        assert {key: kept[key] for key in shown} == shown
        gaps = [
            {r.metric: r.value for r in rows if (r.by, r.group) == (by, DIFFERENCE)}
            for rows in (old, new)
        ]
        moved = {r.metric: r.value for r in report.changes if (r.by, r.group) == (by, DIFFERENCE)}
        held += len(moved)
        for metric, value in moved.items():
            assert value == pytest.approx(gaps[1][metric] - gaps[0][metric], abs=1e-12)
        for (metric, _, group), value in shown.items():
            if group == DIFFERENCE and value is not None:
                means = [
                    v
                    for (m, _, g), v in shown.items()
                    if m == metric and g not in (*GAPS, MISSING) and v is not None
                ]
                assert value == pytest.approx(max(means) - min(means), abs=1e-12)
    assert held


def test_rounds_of_a_loop_withhold_a_measure_few_have_and_count_all_attributes_together():
    world = World(1)
    people = world.users.with_columns(
        half=pl.when(pl.int_range(pl.len()) < 40).then(pl.lit("x")).otherwise(pl.lit("y")),
        other=pl.when(pl.int_range(pl.len()) < 43).then(pl.lit("x")).otherwise(pl.lit("y")),
    ).select("user_id", "half", "other")
    start = world.tables["interactions"]
    meter = RoundMeter(world.data, people, start=start, by=("half", "other"))
    # Four of the first forty choose something; of the others everyone does.
    rows = [
        (who, item, row > 3 and row < 40)
        for row, who in enumerate(people["user_id"])
        for item in ("i1", "i2")
    ]
    feedback = pl.DataFrame(rows, ["user_id", "item_id", "idle"], orient="row").select(
        "user_id", "item_id", clicked=~pl.col("idle")
    )
    found = {(by, group, name): (value, n) for by, group, name, value, n in meter.add(feedback)}
    # Halves differ by three people: at most one of the two attributes is shown.
    shown = {by for by, _, _ in found if by is not None}
    assert len(shown) == 1
    (by,) = shown
    for name in ("intra_user_diversity", "chosen_popularity"):
        for group in ("x", "y"):
            value, n = found.get((by, group, name), (None, 0))
            assert n == 0 or n >= 10, (name, group, n)
    assert np.isnan(diversity_of_sums(np.zeros((1, 2)), np.array([0]))).all()
