"""Everyone's lists with what the exploration rate achieved."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import polars as pl

from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.policies.achieved import Achieved, average_out
from engine.policies.base import Policy
from engine.policies.context import PolicyContext
from engine.policies.registry import find_policy
from engine.policies.uncertainty import Uncertainty
from engine.recommend import Watch, fit_model, recommend, serve_blocks, tabulate
from engine.shortfall import require_something_left

__all__ = ["measure_exploration", "recommend_and_measure", "usual_draws"]


def measure_exploration(
    model: Recommender,
    histories: Histories,
    *,
    policy: Policy,
    rate: float,
    n: int,
    rng: np.random.Generator,
) -> Achieved:
    """Say what the rate achieved in the lists that `recommend` gives for the same arguments.

    Raises
    ------
    OptionError
        n or rate outside its range, or a rate the policy cannot use.
    """
    parts = []
    for served, block, eligible in serve_blocks(policy, histories):
        scores = model.score(block)
        parts.append(served.measure(scores, eligible, n=n, rate=rate, rng=deepcopy(rng)))
        if not policy.draws_by_row:
            # The next block draws what comes after the draws of this one.
            served.choose(scores, eligible, n=n, rate=rate, rng=rng)
    return average_out(
        Uncertainty(
            np.concatenate([part.first_place_entropy for part in parts]),
            np.concatenate([part.own_list_chance for part in parts]),
        )
    )


def recommend_and_measure(
    config: RunConfig,
    train: Dataset,
    *,
    watch: Watch | None = None,
    model: Recommender | None = None,
    draws: int = 1,
) -> tuple[pl.DataFrame, Achieved]:
    """Return what `engine.recommend.recommend_everyone` does, and what the rate achieved.

    ``model`` is the configured one where it is fitted on ``train`` already. With more draws than
    one the table has a column draw: the first is that list, the others are drawn on their own.

    Raises
    ------
    UnknownNameError, OptionError, TableError
        As there, or draws below 1.
    """
    if draws < 1:
        raise OptionError("draws is {draws}; give a number from 1", draws=draws)
    policy = find_policy(config.policy)
    policy.check_rate(config.rate)
    require_something_left(train)
    if model is None:
        model = fit_model(config, train, watch=watch)
    made = policy(PolicyContext(train, model, train.histories))
    rate, n = config.rate, config.n
    slates = recommend(
        model, train.histories, policy=made, rate=rate, n=n, rng=stream(config.seed, "policy")
    )
    achieved = measure_exploration(
        model, train.histories, policy=made, rate=rate, n=n, rng=stream(config.seed, "policy")
    )
    shown = tabulate(slates, train, config=config)
    if draws == 1:
        return shown, achieved
    tables = [shown.with_columns(draw=pl.lit(1, dtype=pl.Int64))]
    for number, rng in enumerate(stream(config.seed, "policy").spawn(draws - 1), start=2):
        more = recommend(model, train.histories, policy=made, rate=rate, n=n, rng=rng)
        table = tabulate(more, train, config=config)
        tables.append(table.with_columns(draw=pl.lit(number, dtype=pl.Int64)))
    return pl.concat(tables), achieved


def usual_draws(config: RunConfig) -> int:
    """Return how many draws of each list tell what a policy spreads in expectation: 2, if any."""
    return 2 if find_policy(config.policy).stochastic and config.rate > 0 else 1
