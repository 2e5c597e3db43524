"""Exact reasons beat the baselines; on an MF as accurate as the reference's they meet its levels.

MovieLens-100K as the comparison LXR cuts it: ratings above 3.5, users and items with two or more,
a fifth of the people not learned from (942 × 1283; 188 explained, those with five items or more).
Target: the best unseen item. Models: two MFs of LXR's form (popular items as negatives, as there)
and EASE; `fidelity_nonlinear` and `fidelity_sequential` have the same tables of Mult-VAE and
SASRec. Leave-one-out is the control. Intervals: 1,000 resamples of people, paired for differences.
Every explanation is scored on all measures; none is chosen by one.

How high DEL stands is a property of the model, not of the explanation. All three are linear in
the history, an identity or a sigmoid around a sum, and of such a model no order of the history
has a lower DEL, at any cut, than the exact one: proof and law at
`engine.explanations.fidelity_bounds`. The record holds that least DEL, computed from the
coefficients, beside the exact order's, asked of the model.

So levels are held against those of the reference only on a model like the reference's, and that is
told by the one thing it states, HR@10 .111: the "matched" MF has the epochs, of `EPOCHS` from the
best on, whose HR@10 is nearest to it. Its levels are targets. The "best" MF has the epochs of the
best HR@10; its levels are reported beside the least that can be, and the baselines must be beaten
on it, as on the matched one and on EASE. Both are chosen by one table of HR@10, without the people
who are explained and before any explanation: a fifth of those it learns from is held out, each of
their items hidden in turn.

HR@10 alone does not make a model the reference's. An MF passes .111 on its way up as well, after
seven epochs, when it has hardly learned, and its DEL is then far higher than on the way down; its
levels, those of other epochs and of a stronger L2, which ranks best of all, stand beside each
one's HR@10, and hold no target.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from engine.config import stream
from engine.dataset import Dataset
from engine.explanations.baselines import Background
from engine.explanations.fidelity import (
    Fidelity,
    Protocol,
    cut_people,
    find_tasks,
    measure_fidelity,
    order_people,
)
from engine.explanations.fidelity_bounds import least_del
from engine.explanations.fidelity_comparison import differences, summary
from engine.explanations.fidelity_sanity import check_sanity
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.logistic_mf import LogisticMF
from engine.models.registry import make_model
from engine.protocols import Strangers, strangers
from engine.sources.registry import load

__all__ = [
    "BASELINES",
    "BEATEN",
    "NONLINEAR",
    "ON",
    "SEED",
    "Table",
    "apart",
    "beaten",
    "chosen_epochs",
    "drawn",
    "measured",
    "said",
    "table",
]

SEED, CHECKED, K = 7, 20, 10
EPOCHS, FIT_SEEDS = (5, 10, 20, 40, 60, 80, 120, 160, 240, 320, 480), (7, 8, 9)
# The hit rate of the reference's model, and the L2 of both MFs, whatever the default becomes.
REFERENCE_RATE, L2 = 0.111, 1e-4
MATCHED, BEST = "logistic-mf, matched", "logistic-mf, best"
OTHERS: Mapping[str, Mapping[str, float]] = {
    "7 epochs": {"epochs": 7},
    "60 epochs": {"epochs": 60},
    "120 epochs": {"epochs": 120},
    "100 epochs, l2 0.03": {"epochs": 100, "l2": 0.03},
    "100 epochs, l2 0.1": {"epochs": 100, "l2": 0.1},
}
# How far the exact order's DEL may be from the least there can be: scores are float32.
SAME = 1e-5
BASELINES = ("random", "jaccard", "cosine", "lime-lxr", "shap-clusters", "accent-lxr", "accent")
# Those that must be beaten, and on what.
BEATEN = ("random", "cosine", "lime-lxr", "shap-clusters", "accent-lxr", "accent")
ON = ("del", "cdcg", "pos@5")
LINEAR = ("exact", "margin:exact", "leave-one-out", "masked-lime", *BASELINES)
NONLINEAR = (
    "permutation",
    "margin:permutation",
    "leave-one-out",
    "margin:leave-one-out",
    *BASELINES,
)
NUMBERS = ("value", "low", "high")
SHOWN: Mapping[Protocol, tuple[str, ...]] = {
    "lxr": (
        "del",
        "ins",
        "del_share",
        "cdcg",
        "pos@5",
        "pos@10",
        "pos@20",
        "neg@5",
        "comprehensiveness",
        "sufficiency",
        "additivity_error",
        "evaluations",
        "seconds",
    ),
    "refined": ("del", "ins", "cdcg", "pos@5"),
    "cfexprec": (
        "pos-p@5",
        "neg-p@5",
        "gini",
        "pn-s@5",
        "pn-s-list@5",
        "pn-r@5",
        "perturbed@5",
    ),
}
Table = dict[str, dict[str, list[float | None]]]


def run() -> dict[str, object]:
    """Return the tables, the paired differences, the checks, and whether each target is met."""
    parts = strangers(load("ml-100k"))
    background = Background.of(parts.train)
    rates = _hit_rates(parts.train)
    epochs = chosen_epochs(rates)
    models: dict[str, Recommender] = {
        **{name: LogisticMF(epochs=count, l2=L2) for name, count in epochs.items()},
        "ease": make_model("ease"),
    }
    found, lowest = {}, {}
    for name, model in models.items():
        model.fit(parts.train, rng=stream(SEED, "fit"))
        found[name] = measured(model, parts.histories, background, methods=LINEAR, checked=CHECKED)
        lowest[name] = _least_del(model, parts.histories, background, found[name])
    targets = {
        **_levels(found[MATCHED]),
        **{f"{name}: exact has the least DEL": _is_least(one) for name, one in lowest.items()},
        **beaten(found, "exact"),
    }
    missed = [name for name, met in targets.items() if not met]
    return {
        "headline": _headline(found, lowest) + "; missed: " + (", ".join(missed) or "none"),
        "holds": not missed,
        "settings": {
            "seed": SEED,
            "l2 of logistic-mf": L2,
            "epochs": epochs,
            "HR@10 of the explained": {
                name: round(_hit_rate(models[name], parts.histories), 4) for name in epochs
            },
            "learned from": parts.train.n_users,
            "items": parts.train.n_items,
            "people": len(parts.histories),
            "people asked again": CHECKED,
        },
        "targets": targets,
        "the least DEL of all orders": lowest,
        "models": found,
        "validation HR@10 by epochs": rates,
        "logistic-mf trained otherwise": _trained_otherwise(parts, background),
    }


def chosen_epochs(rates: Mapping[int, float]) -> dict[str, int]:
    """Return the epochs of the best HR@10, and of them or more those nearest to the reference's.

    Parameters
    ----------
    rates
        HR@10 by epochs; of ties the fewest.

    Examples
    --------
    >>> chosen_epochs({5: 0.11, 20: 0.18, 40: 0.19, 80: 0.13, 160: 0.1})
    {'logistic-mf, matched': 160, 'logistic-mf, best': 40}
    """
    best = max(rates, key=lambda count: (rates[count], -count))
    learned = sorted(count for count in rates if count >= best)
    matched = min(learned, key=lambda count: abs(rates[count] - REFERENCE_RATE))
    return {MATCHED: matched, BEST: best}


def drawn(histories: Histories, count: int, *, longest: int) -> Histories:
    """Draw so many of those who have at most so many items."""
    rows = np.flatnonzero(histories.lengths <= longest)
    return histories.take(np.sort(stream(SEED, "users").permutation(rows)[:count]))


def measured(
    model: Recommender,
    people: Histories,
    background: Background,
    *,
    methods: tuple[str, ...],
    checked: int,
) -> dict[str, Table]:
    """Return means and differences by protocol, and what comes of asking some again."""
    found: dict[str, Table] = {}
    rng = stream(SEED, "explain")
    ordered = order_people(model, people, background=background, methods=methods, rng=rng)
    for protocol, shown in SHOWN.items():
        one = cut_people(ordered, protocol)
        found[protocol] = table(summary(one, rng=stream(SEED, "bootstrap")), shown)
        for reference in methods[:2]:
            found[f"{protocol}, less that of {reference}"] = apart(one, reference, shown)
    checks = check_sanity(
        model,
        people.take(np.arange(checked)),
        background=background,
        methods=methods,
        rng=stream(SEED, "explain"),
    )
    means = summary(checks, rng=stream(SEED, "bootstrap"))
    return {**found, "asked again": table(means, checks.measures)}


def apart(one: Fidelity, reference: str, shown: tuple[str, ...]) -> Table:
    """Return paired differences but for those of costs."""
    kept = [name for name in shown if name not in ("evaluations", "seconds", "additivity_error")]
    return table(differences(one, reference, rng=stream(SEED, "bootstrap")), tuple(kept))


def table(rows: pl.DataFrame, shown: tuple[str, ...]) -> Table:
    """Return value, low and high by method and measure."""
    found: Table = {}
    for row in rows.filter(pl.col("measure").is_in(shown)).to_dicts():
        if row["value"] is not None:
            # Six digits, for chances of one choice among a thousand items are small.
            numbers = [None if row[k] is None else round(row[k], 6) for k in NUMBERS]
            found.setdefault(row["method"], {})[row["measure"]] = numbers
    return found


def beaten(found: Mapping[str, Mapping[str, Table]], first: str) -> dict[str, bool]:
    """Whether the paired interval of each baseline less the attribution lies above 0."""
    targets = {}
    for name, tables in found.items():
        less = tables[f"lxr, less that of {first}"]
        for baseline in BEATEN:
            lows = [less[baseline][measure][1] or 0.0 for measure in ON]
            targets[f"{name}: {first} beats {baseline} on DEL, CDCG and POS@5"] = min(lows) > 0
    return targets


def said(found: Mapping[str, Mapping[str, Table]], first: str) -> str:
    """Return POS@5 of the main methods, of every model."""
    names = (first, f"margin:{first}", "leave-one-out", "accent", "cosine", "lime-lxr", "random")
    return "; ".join(
        f"{model} POS@5 " + ", ".join(f"{m} {tables['lxr'][m]['pos@5'][0]:.3f}" for m in names)
        for model, tables in found.items()
    )


def _hit_rate(model: Recommender, histories: Histories) -> float:
    """HR@10: each item of a history is hidden in turn; the share found again, mean over people."""
    found = []
    for row in range(len(histories)):
        one = histories.take([row])
        n = len(one.items)
        left = one.take(np.zeros(n, dtype=np.int64)).keep(~np.eye(n, dtype=bool).ravel())
        scores = np.where(left.seen(), -np.inf, model.score(left))
        own = scores[np.arange(n), one.items]
        found.append(((scores > own[:, None]).sum(axis=1) < K).mean())
    return float(np.mean(found))


def _hit_rates(train: Dataset) -> dict[int, float]:
    """HR@10 by epochs, mean over fits, on a fifth of the people that no fit has learned from."""
    away = np.sort(stream(SEED, "split").permutation(train.n_users)[: train.n_users // 5])
    ids = [train.user_ids[row] for row in away]
    rest = train.with_interactions(train.interactions.filter(~pl.col("user_id").is_in(ids)))
    held_out = train.histories.take(away)
    found = {}
    for epochs in EPOCHS:
        fits = [LogisticMF(epochs=epochs, l2=L2).fit(rest, rng=stream(s, "fit")) for s in FIT_SEEDS]
        found[epochs] = round(float(np.mean([_hit_rate(model, held_out) for model in fits])), 4)
    return found


def _trained_otherwise(parts: Strangers, background: Background) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, settings in OTHERS.items():
        model = replace(LogisticMF(l2=L2), **settings).fit(parts.train, rng=stream(SEED, "fit"))
        rate = round(_hit_rate(model, parts.histories), 4)
        found[name] = {"HR@10": rate, "levels": _levels_of(model, parts.histories, background)}
    return found


def _least_del(
    model: Recommender, people: Histories, background: Background, tables: Mapping[str, Table]
) -> dict[str, dict[str, float]]:
    """Return DEL's least value over all orders, and the exact order's, by protocol."""
    tasks = find_tasks(model, people, background)
    found = {}
    for protocol in ("lxr", "refined"):
        least = round(float(least_del(tasks, protocol).mean()), 6)
        found[protocol] = {"least": least, "exact": tables[protocol]["exact"]["del"][0] or 0.0}
    return found


def _is_least(found: Mapping[str, Mapping[str, float]]) -> bool:
    return all(abs(one["exact"] - one["least"]) <= SAME for one in found.values())


def _headline(
    found: Mapping[str, Mapping[str, Table]],
    lowest: Mapping[str, Mapping[str, Mapping[str, float]]],
) -> str:
    """Return the levels of each model, the least DEL of all orders, and POS@5 of the methods."""
    told = []
    for name, tables in found.items():
        exact, margin = (tables["lxr"][method] for method in ("exact", "margin:exact"))
        least, refined = lowest[name]["lxr"]["least"], tables["refined"]["margin:exact"]
        told.append(
            f"{name}: DEL {exact['del'][0]:.3f} (least of all orders {least:.3f}), "
            f"CDCG {exact['cdcg'][0]:.3f}, POS@5 {exact['pos@5'][0]:.3f}; "
            f"margin POS@5 {margin['pos@5'][0]:.3f}, refined CDCG {refined['cdcg'][0]:.3f}"
        )
    return "; ".join([*told, said(found, "exact")])


def _levels_of(model: Recommender, people: Histories, background: Background) -> Table:
    one = measure_fidelity(
        model,
        people,
        background=background,
        methods=("exact", "margin:exact", "random", "cosine"),
        rng=stream(SEED, "explain"),
    )
    return table(summary(one, rng=stream(SEED, "bootstrap")), ON)


def _levels(found: Mapping[str, Table]) -> dict[str, bool]:
    limits = {
        "DEL at most .41": ("lxr", "exact", "del", 0.41),
        "CDCG at most .30": ("lxr", "exact", "cdcg", 0.30),
        "POS@5 at most .22": ("lxr", "exact", "pos@5", 0.22),
        "margin POS@5 at most .20": ("lxr", "margin:exact", "pos@5", 0.20),
        "margin refined CDCG at most .45": ("refined", "margin:exact", "cdcg", 0.45),
    }
    return {
        f"{MATCHED}: {name}": (found[protocol][method][measure][0] or 0.0) <= limit
        for name, (protocol, method, measure, limit) in limits.items()
    }
