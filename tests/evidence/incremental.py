"""After 10% new interactions an update keeps 98% of a refit's nDCG@10; who needs 20% of its time.

The training part of MovieLens-100K (75/25) is cut once more: the newest tenth is new. "spread": a
tenth of every history, so everyone did something new. "latest": the last tenth of the log by
time, which a few people made, as between two nightly runs. A model fitted before learns the rest by
`update`; another is fitted on everything. "before" is the model that learned nothing new, asked
with the new histories. Seconds are medians of turns taken one after the other. Each turn has a
seed of its own, for two fits of a small network differ by a few hundredths from luck; accuracies
are means, and the share of nDCG has its standard error over turns. Models that learn by gradient
descent have "latest" alone, the slowest of them one turn. Two fits of the LSTM differ by 4%, so
that three turns tell its share no better than within 2%: it has twelve.

What fits in the time it takes to join two logs has nothing to save: popularity and user-knn. A new
count may change any neighbourhood, and finding those is the fit: item-knn. Content learns nothing
from a log, so that its update is the joining alone, about a fifth of reading all titles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median, stdev
from time import perf_counter

from engine.config import stream
from engine.models.neural import NeuralRecommender
from engine.models.registry import MODELS, make_model
from engine.sources.registry import load
from engine.splits import Split, random_ratio, temporal
from tests.evidence.accuracy import cut, measure_fitted

__all__ = ["run"]

SEED = 7
NEW_SHARE = 0.1
TURNS = 3
# Those with one take up to a minute a fit, and vary little.
TURNS_OF: Mapping[str, int] = {
    **dict.fromkeys(("bpr", "mult-vae", "lightgcn", "lightgcn-kg", "sasrec"), 1),
    "lstm": 12,
}
LEAST_NDCG, MOST_TIME = 0.98, 0.20
# Their fit is no work that an update could spare, as told above.
NOTHING_TO_SAVE = frozenset({"popularity", "user-knn", "item-knn", "content"})

Figures = Mapping[str, Mapping[str, float]]


def run() -> dict[str, object]:
    """Return, by way of being new and by model, both times and all three accuracies."""
    outer = cut(load("ml-100k"), seed=SEED)
    train = outer.train
    parts = {
        "spread": random_ratio(train, test_share=NEW_SHARE, rng=stream(SEED, "split")),
        "latest": temporal(train, test_share=NEW_SHARE),
    }
    can = [name for name in MODELS if make_model(name).can_update]
    slow = [name for name in can if isinstance(make_model(name), NeuralRecommender)]
    names = {"spread": [name for name in can if name not in slow], "latest": can}
    figures = {
        way: {
            name: _figures(name, part, outer, turns=TURNS_OF.get(name, TURNS))
            for name in names[way]
        }
        for way, part in parts.items()
    }
    return {
        "headline": _headline(figures),
        "holds": all(
            row["share of ndcg"] >= LEAST_NDCG
            and (row["share of time"] <= MOST_TIME or name in NOTHING_TO_SAVE)
            for by_model in figures.values()
            for name, row in by_model.items()
        ),
        "settings": {"seed": SEED, "new share": NEW_SHARE, "turns": TURNS, "turns of": TURNS_OF},
        "people with something new": {way: _people(part) for way, part in parts.items()},
        "cannot update": [name for name in MODELS if name not in can],
        "figures": figures,
    }


def _headline(figures: Mapping[str, Figures]) -> str:
    least = min(row["share of ndcg"] for rows in figures.values() for row in rows.values())
    quick = "; ".join(f"{way}: {', '.join(_quick(rows))}" for way, rows in figures.items())
    return f"lowest share of the refit's nDCG {least}; at most 20% of its time, {quick}"


def _quick(rows: Figures) -> Sequence[str]:
    shares = {name: row["share of time"] for name, row in rows.items()}
    return [f"{name} {share:.0%}" for name, share in shares.items() if share <= MOST_TIME]


def _people(part: Split) -> int:
    return int(part.held_out["user_id"].n_unique())


def _figures(name: str, part: Split, outer: Split, *, turns: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {"updated": [], "refitted": []}
    ndcg: dict[str, list[float]] = {"before": [], "updated": [], "refitted": []}
    whole = Split(part.train.with_more(part.held_out), outer.held_out)
    for turn in range(turns):
        model = make_model(name).fit(part.train, rng=stream(SEED + turn, "fit"))
        ndcg["before"].append(measure_fitted(model, whole))
        start = perf_counter()
        model.update(part.train, part.held_out)
        seconds["updated"].append(perf_counter() - start)
        refit = make_model(name)
        start = perf_counter()
        # A refit has to join the two logs as well.
        refit.fit(part.train.with_more(part.held_out), rng=stream(SEED + turn, "fit"))
        seconds["refitted"].append(perf_counter() - start)
        ndcg["updated"].append(measure_fitted(model, whole))
        ndcg["refitted"].append(measure_fitted(refit, whole))
    means = {when: fmean(values) for when, values in ndcg.items()}
    times = {when: median(values) for when, values in seconds.items()}
    return {
        **{f"ndcg {when}": round(value, 4) for when, value in means.items()},
        **_share(ndcg["updated"], ndcg["refitted"]),
        **{f"seconds {when}": round(value, 4) for when, value in times.items()},
        "share of time": round(times["updated"] / times["refitted"], 3),
        "turns": turns,
    }


def _share(updated: Sequence[float], refitted: Sequence[float]) -> dict[str, float]:
    """Return the ratio of the means, and its standard error over turns: sd(u - share r) / r̄√n.

    Examples
    --------
    >>> _share([0.19, 0.21], [0.2, 0.2])
    {'share of ndcg': 1.0, 'standard error': 0.05}
    >>> _share([0.19], [0.2])
    {'share of ndcg': 0.95}
    """
    share = fmean(updated) / fmean(refitted)
    left = [u - share * r for u, r in zip(updated, refitted, strict=True)]
    found = {"share of ndcg": round(share, 4)}
    if len(left) > 1:
        found["standard error"] = round(stdev(left) / fmean(refitted) / len(left) ** 0.5, 4)
    return found
