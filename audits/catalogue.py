"""Every measure as data: what it is, where it lies, which way is up, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import UnknownNameError

__all__ = ["CATALOGUE", "MetricSpec", "metric"]

Direction = Literal["higher", "lower", "descriptive"]
Scope = Literal["user", "system"]


@dataclass(frozen=True)
class MetricSpec:
    """One measure.

    Attributes
    ----------
    id
        The name in reports and thresholds.
    label, definition
        What a person reads; both are translated.
    formula
        In plain notation; k is the list length that is looked at.
    low, high
        Range; None where the data decide.
    direction
        Which way is better, or "descriptive" where neither is.
    unit
        Of the value; empty for a pure number.
    scope
        "user": a mean over users, so it can be split by group. "system": of all lists together;
        it grows with the number of users, so groups of different size are not compared by it.
    source
        Where the definition comes from.
    """

    id: str
    label: str
    definition: str
    formula: str
    low: float | None
    high: float | None
    direction: Direction
    unit: str
    scope: Scope
    source: str


CATALOGUE: tuple[MetricSpec, ...] = (
    MetricSpec(
        "ndcg",
        "Accuracy (NDCG)",
        "How well the list puts items the person really chose near the top; 1 is a perfect list.",
        "DCG/IDCG; DCG = sum over hits of 1/log2(rank+1), IDCG over min(k, relevant) places",
        0,
        1,
        "higher",
        "",
        "user",
        "Järvelin & Kekäläinen 2002",
    ),
    MetricSpec(
        "recall",
        "Recall",
        "Share of the items the person really chose that are on the list.",
        "hits / relevant",
        0,
        1,
        "higher",
        "",
        "user",
        "Herlocker et al. 2004",
    ),
    MetricSpec(
        "precision",
        "Precision",
        "Share of the places on the list that hold an item the person really chose.",
        "hits / k",
        0,
        1,
        "higher",
        "",
        "user",
        "Herlocker et al. 2004",
    ),
    MetricSpec(
        "hit_rate",
        "Hit rate",
        "Share of people whose list holds at least one item they really chose.",
        "1 if any hit, else 0",
        0,
        1,
        "higher",
        "",
        "user",
        "Deshpande & Karypis 2004",
    ),
    MetricSpec(
        "mrr",
        "Reciprocal rank (MRR)",
        "One over the place of the first item the person really chose; 0 if there is none.",
        "1 / rank of the first hit",
        0,
        1,
        "higher",
        "",
        "user",
        "Voorhees 1999",
    ),
    MetricSpec(
        "map",
        "Average precision (MAP)",
        "Precision read off at every hit and averaged; rewards hits near the top.",
        "(1/min(k, relevant)) sum over hits of precision at that rank",
        0,
        1,
        "higher",
        "",
        "user",
        "Buckley & Voorhees 2000",
    ),
    MetricSpec(
        "coverage",
        "Catalogue coverage",
        "Share of the whole catalogue that is shown to at least one person.",
        "distinct items shown / items in the catalogue",
        0,
        1,
        "higher",
        "",
        "system",
        "Ge et al. 2010",
    ),
    MetricSpec(
        "gini",
        "Concentration of exposure (Gini)",
        "How unevenly the places are spread over the catalogue; 0 is even, near 1 is a few items "
        "taking all.",
        "sum_j (2j - n - 1) c_(j) / (n T) over all n items of the catalogue",
        0,
        1,
        "lower",
        "",
        "system",
        "Gini 1912; Fleder & Hosanagar 2009",
    ),
    MetricSpec(
        "entropy",
        "Evenness of exposure (entropy)",
        "How evenly the places are spread over items, in bits; more bits is more even.",
        "-sum p log2 p over the shares of places",
        0,
        None,
        "higher",
        "bits",
        "system",
        "Shannon 1948",
    ),
    MetricSpec(
        "exposure_merit",
        "Attention for merit",
        "Share of attention over share of merit; 1 is attention in proportion to merit.",
        "(E(g) / sum of E) / (U(g) / sum of U)",
        0,
        None,
        "descriptive",
        "",
        "system",
        "Singh & Joachims 2018; Biega et al. 2018",
    ),
    MetricSpec(
        "arp",
        "Popularity of what is shown (ARP)",
        "How many people interacted with the shown items before, on average; more is more popular.",
        "mean over the list of the item's training interactions",
        0,
        None,
        "descriptive",
        "interactions",
        "user",
        "Yin et al. 2012",
    ),
    MetricSpec(
        "aplt",
        "Share of little-known items (APLT)",
        "Share of the list outside the popular head, the items that gather 80% of interactions.",
        "items of the list in the tail / length of the list",
        0,
        1,
        "descriptive",
        "",
        "user",
        "Abdollahpouri et al. 2017",
    ),
    MetricSpec(
        "novelty",
        "Novelty",
        "How surprising the shown items are by how few people know them, in bits.",
        "mean over the list of -log2(max(users of the item, 1) / users)",
        0,
        None,
        "descriptive",
        "bits",
        "user",
        "Zhou et al. 2010",
    ),
    MetricSpec(
        "intra_list_diversity",
        "Variety within a list",
        "How different the items of one list are from each other by their categories; 0 is all "
        "alike.",
        "mean over pairs of 1 - cosine of their category vectors",
        0,
        1,
        "descriptive",
        "",
        "user",
        "Ziegler et al. 2005",
    ),
    MetricSpec(
        "category_entropy",
        "Spread over categories",
        "How evenly a list is spread over categories, in bits; fewer bits is narrower.",
        "-sum q log2 q over the category shares of the list",
        0,
        None,
        "descriptive",
        "bits",
        "user",
        "Shannon 1948",
    ),
)


def metric(name: str) -> MetricSpec:
    """Return the catalogue row of a measure; an unknown name is a named error.

    Examples
    --------
    >>> metric("gini").scope
    'system'
    """
    for spec in CATALOGUE:
        if spec.id == name:
            return spec
    raise UnknownNameError(
        "no measure {name}; there are {known}",
        name=name,
        known=", ".join(spec.id for spec in CATALOGUE),
    )
