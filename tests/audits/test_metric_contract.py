"""Every measure of the catalogue passes the contract, and the contract can fail."""

import numpy as np
import pytest

from audits.catalogue import CATALOGUE, EVERYTHING, metric
from audits.kernels import expected_exposure
from audits.measures.spec import FAMILIES
from audits.partials import USER_METRICS
from audits.results import DIFFERENCE, RATIO
from audits.testing import check_metric
from engine.errors import UnknownNameError


@pytest.mark.parametrize("name", [spec.id for spec in CATALOGUE])
def test_measures_obey_the_laws(name):
    check_metric(name)


def test_catalogue_and_kernels_name_the_same_measures():
    assert {spec.id for spec in CATALOGUE if spec.scope == "user"} == set(USER_METRICS)
    assert {DIFFERENCE, RATIO} <= {spec.id for spec in EVERYTHING if spec.scope == "gap"}


def test_every_row_says_all_a_reader_needs():
    ids = [spec.id for spec in EVERYTHING]
    assert len(ids) == len(set(ids))
    for spec in EVERYTHING:
        assert spec.family in FAMILIES
        assert spec.needs
        assert all((spec.label, spec.definition, spec.formula, spec.source))
        assert spec.definition.endswith(".")
        assert spec.low is None or spec.high is None or spec.low < spec.high


def test_an_unknown_name_is_named():
    with pytest.raises(UnknownNameError, match="no measure beauty"):
        check_metric("beauty")
    with pytest.raises(UnknownNameError):
        metric("difference")


def good(lists):
    return lists.hits[:, 0].astype(float)


def test_a_measure_of_somebody_else_passes_too():
    check_metric(good, low=0, high=1)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda lists: good(lists) + 1, "lies above 1"),
        (lambda lists: -good(lists), "lies below 0"),
        (lambda lists: good(lists) / 0.0 if len(lists.items) else np.zeros(0), "infinite|divide"),
        (lambda lists: good(lists)[:, None], "not one value a user"),
        (lambda lists: good(lists) / max(1, len(lists.items)), "hangs on who else is there"),
        (lambda lists: good(lists) if len(lists.items) else np.zeros(1), "nobody gives"),
    ],
)
def test_a_measure_that_breaks_a_law_is_told_which(measure, message):
    with (
        np.errstate(divide="ignore", invalid="ignore"),
        pytest.raises(AssertionError, match=message),
    ):
        check_metric(measure, low=0, high=1)


def test_discounts_fall():
    assert (np.diff(expected_exposure.discounts(20)) < 0).all()
