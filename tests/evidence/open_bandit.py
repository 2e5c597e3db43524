"""On the Open Bandit random log the Thompson policy's value covers what it earned in its own.

Two parts. First the figures that Open Bandit Pipeline printed for its sample (relative to the
logged mean: IPW 1.198126, DM .932797, DR 1.244027), on its split and settings: 1e5 simulated
lists and 3 shuffled folds, both from its legacy generator with seed 12345; a logistic regression
a place on user dummies and item features, without the item's number. IPW comes out to all
digits. DM and DR differ by less than 2e-5, for ours is the exact minimum of the same loss: a
solver that stops at a slope of 1e-4 moves DM by as much, to .932740.

Then what recscope does: exact chances instead of simulated ones, and folds of its own. The
sampler learned on while its own log was made, so beside the policy it went live with stands the
one it was on average: the share of each item in each place of its own log.
"""

from __future__ import annotations

import numpy as np
import yaml
from numpy.typing import NDArray

from engine.assets import fetch
from engine.off_policy.direct import direct
from engine.off_policy.doubly_robust import doubly_robust
from engine.off_policy.estimate import Estimate
from engine.off_policy.evaluation import Evaluation, Settings, evaluate, logged_value
from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.importance import ips
from engine.off_policy.reward_model import fit_rewards
from engine.off_policy.target import place_target
from engine.sources.open_bandit import CAMPAIGNS, Campaign, load_open_bandit, thompson_policy

__all__ = ["published_figures", "run"]

PUBLISHED = {"ips": 1.198126, "dm": 0.932797, "dr": 1.244027}
NEAR = {"ips": 1e-6, "dm": 1e-4, "dr": 1e-4}
LEGACY_SEED = 12345
SIMULATED = 100_000
FOLDS = 3


def run() -> dict[str, object]:
    """Return the published figures beside ours, and each campaign's values with ESS."""
    figures = published_figures()
    campaigns = {campaign: _campaign(campaign) for campaign in CAMPAIGNS}
    covered = [row["covers own log"] for row in campaigns.values()]
    return {
        "headline": f"IPS {figures['ips']:.6f}, DM {figures['dm']:.6f}, DR {figures['dr']:.6f}; "
        f"IPS, SNIPS and DR cover the own log in {sum(covered)} of {len(covered)} campaigns",
        "holds": all(covered)
        and all(abs(figures[name] - value) <= NEAR[name] for name, value in PUBLISHED.items()),
        "settings": {"legacy seed": LEGACY_SEED, "simulated": SIMULATED, "folds": FOLDS},
        "relative to the logged mean": {
            name: {"published": value, "ours": round(figures[name], 6)}
            for name, value in PUBLISHED.items()
        },
        "campaigns": campaigns,
    }


def published_figures() -> dict[str, float]:
    """Return IPS, DM and DR over the logged mean, on the published split and settings."""
    log = load_open_bandit(fetch("open-bandit"), logged_by="uniform", campaign="all")
    target = place_target("thompson", _simulated(), log)
    assert target.table is not None
    assert target.groups is not None
    assert log.propensities is not None
    weights = target.chosen / log.propensities
    model = fit_rewards(log, _shuffled_folds(len(log.actions)), regularization=1.0)
    expected, predicted = model.expected(target.table, target.groups), model.of_logged(log.actions)
    terms = (
        ips(log.rewards, weights),
        direct(expected),
        doubly_robust(log.rewards, weights, predicted=predicted, expected=expected),
    )
    return {t.estimator: float(t.numerators.mean() / log.rewards.mean()) for t in terms}


def _simulated() -> NDArray[np.float64]:
    """(3, 80) how often each item came first, second and third in simulated lists."""
    path = fetch("open-bandit-prior") / "prior_bts.yaml"
    prior = yaml.safe_load(path.read_text(encoding="utf-8"))["all"]
    legacy = np.random.RandomState(LEGACY_SEED)  # noqa: NPY002 - the published stream
    counts = np.zeros((3, len(prior["alpha"])))
    for _ in range(100):
        draws = legacy.beta(prior["alpha"], prior["beta"], size=(SIMULATED // 100, counts.shape[1]))
        first = np.argsort(draws, axis=1)[:, :-4:-1]
        for place in range(3):
            counts[place] += np.bincount(first[:, place], minlength=counts.shape[1])
    return counts / SIMULATED


def _shuffled_folds(n: int) -> NDArray[np.int64]:
    order = np.arange(n)
    np.random.RandomState(LEGACY_SEED).shuffle(order)  # noqa: NPY002 - the published stream
    folds = np.empty(n, dtype=np.int64)
    for fold, rows in enumerate(np.array_split(order, FOLDS)):
        folds[rows] = fold
    return folds


def _campaign(campaign: Campaign) -> dict[str, object]:
    folder, settings = fetch("open-bandit"), Settings()
    log = load_open_bandit(folder, logged_by="uniform", campaign=campaign)
    own = load_open_bandit(folder, logged_by="thompson", campaign=campaign)
    earned = logged_value(own, settings=settings)
    tables = {
        "as it went live": thompson_policy(fetch("open-bandit-prior"), campaign=campaign),
        "on average": _average_policy(own),
    }
    rows = {
        name: _evaluated(evaluate(log, place_target(name, table, log), settings=settings), earned)
        for name, table in tables.items()
    }
    return {
        "uniform earned": _figures(logged_value(log, settings=settings)),
        "thompson earned in its own log": _figures(earned),
        "thompson estimated from the uniform log": rows,
        "covers own log": all(row["covers own log"] for row in rows.values()),
    }


def _average_policy(own: LoggedFeedback) -> NDArray[np.float64]:
    counts = np.zeros((own.n_places, len(own.action_ids)))
    np.add.at(counts, (own.places, own.actions), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def _evaluated(found: Evaluation, earned: Estimate) -> dict[str, object]:
    weighted = [e for e in found.estimates if e.estimator in ("ips", "snips", "dr")]
    return {
        "estimates (value, low, high, ess)": {e.estimator: _figures(e) for e in found.estimates},
        "ess": round(found.support.ess, 1),
        "ess share": round(found.support.ess_share, 4),
        "mean weight": round(found.support.mean_weight, 4),
        "covers own log": all(_covers(e, earned) for e in weighted),
    }


def _covers(estimate: Estimate, earned: Estimate) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    assert earned.value is not None
    return estimate.low <= earned.value <= estimate.high


def _figures(estimate: Estimate) -> list[float | None]:
    known = (estimate.value, estimate.low, estimate.high, estimate.ess)
    return [None if value is None else float(f"{value:.5g}") for value in known]
