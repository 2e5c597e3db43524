"""The way from a data set to lists: fit, score, choose among what is not yet seen."""

from __future__ import annotations

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
from engine.policies.registry import find_policy
from engine.policies.slates import Slates, join_slates

__all__ = ["fit_model", "recommend", "recommend_everyone", "tabulate"]

# Bounds the (rows, I) scores that are in memory at once.
_CELLS = 2_000_000


def fit_model(config: RunConfig, train: Dataset) -> Recommender:
    """Fit the configured model on every interaction of ``train``, from the run's own stream."""
    return make_model(config.model).fit(train, rng=stream(config.seed, "fit"))


def recommend(
    model: Recommender,
    histories: Histories,
    *,
    policy: Policy,
    rate: float,
    n: int,
    rng: np.random.Generator,
    available: NDArray[np.bool_] | None = None,
) -> Slates:
    """Choose n items for each history among those that are not in it.

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
    step = max(_CELLS // histories.n_items, 1)
    if len(histories) <= step:
        scores = model.score(histories)
        return policy.choose(scores, _eligible(histories, available), n=n, rate=rate, rng=rng)
    blocks = [
        histories.take(np.arange(start, min(start + step, len(histories))))
        for start in range(0, len(histories), step)
    ]
    return join_slates(
        [
            policy.for_people(block).choose(
                model.score(block), _eligible(block, available), n=n, rate=rate, rng=rng
            )
            for block in blocks
        ]
    )


def _eligible(histories: Histories, available: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    return ~histories.seen() if available is None else ~histories.seen() & available


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


def recommend_everyone(config: RunConfig, train: Dataset) -> pl.DataFrame:
    """Return the recommendations table of a whole run: fit on ``train``, list for all its users.

    Every draw hangs on the configured seed. A wrong policy or rate is told before the fit.

    Raises
    ------
    UnknownNameError
        No model or policy has that name.
    OptionError
        n is above the catalogue, or the rate is not one the policy can take.
    """
    policy = find_policy(config.policy)
    policy.check_rate(config.rate)
    model = fit_model(config, train)
    slates = recommend(
        model,
        train.histories,
        policy=policy(PolicyContext(train, model, train.histories)),
        rate=config.rate,
        n=config.n,
        rng=stream(config.seed, "policy"),
    )
    return tabulate(slates, train, config=config)
