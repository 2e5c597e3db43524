"""The checks for everyone's models: each finds the model that breaks its promise."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Capabilities, Recommender
from engine.models.item_knn import ItemKNN
from engine.models.popularity import Popularity
from engine.testing import CHECKS, check_recommender


class Good(ItemKNN):
    """A model of somebody else, to be broken in one way at a time."""


class Double(Good):
    def _score(self, histories):
        return super()._score(histories).astype(float)


class Wide(Good):
    def _score(self, histories):
        return np.pad(super()._score(histories), ((0, 0), (0, 1)))


class Unfinished(Good):
    def _score(self, histories):
        scores = super()._score(histories)
        scores[:, 0] = np.nan
        return scores


class Backwards(Good):
    def _score(self, histories):
        return -super()._score(histories)


class Crowd(Good):
    """Scores that hang on who else is in the batch."""

    def _score(self, histories):
        return super()._score(histories) + np.float32(len(histories))


class Ordered(Good):
    """Looks at the order and does not say so."""

    def _score(self, histories):
        scores = super()._score(histories)
        for row in range(len(histories)):
            scores[row, histories.items_of(row)[:1]] += 1
        return scores


class Random(Good):
    def _fit(self, dataset, *, rng):
        super()._fit(dataset, rng=rng)
        self.similarities_ = self.similarities_ * np.float32(np.random.default_rng().random())


class Hoarder(Good):
    """Keeps what an earlier fit learned."""

    def _fit(self, dataset, *, rng):
        self.fits_ = getattr(self, "fits_", 0) + 1
        super()._fit(dataset, rng=rng)
        self.similarities_ = self.similarities_ * np.float32(self.fits_)


class Vandal(Good):
    def _fit(self, dataset, *, rng):
        super()._fit(dataset, rng=rng)
        dataset.histories.weights.flags.writeable = True
        dataset.histories.weights[:] = 0


class Eager(Good):
    """Scores before fit, and over any catalogue."""

    def score(self, histories: Histories) -> np.ndarray:
        return np.zeros((len(histories), histories.n_items), dtype=np.float32)


class Careless(Good):
    """Takes what is no number for 1."""

    def fit(self, dataset, *, rng):
        log = dataset.interactions.with_columns(pl.col("weight").fill_nan(1.0))
        return super().fit(dataset.with_interactions(log), rng=rng)


class Forgetful(Good):
    """Has a place for a checkpoint and never looks whose it is."""

    checkpoint = None
    progress = None


class Impostor(Good):
    """Declared linear, with coefficients of something else."""

    def base_value(self, target: int) -> float:
        return 1.0


class Personal(Popularity):
    """Declared the same for all, and is not."""

    def _score(self, histories):
        return super()._score(histories) + histories.lengths[:, None].astype(np.float32)


class Boastful(Good):
    """Declared to serve new items, of which it knows nothing."""

    capabilities = replace(Good.capabilities, scores_new_items=True)


class Flat(Recommender):
    name = "flat"
    capabilities = Capabilities(personalised=False)

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None: ...

    def _score(self, histories: Histories) -> np.ndarray:
        return np.zeros((len(histories), histories.n_items), dtype=np.float32)


def found(make: type[Recommender]) -> set[str]:
    """Names of the checks a model fails."""
    failed = set()
    for check in CHECKS:
        try:
            check(make)
        except AssertionError:
            failed.add(check.__name__.strip("_"))
    return failed


def test_a_model_that_keeps_every_promise_passes() -> None:
    check_recommender(Good)


@pytest.mark.parametrize(
    ("model", "check"),
    [
        (Double, "scores_are_finite_float32"),
        (Wide, "an_empty_batch_has_no_rows"),
        (Unfinished, "the_empty_history_has_scores"),
        (Unfinished, "any_history_has_finite_scores"),
        (Backwards, "the_held_out_item_is_first"),
        (Boastful, "a_new_item_is_served_by_what_is_known_of_it"),
        (Crowd, "a_batch_scores_as_one_by_one"),
        (Ordered, "only_sequential_models_see_the_order_of_a_history"),
        (Random, "the_same_seed_gives_the_same_bits"),
        (Hoarder, "a_second_fit_starts_afresh"),
        (Vandal, "fitting_leaves_the_data_set_as_it_was"),
        (Eager, "scoring_before_fit_is_refused"),
        (Eager, "another_catalogue_is_refused"),
        (Eager, "an_unknown_item_is_refused"),
        (Careless, "a_weight_that_is_no_number_is_refused"),
        (Double, "who_has_everything_gets_an_empty_list"),
        (Double, "a_catalogue_of_one_item_is_no_trouble"),
        (Forgetful, "a_checkpoint_of_another_data_set_is_refused"),
        (Impostor, "a_linear_model_is_its_coefficients"),
        (Personal, "everyone_is_alike_unless_personalised"),
        (Flat, "everyone_is_alike_unless_personalised"),
    ],
)
def test_a_broken_promise_is_found(model: type[Recommender], check: str) -> None:
    assert check in found(model)
    with pytest.raises(AssertionError):
        check_recommender(model)


def test_a_weight_that_is_no_number_is_refused_even_by_who_never_looks_at_weights() -> None:
    assert "a_weight_that_is_no_number_is_refused" not in found(Flat)


def test_every_check_has_a_model_that_fails_it() -> None:
    class Shuffled(Good):
        """Gives each place of the batch a bonus of its own."""

        def _score(self, histories):
            return super()._score(histories) + np.arange(len(histories), dtype=np.float32)[:, None]

    broken = [
        Double, Wide, Unfinished, Backwards, Crowd, Ordered, Random, Hoarder, Vandal, Eager,
        Careless, Forgetful, Impostor, Personal, Boastful, Flat, Shuffled,
    ]  # fmt: skip
    failed = set().union(*(found(model) for model in broken))
    assert failed == {check.__name__.strip("_") for check in CHECKS}
