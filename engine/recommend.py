"""The way from a data set to lists: fit, score, choose among what is not yet seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.base import Policy
from engine.policies.context import PolicyContext
from engine.policies.registry import find_policy, make_policy
from engine.policies.slates import Slates, join_slates
from engine.shortfall import require_something_left

__all__ = [
    "Watch",
    "fit_model",
    "list_everyone",
    "recommend",
    "recommend_everyone",
    "recommend_rates",
    "serve_blocks",
    "tabulate",
]

# Bounds the (rows, I) scores that are in memory at once.
_CELLS = 2_000_000


Watch = Callable[[Recommender], None]


def fit_model(config: RunConfig, train: Dataset, *, watch: Watch | None = None) -> Recommender:
    """Fit the configured model on every interaction of ``train``, from the run's own stream.

    ``watch`` is called with the model before the fit: see `engine.models.progress.Watchable`.
    """
    model = make_model(config.model)
    if watch is not None:
        watch(model)
    return model.fit(train, rng=stream(config.seed, "fit"))


def recommend(
    model: Recommender,
    histories: Histories,
    *,
    policy: Policy,
    rate: float,
    n: int,
    rng: np.random.Generator,
    unlisted: Histories | None = None,
    available: NDArray[np.bool_] | None = None,
) -> Slates:
    """Choose n items for each history among those that are not in it, nor ``unlisted`` for it.

    ``available`` (I,) is false for items that nobody may be shown; without it, all may be.

    The policy was made for these histories: see `engine.policies.context`. They are scored and
    served in blocks, so memory is bounded by a block and not by how many there are. Where a
    policy draws row by row, the blocks do not show in its choices; a model whose scores are
    matrix products may round the last bit of a score differently in a block of another height.

    Raises
    ------
    OptionError
        n or rate outside its range, or a rate the policy cannot use.
    """
    (slates,) = recommend_rates(
        model,
        histories,
        policy=policy,
        draws={rate: rng},
        n=n,
        unlisted=unlisted,
        available=available,
    )
    return slates


def recommend_rates(
    model: Recommender,
    histories: Histories,
    *,
    policy: Policy,
    draws: Mapping[float, np.random.Generator],
    n: int,
    unlisted: Histories | None = None,
    available: NDArray[np.bool_] | None = None,
) -> tuple[Slates, ...]:
    """Choose as `recommend` does at each of several rates, and score everyone but once.

    Parameters
    ----------
    draws
        The generator of each rate; in the same state they give common random numbers.
    """
    chosen: dict[float, list[Slates]] = {rate: [] for rate in draws}
    blocks = serve_blocks(policy, histories, unlisted=unlisted, available=available)
    for served, block, eligible in blocks:
        context = policy.context
        # A block that is everyone was perhaps scored before, at another rate.
        known = block is context.histories and model is context.model
        scores = context.scores if known else model.score(block)
        for rate, rng in draws.items():
            chosen[rate].append(served.choose(scores, eligible, n=n, rate=rate, rng=rng))
    return tuple(join_slates(found) for found in chosen.values())


def serve_blocks(
    policy: Policy,
    histories: Histories,
    *,
    unlisted: Histories | None = None,
    available: NDArray[np.bool_] | None = None,
) -> Iterator[tuple[Policy, Histories, NDArray[np.bool_]]]:
    """Yield as many histories at a time as memory should hold scores of.

    With them come the policy for them and what each may be shown. Where one block is enough, it
    is the policy itself with all it has worked out.
    """
    step = max(_CELLS // histories.n_items, 1)
    if len(histories) <= step:
        yield policy, histories, _eligible(histories, unlisted, available)
        return
    for start in range(0, len(histories), step):
        rows = np.arange(start, min(start + step, len(histories)))
        block = histories.take(rows)
        rest = None if unlisted is None else unlisted.take(rows)
        yield policy.for_people(block), block, _eligible(block, rest, available)


def _eligible(
    histories: Histories, unlisted: Histories | None, available: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    eligible = ~histories.seen()
    if unlisted is not None:
        eligible &= ~unlisted.seen()
    if available is not None:
        eligible &= available
    return eligible


def tabulate(slates: Slates, dataset: Dataset, *, config: RunConfig) -> pl.DataFrame:
    """Return the recommendations table of all users, and the settings it came from.

    Columns user_id, item_id, rank (from 1), score, propensity, model, policy, rate, seed.
    """
    return slates.to_table(dataset.user_ids, dataset.item_ids).with_columns(
        pl.lit(config.model).alias("model"),
        pl.lit(config.policy).alias("policy"),
        pl.lit(config.rate, dtype=pl.Float64).alias("rate"),
        pl.lit(config.seed, dtype=pl.Int64).alias("seed"),
    )


def list_everyone(config: RunConfig, context: PolicyContext) -> Slates:
    """Return a run's lists for everyone in the context, whose model is fitted already."""
    return recommend(
        context.model,
        context.histories,
        policy=make_policy(config.policy, context),
        rate=config.rate,
        n=config.n,
        rng=stream(config.seed, "policy"),
    )


def recommend_everyone(
    config: RunConfig, train: Dataset, *, watch: Watch | None = None
) -> pl.DataFrame:
    """Return the recommendations table of a whole run: fit on ``train``, list for all its users.

    Every draw hangs on the configured seed. A wrong policy or rate is told before the fit, which
    is watched as by `fit_model`.

    Raises
    ------
    UnknownNameError
        No model or policy has that name.
    OptionError
        n is above the catalogue, or the rate is not one the policy can take.
    TableError
        Everyone has had everything.
    """
    find_policy(config.policy).check_rate(config.rate)
    require_something_left(train)
    model = fit_model(config, train, watch=watch)
    slates = list_everyone(config, PolicyContext(train, model, train.histories))
    return tabulate(slates, train, config=config)
