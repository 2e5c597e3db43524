"""Everyone's list, with the chance of each place."""

from __future__ import annotations

import polars as pl

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.exploration import recommend_and_measure
from engine.models.base import Recommender
from engine.policies.achieved import Achieved
from engine.recommend import Watch

__all__ = ["recommend"]


@service(Action.RUN)
def recommend(
    _person: Person,
    config: RunConfig,
    train: Dataset,
    *,
    watch: Watch | None = None,
    model: Recommender | None = None,
) -> tuple[pl.DataFrame, Achieved]:
    """Return the recommendations table, and what the rate achieved.

    ``model`` is the configured one where it is fitted on ``train`` already.
    """
    return recommend_and_measure(config, train, watch=watch, model=model)
