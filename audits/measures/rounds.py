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
)
