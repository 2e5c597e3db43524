"""Measures of a simulated feedback loop; `audits.feedback` takes them."""

from __future__ import annotations

from audits.measures.spec import MetricSpec

__all__ = ["ROUNDS"]

ROUNDS: tuple[MetricSpec, ...] = (
    MetricSpec(
        "intra_user_diversity",
        "Variety of one person's choices",
        "How different the items are that one person chose, by their categories; lower is "
        "narrower.",
        "mean over pairs of choices of 1 - cosine of their category vectors",
        0,
        1,
        "descriptive",
        "",
        "rounds",
        "Nguyen et al. 2014",
        "bubble",
        ("feedback", "categories"),
    ),
    MetricSpec(
        "homogenisation",
        "Likeness between people",
        "Share of what two people have chosen that both have chosen, mean over all pairs.",
        "mean over pairs of people of shared choices / all choices of the two",
        0,
        1,
        "descriptive",
        "",
        "rounds",
        "Chaney et al. 2018",
        "bubble",
        ("feedback",),
    ),
    MetricSpec(
        "majority_category_share",
        "Share of the largest category",
        "Share of a person's choices that falls to their largest category; higher is narrower.",
        "largest category's share of the choices",
        0,
        1,
        "descriptive",
        "",
        "rounds",
        "after Chaney et al. 2018",
        "bubble",
        ("feedback", "categories"),
    ),
    MetricSpec(
        "profile_drift",
        "Drift of the profile",
        "How far the categories of all a person has by now are from those they had before; it "
        "grows with how much they chose, too.",
        "sum_g p ln(p / ((1 - a) q + a p)), p before the first round, q now, a = 0.01",
        0,
        4.605170185988092,
        "descriptive",
        "nats",
        "rounds",
        "after Steck 2018",
        "bubble",
        ("feedback", "interactions", "categories"),
    ),
    MetricSpec(
        "discoverable_corpus",
        "Discoverable part of the catalogue",
        "Share of the catalogue that was chosen at least five times in the last five rounds.",
        "items with at least 5 choices in 5 rounds / items in the catalogue",
        0,
        1,
        "descriptive",
        "",
        "rounds",
        "after Su et al. 2024",
        "bubble",
        ("feedback", "items"),
    ),
)
