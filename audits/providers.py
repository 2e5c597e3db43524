"""How far the least exposed provider group is from what is its due, and how that changes.

Groups are the providers of the catalogue or, where it names none, the categories. Due is a share
of attention equal to the share of past interactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from audits.analysis import Analysis
from audits.data import AuditData
from audits.evaluation import Evaluation
from audits.intervals import bootstrap_means
from audits.kernels.providers import exposure_ratio, group_exposure
from audits.means import with_interval
from audits.results import EXPOSURE, OTHERS, Result
from audits.summary import TOO_FEW

__all__ = [
    "Providers",
    "exposure_change",
    "exposure_draws",
    "exposure_row",
    "make_providers",
    "provider_ratios",
]

Values = NDArray[np.float64]
# A group below this share of past interactions is too small for a ratio to mean much.
_LEAST_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class Providers:
    """A partition of the catalogue into G groups.

    Attributes
    ----------
    by
        "provider", or "category" where the data name no provider.
    names
        G group names; groups with under 1% of past interactions share one, `OTHERS`.
    membership
        (I, G) one unit an item, spread evenly over its categories; 0 for an item without any.
    merit
        (G,) past interactions with the items of each group.
    """

    by: str
    names: tuple[str, ...]
    membership: Values
    merit: Values


def make_providers(data: AuditData) -> Providers:
    """Group the catalogue by provider, or else by category."""
    items = data.items
    if "provider" in items.columns and items["provider"].null_count() < items.height:
        names = tuple(sorted(items["provider"].drop_nulls().unique()))
        makers = items["provider"].to_numpy()
        membership = (makers[:, None] == np.array(names, dtype=object)).astype(np.float64)
        return _pooled("provider", names, membership, data.popularity)
    sizes = data.categories.sum(axis=1, keepdims=True)
    shares = data.categories / np.maximum(sizes, 1)
    return _pooled("category", data.category_names, shares, data.popularity)


def exposure_row(data: AuditData, analysis: Analysis) -> Result:
    """Return the exposure ratio of the least exposed group; n counts people with a list.

    The group is that of the full sample in every resample, as for gaps.
    """
    found = _exposure(data, analysis)
    return _row(analysis, found.value, found.draws, method=analysis.settings.method)


def exposure_change(data: AuditData, before: Analysis, after: Analysis) -> Result:
    """Return after minus before, each user paired with herself; each side by its own group."""
    old, new = _exposure(data, before), _exposure(data, after)
    method = f"paired {after.settings.method}"
    return _row(after, new.value - old.value, new.draws - old.draws, method=method)


def exposure_draws(data: AuditData, analysis: Analysis) -> Values:
    """(B,) exposure ratio of the group that is least exposed in each resample; NaN without one."""
    return _exposure(data, analysis).least_of_each


def provider_ratios(data: AuditData, evaluation: Evaluation) -> dict[str, float]:
    """Return the exposure ratio of each provider group with past interactions, least first."""
    providers = make_providers(data)
    attention = group_exposure(evaluation.items, providers.membership)
    ratios = exposure_ratio(attention.sum(axis=0), providers.merit)
    named = zip(providers.names, ratios.tolist(), strict=True)
    return dict(sorted(((n, r) for n, r in named if not np.isnan(r)), key=lambda pair: pair[1]))


@dataclass(frozen=True, eq=False)
class _Exposure:
    value: float
    draws: Values
    least_of_each: Values


# An analysis is asked for its row, its draws and each change from it; kept as long as it lives.
_KEPT: WeakKeyDictionary[Analysis, tuple[AuditData, _Exposure]] = WeakKeyDictionary()


def _exposure(data: AuditData, analysis: Analysis) -> _Exposure:
    kept = _KEPT.get(analysis)
    if kept is None or kept[0] is not data:
        kept = _KEPT[analysis] = data, _resample(data, analysis)
    return kept[1]


def _resample(data: AuditData, analysis: Analysis) -> _Exposure:
    providers, settings = make_providers(data), analysis.settings
    attention = group_exposure(analysis.evaluation.items, providers.membership)
    whole = exposure_ratio(attention.sum(axis=0), providers.merit)
    if (~np.isnan(whole)).sum() < 2:
        nothing = np.full(settings.resamples, np.nan)
        return _Exposure(float("nan"), nothing, nothing)
    means = bootstrap_means(
        attention,
        [np.arange(len(attention))],
        resamples=settings.resamples,
        # The draws of users are those of the analysis.
        rng=np.random.default_rng(settings.seed),
    )
    ratios = exposure_ratio(means[:, 0], providers.merit)
    least = int(np.nanargmin(whole))
    return _Exposure(float(whole[least]), ratios[:, least], np.fmin.reduce(ratios, axis=1))


def _row(analysis: Analysis, value: float, draws: Values, *, method: str) -> Result:
    n = len(analysis.evaluation.items) - analysis.tally.n_without_list
    k = analysis.evaluation.k
    if np.isnan(value):
        return Result(EXPOSURE, k, None, None, n, None, None, None, TOO_FEW)
    return with_interval(Result(EXPOSURE, k, None, None, n, value, None, None, method), draws)


def _pooled(
    by: str, names: tuple[str, ...], membership: Values, popularity: NDArray[np.int64]
) -> Providers:
    merit = popularity @ membership
    small = merit < _LEAST_SHARE * merit.sum()
    if small.sum() > 1:
        membership = np.column_stack([membership[:, ~small], membership[:, small].sum(axis=1)])
        merit = np.append(merit[~small], merit[small].sum())
        names = (*(names[g] for g in np.flatnonzero(~small)), OTHERS)
    return Providers(by, names, membership, merit)
