"""Measures of one list and its reader, and of all lists together, beside the usual ones."""

from __future__ import annotations

from audits.measures.spec import MetricSpec

__all__ = ["LISTS"]

LISTS: tuple[MetricSpec, ...] = (
    MetricSpec(
        "serendipity",
        "Serendipity",
        "How unlike their own history the items are that a person really chose; 0 is nothing "
        "chosen, or more of the same.",
        "mean over the list of relevant(i) (1 - mean over the history h of cos(x_i, x_h)), by "
        "categories",
        0,
        1,
        "higher",
        "",
        "user",
        "Zhang et al. 2012",
        "variety",
        ("held_out", "categories"),
    ),
    MetricSpec(
        "miscalibration",
        "Miscalibration",
        "How far the categories of the list are from those of the person's history; 0 is the "
        "same mix, 1 is nothing in common.",
        "Jensen-Shannon divergence (log base 2) of history and list category shares",
        0,
        1,
        "lower",
        "",
        "user",
        "Steck 2018; Lin 1991",
        "calibration",
        ("interactions", "categories"),
    ),
    MetricSpec(
        "miscalibration_kl",
        "Miscalibration (Kullback-Leibler)",
        "The same distance as published first: how surprising the list's categories are for "
        "someone with this history.",
        "sum_g p ln(p / ((1 - a) q + a p)), a = 0.01",
        0,
        4.605170185988092,
        "lower",
        "nats",
        "user",
        "Steck 2018",
        "calibration",
        ("interactions", "categories"),
    ),
    MetricSpec(
        "exposure_disparity",
        "Expected exposure, disparity",
        "How unevenly attention is spread over items; the same for every full list, lower for a "
        "mix of lists. Two draws or more of a list tell it of the policy, one draw of itself.",
        "sum over items of e_i squared, e_i = 1/log2(1 + rank); with draws, the mean over pairs of "
        "them of sum over items of e_i e'_i",
        0,
        None,
        "lower",
        "",
        "user",
        "Diaz et al. 2020",
        "exposure",
        ("held_out",),
    ),
    MetricSpec(
        "exposure_relevance",
        "Expected exposure, relevance",
        "How much of the attention goes to items the person really chose, each of which "
        "deserves the same.",
        "sum over items of e_i e*_i; e* shares the first places among relevant items alike; with "
        "draws, their mean",
        0,
        None,
        "higher",
        "",
        "user",
        "Diaz et al. 2020",
        "exposure",
        ("held_out",),
    ),
    MetricSpec(
        "exposure_loss",
        "Expected exposure, loss",
        "How far the attention items get is from the attention they deserve; 0 is exactly as "
        "deserved. Of a policy it takes two draws or more of a list.",
        "sum over items of (e_i - e*_i) squared = disparity - 2 relevance + sum of e* squared",
        0,
        None,
        "lower",
        "",
        "user",
        "Diaz et al. 2020",
        "exposure",
        ("held_out",),
    ),
)
