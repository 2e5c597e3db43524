"""Ten pairs of orders stand for a thousand orders; intervals cover; seeds agree on the first five.

MovieLens-100K, 75/25; 12 people with 10 to 60 items, others than those the sampler was made on, and
their best item. Ten pairs: the evaluations of ten antithetic pairs, 20 a player and 20 more.
Default: what is drawn where nobody says how much. Reference: 500 pairs, which are 1,000 orders, of
another seed. Beside it the same people's last 12 items, where every subset can be asked.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.stats import spearmanr

from engine.config import stream
from engine.explanations.attribution import explain
from engine.explanations.explanation import FIRST, Explanation
from engine.explanations.question import Effort
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.sources.registry import load
from tests.evidence.accuracy import cut
from tests.evidence.counterfactuals import SEED, best_item, people

__all__ = ["run"]

MODELS = ("als", "user-knn", "mult-vae")
MADE_ON, PEOPLE, SEEDS, PAIRS, FEW, CUTS = 12, 12, 10, 500, 12, 10
LEAST_SPEARMAN, LEAST_JACCARD, MOST_APART, COVERAGE = 0.95, 0.9, 0.01, (0.93, 0.97)


def run() -> dict[str, object]:
    """Return the figures by model, and whether each target is met."""
    train = cut(load("ml-100k"), seed=SEED).train
    who = people(train, 60, MADE_ON + PEOPLE)[MADE_ON:]
    found = {
        name: _of_model(make_model(name).fit(train, rng=stream(SEED, "fit")), who)
        for name in MODELS
    }
    each = list(found.values())
    low, high = COVERAGE
    targets = {
        f"Spearman of ten pairs at least {LEAST_SPEARMAN}": all(
            r["Spearman, ten pairs"] >= LEAST_SPEARMAN for r in each
        ),
        f"CDCG and POS@5 of ten pairs within {MOST_APART:.0%}": all(
            max(r["CDCG apart, ten pairs"], r["POS@5 apart, ten pairs"]) <= MOST_APART for r in each
        ),
        "95% intervals cover within 2 points": all(
            low <= r[name] <= high for r in each for name in r if name.startswith("coverage")
        ),
        f"Jaccard@5 over seeds at least {LEAST_JACCARD} by default": all(
            r["Jaccard@5, default"] >= LEAST_JACCARD for r in each
        ),
        "same seed, same bits": all(r["same bits"] == 1 for r in each),
    }
    missed = [name for name, met in targets.items() if not met]
    return {
        "headline": "; ".join(
            f"{name}: Spearman {r['Spearman, ten pairs']:.3f}, "
            f"coverage {r['coverage, default']:.3f}, Jaccard@5 {r['Jaccard@5, default']:.2f} "
            f"in {r['evaluations a player, default']:.0f} evaluations a player"
            for name, r in found.items()
        )
        + "; missed: "
        + (", ".join(missed) or "none"),
        "holds": not missed,
        "settings": {"seed": SEED, "people": PEOPLE, "seeds": SEEDS, "reference pairs": PAIRS},
        "targets": targets,
        "sampled": found,
    }


def _of_model(model: Recommender, who: list[Histories]) -> dict[str, float]:
    rows = [_of_person(model, history) for history in who]
    means = {name: float(np.mean([row[name] for row in rows])) for row in rows for name in row}
    for name in ("CDCG", "POS@5"):
        truth = means.pop(f"{name}, reference")
        means[f"{name} apart, ten pairs"] = abs(means[f"{name}, ten pairs"] - truth) / truth
        means[name] = truth
    return {name: round(value, 4) for name, value in means.items()}


def _of_person(model: Recommender, history: Histories) -> dict[str, float]:
    target, n = best_item(model, history), len(history.items)
    truth = _sample(model, history, target, seed=99, effort=_pairs(n))
    found = {}
    for name, effort in (("ten pairs", Effort(20 * (n + 1))), ("default", Effort())):
        runs = [_sample(model, history, target, seed=s, effort=effort) for s in range(SEEDS)]
        found |= {f"{key}, {name}": value for key, value in _compared(runs, truth).items()}
        if name == "ten pairs":
            marks = np.mean([_marks(model, history, one) for one in runs], axis=0)
    found["CDCG, ten pairs"], found["POS@5, ten pairs"] = marks
    found["CDCG, reference"], found["POS@5, reference"] = _marks(model, history, truth)
    again = _sample(model, history, target, seed=0, effort=Effort())
    found["same bits"] = float(again.contributions.tobytes() == runs[0].contributions.tobytes())
    short = history.keep(np.arange(n) >= n - FEW)
    known = explain(model, short, target, method="enumeration").contributions
    runs = [_sample(model, short, target, seed=s, effort=Effort(20 * 13)) for s in range(SEEDS)]
    inside = [np.abs(one.contributions - known) <= _half(one) for one in runs]
    return found | {"coverage of the truth, 12 items": float(np.mean(inside))}


def _compared(runs: list[Explanation], truth: Explanation) -> dict[str, float]:
    # The reference has an error of its own.
    widths = [np.hypot(_half(one), _half(truth)) for one in runs]
    off = [np.abs(one.contributions - truth.contributions) for one in runs]
    agreement = [spearmanr(one.contributions, truth.contributions).statistic for one in runs]
    players = len(truth.players)
    return {
        "Spearman": float(np.mean(agreement)),
        "coverage": float(np.mean(np.array(off) <= np.array(widths))),
        "Jaccard@5": float(np.mean([_jaccard(a, b) for a, b in combinations(runs, 2)])),
        "told apart": float(np.mean([one.told_apart for one in runs])),
        "evaluations a player": float(np.mean([one.evaluations for one in runs]) / (players + 1)),
    }


def _marks(model: Recommender, history: Histories, one: Explanation) -> tuple[float, float]:
    """CDCG and POS@5: means over 11 cuts of what the item's rank is without the first of an order.

    The last cut removes everything; see the LXR protocol (Barkan et al., WWW 2024).
    """
    parts = np.array_split(np.arange(len(one.order)), CUTS)
    removed = np.cumsum([0, *(len(part) for part in parts)])
    masks = np.argsort(one.order) < removed[:, None]
    ask = Rescorer(model, history, one.target, n=1)
    ranks = ask.standing(ask.without(masks)).ranks
    return float(np.mean(1 / np.log2(1 + ranks))), float(np.mean(ranks <= 5))


def _pairs(n: int) -> Effort:
    """As many evaluations as the reference's pairs need."""
    return Effort(2 + 2 * n + 2 * (n - 3) * PAIRS)


def _sample(
    model: Recommender, history: Histories, target: int, *, seed: int, effort: Effort
) -> Explanation:
    rng = np.random.default_rng(seed)
    return explain(model, history, target, method="permutation", rng=rng, effort=effort)


def _half(one: Explanation) -> np.ndarray:
    assert one.half_widths is not None
    return one.half_widths


def _jaccard(first: Explanation, second: Explanation) -> float:
    a, b = (set(one.order[:FIRST].tolist()) for one in (first, second))
    return len(a & b) / len(a | b)
