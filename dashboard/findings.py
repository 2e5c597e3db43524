"""What a comparison of feedback loops comes to: differences, trends and slopes, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from audits.data import prepare
from audits.effects import dose_response, effects, group_gaps, trends, with_regret
from audits.loop_gaps import largest_gaps
from audits.validity import compare_with_log
from engine.config import stream
from engine.dataset import Dataset
from engine.simulation.arms import Arm
from engine.simulation.tastes import TasteSettings, fit_tastes
from engine.splits import Split

__all__ = ["Findings", "compare_choices", "find", "foretold", "reference_arms"]


@dataclass(frozen=True, eq=False)
class Findings:
    """Tables of `audits.effects`; regret and the gaps between groups are among the measures.

    Attributes
    ----------
    measures
        Every arm, world, round and group.
    effects
        Against each reference there is: the model's own list, search, oracle.
    trends
        Last round minus first, by arm.
    slopes
        Change per unit of the exploration rate; empty with fewer than two rates.
    gaps
        The highest group less the lowest in the last round, picked from all pairs of groups.
    """

    measures: pl.DataFrame
    effects: pl.DataFrame
    trends: pl.DataFrame
    slopes: pl.DataFrame
    gaps: pl.DataFrame


def find(measures: pl.DataFrame, arms: Sequence[Arm]) -> Findings:
    """Sum the measures of a comparison up over its worlds."""
    groups = with_regret(measures)
    whole = with_regret(pl.concat([measures, group_gaps(measures)]))
    against = [effects(whole, reference_arm=name) for name in reference_arms(arms)]
    rates = {arm.name: arm.rate for arm in arms if arm.policy is not None and not arm.single}
    slopes = dose_response(whole, arms=rates)
    return Findings(
        whole,
        pl.concat(against),
        trends(whole),
        slopes if len(rates) > 1 else slopes.clear(),
        largest_gaps(groups),
    )


def reference_arms(arms: Sequence[Arm]) -> list[str]:
    """Return the arms that others are held against: the lowest rate, then search and oracle."""
    rates = sorted(
        (arm for arm in arms if arm.policy is not None and not arm.single),
        key=lambda arm: arm.rate,
    )
    names = [arm.name for arm in arms]
    lowest = [arm.name for arm in rates[:1]]
    return lowest + [name for name in ("search", "oracle") if name in names]


def compare_choices(feedback: pl.LazyFrame, log: Dataset, split: Split) -> pl.DataFrame:
    """Return `audits.validity.compare_with_log` of all arms; only choices come into memory."""
    logged = split.held_out if split.held_out.height else split.train.interactions
    columns = ["user_id", "item_id", "round", "seed", "arm"]
    choices = feedback.filter(pl.col("clicked")).select(columns).collect()
    data = prepare(interactions=split.train.interactions, held_out=logged, items=log.items)
    return compare_with_log(choices, data, logged=logged)


def foretold(split: Split, *, tastes: TasteSettings, seed: int) -> list[dict[str, object]]:
    """How well tastes fitted on the training part foretell the rest; popularity as yardstick.

    Mean bits an item over an even draw from what the person had not had; nothing without a
    held-out part.
    """
    if split.held_out.is_empty():
        return []
    start = split.train.histories
    later = split.train.with_interactions(split.held_out).histories
    fit = partial(fit_tastes, split.train, rng=stream(seed, "users"))
    alone = replace(tastes, profiles=1)
    bits = {
        "tastes": fit(settings=tastes).bits_over_uniform(start, later),
        "popularity": fit(settings=alone).bits_over_uniform(start, later),
    }
    return [
        {"name": name, "value": float(np.nanmean(values)), "n": int((~np.isnan(values)).sum())}
        for name, values in bits.items()
    ]
