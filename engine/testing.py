"""What recommenders and explainers promise, as checks that anyone can run; our own pass them.

Each check of a model makes it anew, fits it on a small world whose answers are known, and raises
`AssertionError` with one sentence where the promise is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset, make_dataset
from engine.errors import NotFittedError, RecscopeError, TableError
from engine.explanations.checks import EXPLAINER_CHECKS, Promises
from engine.explanations.methods import Explainer
from engine.histories import Histories
from engine.models.base import LinearRecommender, Recommender
from engine.models.progress import Watchable
from engine.ranking import top_n

__all__ = [
    "CHECKS",
    "check_explainer",
    "check_recommender",
    "checkerboard",
    "dataset_from",
    "noisy",
]

MakeModel = Callable[[], Recommender]


def check_recommender(make_model: MakeModel) -> None:
    """Run every check on a model.

    Parameters
    ----------
    make_model
        Returns an unfitted model; it is called once or more a check.

    Raises
    ------
    AssertionError
        The first promise that is broken.

    Examples
    --------
    >>> from engine.models.popularity import Popularity
    >>> check_recommender(Popularity)
    """
    for check in CHECKS:
        check(make_model)


def check_explainer(explainer: Explainer, promises: Promises | None = None) -> None:
    """Run every check on an explainer.

    Parameters
    ----------
    explainer
        As in `engine.explanations.methods`.
    promises
        What it claims; None for additive Shapley values of any model.

    Raises
    ------
    AssertionError
        The first promise that is broken.

    Examples
    --------
    >>> from engine.explanations.exact import explain_by_enumeration
    >>> check_explainer(explain_by_enumeration)
    """
    for check in EXPLAINER_CHECKS:
        check(explainer, Promises() if promises is None else promises)


def dataset_from(
    has: NDArray[np.number],
    *,
    spare_items: int = 0,
    order: np.random.Generator | None = None,
    kinds: Sequence[str] = (),
) -> Dataset:
    """Build a data set from a users × items array of weights (0 = not there).

    Histories are in the order of the items, or shuffled by ``order``; ``kinds`` are in turn an
    item's one category. Edges that tell nothing put three neighbouring items on one shelf.
    """
    users, items = np.nonzero(has)
    if order is not None:
        places = order.permutation(len(users))
        users, items = users[places], items[places]
    log = pl.DataFrame(
        {"user_id": users.astype(str).tolist(), "item_id": items.astype(str).tolist()}
    ).with_columns(pl.Series("weight", has[users, items].astype(float)))
    rows = range(has.shape[1] + spare_items)
    catalogue = [str(row) for row in rows]
    return make_dataset(
        "made",
        log,
        users=pl.DataFrame({"user_id": [str(user) for user in range(len(has))]}),
        items=pl.DataFrame(
            {
                "item_id": catalogue,
                "title": [f"Title {item}" for item in catalogue],
                "categories": [list(kinds[i % len(kinds) :][:1]) if kinds else [] for i in rows],
            }
        ),
        edges=pl.DataFrame(
            {
                "source": catalogue,
                "relation": "stands on",
                "target": [f"shelf {row // 3}" for row in rows],
                "source_kind": "item",
            }
        ),
    )


def checkerboard(size: int = 40, *, spare_items: int = 0) -> Dataset:
    """Even users have the even items, odd users the odd ones; user u lacks item u alone.

    So item u is the one right answer for user u. The order of a history tells nothing; an item's
    category says whether it is even or odd, and that alone is known of spare items.
    """
    grid = np.add.outer(np.arange(size), np.arange(size)) % 2 == 0
    np.fill_diagonal(grid, False)
    order = np.random.default_rng(6)
    return dataset_from(grid, spare_items=spare_items, order=order, kinds=("even", "odd"))


def noisy() -> Dataset:
    """Random histories with weights 1 to 5, two items that nobody has and a user without any."""
    rng = np.random.default_rng(11)
    has = (rng.random((30, 25)) < 0.3) * rng.integers(1, 6, size=(30, 25))
    has[7] = 0
    return dataset_from(has, spare_items=2)


def _fitted(make_model: MakeModel, world: Dataset) -> Recommender:
    return make_model().fit(world, rng=np.random.default_rng(3))


def _require(holds: bool, promise: str, **values: object) -> None:
    if not holds:
        raise AssertionError(promise.format(**values))


def _scores(model: Recommender, histories: Histories) -> NDArray[np.float32]:
    """Return scores that have the form of scores, so that every check may rely on it."""
    scores = model.score(histories)
    _require(
        scores.shape == (len(histories), histories.n_items) and scores.dtype == np.float32,
        "scores are {shape} {dtype}, not one float32 row a history over the catalogue",
        shape=scores.shape,
        dtype=scores.dtype,
    )
    _require(bool(np.isfinite(scores).all()), "a score is not finite")
    return scores


def _require_close(first: NDArray[np.floating], second: NDArray[np.floating]) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)


def _the_held_out_item_is_first(make_model: MakeModel) -> None:
    world = checkerboard()
    model = _fitted(make_model, world)
    if not model.capabilities.personalised:
        return
    first = top_n(_scores(model, world.histories), ~world.histories.seen(), n=1)[:, 0]
    wrong = np.flatnonzero(first != np.arange(world.n_users))
    _require(
        len(wrong) == 0,
        "on a checkerboard each user lacks one item, but {count} users get another one first",
        count=len(wrong),
    )


def _a_new_item_is_served_by_what_is_known_of_it(make_model: MakeModel) -> None:
    world = checkerboard(spare_items=2)
    model = _fitted(make_model, world)
    if not model.capabilities.scores_new_items:
        return
    even, odd = _scores(model, world.histories)[:, -2:].T
    wrong = np.flatnonzero((even > odd) != (np.arange(world.n_users) % 2 == 0))
    _require(
        len(wrong) == 0,
        "declared to serve new items, but {count} users get a new item of the wrong kind",
        count=len(wrong),
    )


def _everyone_is_alike_unless_personalised(make_model: MakeModel) -> None:
    world = noisy()
    model = _fitted(make_model, world)
    scores = _scores(model, world.histories)
    if not model.capabilities.personalised:
        _require(bool((scores == scores[0]).all()), "not personalised, but scores differ by user")
    _require(len(np.unique(scores[0])) > 1, "all items have the same score")


def _scores_are_finite_float32(make_model: MakeModel) -> None:
    world = noisy()
    _scores(_fitted(make_model, world), world.histories)


def _a_batch_scores_as_one_by_one(make_model: MakeModel) -> None:
    world = noisy()
    model = _fitted(make_model, world)
    alone = [_scores(model, world.histories.take([row]))[0] for row in range(world.n_users)]
    _require_close(_scores(model, world.histories), np.array(alone))


def _the_order_of_the_batch_does_not_matter(make_model: MakeModel) -> None:
    world = noisy()
    model = _fitted(make_model, world)
    order = np.random.default_rng(5).permutation(world.n_users)
    shuffled = _scores(model, world.histories.take(order))
    _require_close(shuffled, _scores(model, world.histories)[order])


def _only_sequential_models_see_the_order_of_a_history(make_model: MakeModel) -> None:
    world = noisy()
    model = _fitted(make_model, world)
    if model.capabilities.sequential:
        return
    given = world.histories
    order = np.lexsort((np.random.default_rng(1).random(len(given.items)), given.rows))
    mixed = replace(given, items=given.items[order], weights=given.weights[order])
    _require_close(_scores(model, mixed), _scores(model, given))


def _the_same_seed_gives_the_same_bits(make_model: MakeModel) -> None:
    world = noisy()
    first, second = (_scores(_fitted(make_model, world), world.histories) for _ in range(2))
    _require(first.tobytes() == second.tobytes(), "two fits with the same seed score differently")


def _a_second_fit_starts_afresh(make_model: MakeModel) -> None:
    world = noisy()
    refitted = _fitted(make_model, checkerboard()).fit(world, rng=np.random.default_rng(3))
    once = _fitted(make_model, world)
    np.testing.assert_array_equal(
        _scores(refitted, world.histories), _scores(once, world.histories)
    )


def _fitting_leaves_the_data_set_as_it_was(make_model: MakeModel) -> None:
    world = noisy()
    histories = world.histories
    before = world.fingerprint, histories.weights.copy(), histories.items.copy()
    _scores(_fitted(make_model, world), histories)
    np.testing.assert_array_equal(histories.weights, before[1])
    np.testing.assert_array_equal(histories.items, before[2])
    _require(world.fingerprint == before[0], "fitting or scoring changed the data set")


def _the_empty_history_has_scores(make_model: MakeModel) -> None:
    world = noisy()
    scores = _scores(_fitted(make_model, world), Histories.empty(2, n_items=world.n_items))
    _require(bool((scores[0] == scores[1]).all()), "two empty histories score differently")


def _an_empty_batch_has_no_rows(make_model: MakeModel) -> None:
    world = noisy()
    _scores(_fitted(make_model, world), world.histories.take([]))


def _any_history_has_finite_scores(make_model: MakeModel) -> None:
    model = _fitted(make_model, noisy())
    rng = np.random.default_rng(17)
    sizes = [0, 1, model.n_items_, *rng.integers(0, model.n_items_, 40)]
    lists = [rng.permutation(model.n_items_)[:size].tolist() for size in sizes]
    weights = [np.full(len(items), rng.uniform(-5, 5)).tolist() for items in lists]
    _scores(model, Histories.from_lists(lists, n_items=model.n_items_, weights=weights))


def _scoring_before_fit_is_refused(make_model: MakeModel) -> None:
    world = noisy()
    _refuses(NotFittedError, lambda: make_model().score(world.histories), make_model().name)


def _another_catalogue_is_refused(make_model: MakeModel) -> None:
    model = _fitted(make_model, noisy())
    other = Histories.empty(1, n_items=model.n_items_ + 1)
    _refuses(TableError, lambda: model.score(other), f"fitted on {model.n_items_}")


def _an_unknown_item_is_refused(make_model: MakeModel) -> None:
    model = _fitted(make_model, noisy())
    new = model.n_items_
    other = Histories.from_lists([[0, new]], n_items=new + 1)
    _refuses(TableError, lambda: model.score(other), f"fitted on {new}")
    _refuses(
        TableError,
        lambda: model.score(Histories.from_lists([[0, new]], n_items=new)),
        "outside the catalogue",
    )


def _a_weight_that_is_no_number_is_refused(make_model: MakeModel) -> None:
    world = noisy()
    weight = pl.when(pl.int_range(pl.len()) == 5).then(np.nan).otherwise("weight")
    log = world.interactions.with_columns(weight.alias("weight"))
    bad = world.with_interactions(log)
    _refuses(TableError, lambda: _fitted(make_model, bad), "not finite")
    model = _fitted(make_model, world)
    _refuses(TableError, lambda: model.score(bad.histories), "not finite")


def _who_has_everything_gets_an_empty_list(make_model: MakeModel) -> None:
    model = _fitted(make_model, noisy())
    whole = Histories.from_lists([range(model.n_items_)], n_items=model.n_items_)
    listed = top_n(_scores(model, whole), ~whole.seen(), n=3)
    _require(bool((listed == -1).all()), "who has everything was listed something")


def _a_catalogue_of_one_item_is_no_trouble(make_model: MakeModel) -> None:
    everyone = dataset_from(np.ones((3, 1)))
    model = _fitted(make_model, everyone)
    _scores(model, everyone.histories)
    _scores(model, Histories.empty(2, n_items=1))


def _a_checkpoint_of_another_data_set_is_refused(make_model: MakeModel) -> None:
    if not isinstance(make_model(), Watchable):
        return

    def kept_in(folder: str) -> Recommender:
        model = make_model()
        assert isinstance(model, Watchable)
        model.checkpoint = Path(folder)
        return model

    with TemporaryDirectory() as folder:
        _fitted(lambda: kept_in(folder), noisy())
        _refuses(
            TableError,
            lambda: _fitted(lambda: kept_in(folder), checkerboard()),
            "a checkpoint of another data set",
        )


def _refuses(kind: type[RecscopeError], ask: Callable[[], object], words: str) -> None:
    try:
        ask()
    except kind as error:
        _require(words in str(error), "the error does not say {words}: {e}", words=words, e=error)
        return
    raise AssertionError(f"nothing was refused; {kind.__name__} was due")


def _a_linear_model_is_its_coefficients(make_model: MakeModel) -> None:
    world = noisy()
    model = _fitted(make_model, world)
    if not model.capabilities.linear_in_history:
        return
    _require(isinstance(model, LinearRecommender), "declared linear, but has no coefficients")
    assert isinstance(model, LinearRecommender)
    targets = range(world.n_items)
    base = [model.base_value(target) for target in targets]
    coefficients = np.array([model.coefficients(target) for target in targets]).T
    explained = base + model.input_matrix(world.histories).toarray() @ coefficients
    _require_close(_scores(model, world.histories), explained)


CHECKS: tuple[Callable[[MakeModel], None], ...] = (
    _the_held_out_item_is_first,
    _a_new_item_is_served_by_what_is_known_of_it,
    _everyone_is_alike_unless_personalised,
    _scores_are_finite_float32,
    _a_batch_scores_as_one_by_one,
    _the_order_of_the_batch_does_not_matter,
    _only_sequential_models_see_the_order_of_a_history,
    _the_same_seed_gives_the_same_bits,
    _a_second_fit_starts_afresh,
    _fitting_leaves_the_data_set_as_it_was,
    _the_empty_history_has_scores,
    _an_empty_batch_has_no_rows,
    _any_history_has_finite_scores,
    _scoring_before_fit_is_refused,
    _another_catalogue_is_refused,
    _an_unknown_item_is_refused,
    _a_weight_that_is_no_number_is_refused,
    _who_has_everything_gets_an_empty_list,
    _a_catalogue_of_one_item_is_no_trouble,
    _a_checkpoint_of_another_data_set_is_refused,
    _a_linear_model_is_its_coefficients,
)
