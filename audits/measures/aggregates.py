"""What is made from the values of groups, for any measure that can be split by group."""

from __future__ import annotations

from audits.measures.spec import MetricSpec

__all__ = ["AGGREGATES"]

AGGREGATES: tuple[MetricSpec, ...] = (
    MetricSpec(
        "difference",
        "Gap (difference)",
        "Largest group mean minus smallest; 0 is equal. Of more than two groups that are nearly "
        "alike the interval is wider than it must be: it holds the truth in up to 99.5% of cases.",
        "max over groups of the mean - min",
        0,
        None,
        "lower",
        "",
        "gap",
        "Bird et al. 2020 (fairlearn)",
        "gaps",
        ("users",),
    ),
    MetricSpec(
        "ratio",
        "Gap (ratio)",
        "Smallest group mean over largest; 1 is equal. The interval is as careful as that of the "
        "difference.",
        "min over groups of the mean / max",
        0,
        1,
        "one",
        "",
        "gap",
        "Bird et al. 2020 (fairlearn)",
        "gaps",
        ("users",),
    ),
    MetricSpec(
        "mad",
        "Mean gap over pairs (MAD)",
        "Mean over all pairs of groups of the difference of their means; 0 is equal. Groups of "
        "items have it for the mean gain of a showing.",
        "mean over pairs g < h of |mean_g - mean_h|",
        0,
        None,
        "lower",
        "",
        "gap",
        "Deldjoo et al. 2021",
        "gaps",
        ("users",),
    ),
)
