"""Fronts and rules on settings whose numbers are chosen by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.analysis import analyse
from audits.data import prepare
from audits.evaluation import evaluate
from audits.measured import Setting, describe
from audits.pareto import front
from audits.results import GAP, Result
from audits.rules import Rule, parse_rule, suggest
from audits.settings import Settings
from engine.errors import OptionError, UnknownNameError

from .worlds import HELD_OUT, ITEMS, SHOWN, TRAIN, USERS, lists

RULE = Rule()


def setting(rate, *, policy="p", draws=None, **values):
    rows = {
        name: Result(name, 10, None, None, 50, value, None, None, "none")
        for name, value in values.items()
    }
    return Setting(policy, rate, rows, {}, draws or {})


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_a_point_is_on_the_front_unless_one_is_better_and_none_worse(points):
    first, second = np.array(points, dtype=float).T
    on = front(first, second, wanted=(1, -1))
    for a, b, is_on in zip(first, second, on, strict=True):
        outdone = any(
            p >= a and q <= b and (p, q) != (a, b) for p, q in zip(first, second, strict=True)
        )
        assert is_on == (not outdone)
    assert on.any()


def test_a_setting_without_a_number_is_on_no_front_and_keeps_no_other_off():
    first, second = np.array([1.0, np.nan]), np.array([1.0, 9.0])
    assert front(first, second, wanted=(1, 1)).tolist() == [True, False]


def test_the_least_gap_near_the_best_accuracy_is_suggested():
    settings = [
        setting(0.0, ndcg=1.0, gap=0.30),
        setting(0.1, ndcg=0.99, gap=0.10),
        setting(0.2, ndcg=0.98, gap=0.05),
        setting(0.3, ndcg=0.979, gap=0.01),
    ]
    found = suggest(settings, RULE)
    assert (found.setting.rate, found.best.rate) == (0.2, 0.0)
    assert (found.near, found.known, found.share) == (3, 4, None)
    assert suggest(settings, Rule(tolerance=0)).setting.rate == 0
    assert suggest(settings, Rule(tolerance=0.1)).setting.rate == 0.3
    assert suggest(settings, Rule(most=True)).setting.rate == 0


def test_a_measure_that_should_be_low_is_best_when_it_is_lowest():
    settings = [setting(0.1, gini=0.50, gap=0.3), setting(0.2, gini=0.52, gap=0.1)]
    assert suggest(settings, Rule(metric="gini")).setting.rate == 0.1
    assert suggest(settings, Rule(metric="gini", tolerance=0.04)).setting.rate == 0.2


def test_of_equals_the_one_that_explores_least_is_suggested_in_any_order():
    settings = [setting(rate, ndcg=1.0, gap=0.1) for rate in (0.4, 0.2, 0.3)]
    assert suggest(settings, RULE).setting.rate == 0.2


def test_a_setting_without_one_of_the_numbers_is_left_out():
    settings = [setting(0.1, ndcg=1.0, gap=None), setting(0.2, ndcg=0.9, gap=0.2)]
    found = suggest(settings, RULE)
    assert (found.setting.rate, found.best.rate, found.known) == (0.2, 0.2, 1)
    with pytest.raises(OptionError, match="no setting has both gap and ndcg"):
        suggest(settings[:1], RULE)


def test_the_share_counts_the_resamples_that_suggest_the_same():
    one = setting(0.1, ndcg=1.0, gap=0.1, draws={"ndcg": np.ones(4), GAP: np.full(4, 0.1)})
    gaps = {"ndcg": np.array([1.0, 1.0, 1.0, 0.5]), GAP: np.array([0.05, 0.2, 0.2, 0.01])}
    other = setting(0.2, ndcg=1.0, gap=0.2, draws=gaps)
    # The second wins the first resample alone: in the last it is too far from the best.
    assert suggest([one, other], RULE).share == 0.75


@pytest.mark.parametrize(
    "text", ["least gap within 2% of best ndcg", "most arp within 0.5% of best recall"]
)
def test_a_rule_reads_as_it_is_written(text):
    assert str(parse_rule(text)) == text
    assert parse_rule(text.replace(" ", "  ")) == parse_rule(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("smallest gap", "cannot be read"),
        ("least gap within 100% of best ndcg", "less than 100%"),
        ("least gap within 2% of best arp", "neither side of arp is better"),
        ("least gap within 1.2.3% of best ndcg", "no number"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(text, message):
    with pytest.raises(OptionError, match=message):
        parse_rule(text)


@pytest.mark.parametrize(
    "text", ["least luck within 2% of best ndcg", "least gap within 2% of best x"]
)
def test_an_unknown_measure_is_named(text):
    with pytest.raises(UnknownNameError, match="no measure"):
        parse_rule(text)


def test_a_setting_is_described_by_its_audit_and_the_change_from_another():
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=ITEMS)

    def analysis_of(shown, by):
        return analyse(data, evaluate(data, shown, k=1), by=by, settings=Settings(seed=2))

    better = lists(lambda row: "b" if row >= 20 or row % 2 == 0 else "c")
    before, after = (analysis_of(shown, ("gender",)) for shown in (SHOWN, better))
    found = describe("p", 0.5, data=data, before=before, after=after)
    assert found.rows["ndcg"].value == 30 / 40
    assert (found.rows[GAP].value, found.rows[GAP].by) == (0.5, "gender")
    assert found.rows["exposure_merit"].value == pytest.approx(2 / 4)
    assert found.changes[GAP].value == pytest.approx(-0.25)
    assert np.quantile(found.draws[GAP], [0.025, 0.975]) == pytest.approx(
        [found.rows[GAP].low, found.rows[GAP].high], abs=0.02
    )
    alone = describe(
        "p", 0.5, data=data, before=analysis_of(SHOWN, ()), after=analysis_of(better, ())
    )
    assert GAP not in alone.rows
    assert GAP not in alone.draws


def test_one_group_alone_has_no_gap_to_make_least():
    data = prepare(
        interactions=TRAIN, held_out=HELD_OUT, users=USERS.with_columns(gender=None), items=ITEMS
    )
    alone = analyse(data, evaluate(data, SHOWN, k=1), by=("gender",), settings=Settings(seed=2))
    found = describe("p", 0.5, data=data, before=alone, after=alone)
    assert found.rows[GAP].value is None
    assert np.isnan(found.draws[GAP]).all()
