"""Every measure as data: what it is, where it lies, which way is up, where it comes from."""

from __future__ import annotations

from audits.measures.aggregates import AGGREGATES
from audits.measures.lists import LISTS
from audits.measures.parity import PARITY
from audits.measures.rounds import ROUNDS
from audits.measures.spec import MetricSpec
from audits.measures.system import SYSTEM
from engine.errors import UnknownNameError

__all__ = ["CATALOGUE", "EVERYTHING", "metric"]

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
        "accuracy",
        ("held_out",),
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
        "accuracy",
        ("held_out",),
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
        "accuracy",
        ("held_out",),
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
        "accuracy",
        ("held_out",),
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
        "accuracy",
        ("held_out",),
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
        "accuracy",
        ("held_out",),
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
        "exposure",
        ("items",),
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
        "exposure",
        ("items",),
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
        "exposure",
        ("items",),
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
        "popularity",
        ("interactions",),
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
        "popularity",
        ("interactions",),
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
        "popularity",
        ("interactions",),
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
        "variety",
        ("categories",),
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
        "variety",
        ("categories",),
    ),
    *LISTS,
    *SYSTEM,
    *PARITY,
)
# With what is made from groups, and what only a simulation can measure.
EVERYTHING: tuple[MetricSpec, ...] = (*CATALOGUE, *AGGREGATES, *ROUNDS)


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
