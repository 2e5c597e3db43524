"""Measures of all lists together, beside the usual ones."""

from __future__ import annotations

from audits.measures.spec import MetricSpec

__all__ = ["SYSTEM"]

SYSTEM: tuple[MetricSpec, ...] = (
    MetricSpec(
        "evenness",
        "Evenness of exposure (share of the most possible)",
        "Entropy over the most a catalogue of this size could have; 1 is every item equally often.",
        "entropy / log2 n",
        0,
        1,
        "higher",
        "",
        "system",
        "Pielou 1966",
        "exposure",
        ("items",),
    ),
)
