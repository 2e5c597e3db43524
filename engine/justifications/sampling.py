"""Records of real recommendations, drawn over models, policies and people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.explanations.attribution import explain
from engine.justifications.facts import FactRecord, collect_facts
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import fit_model, recommend

__all__ = ["sample_facts"]


def sample_facts(
    train: Dataset,
    *,
    dataset: str,
    models: Sequence[str],
    policies: Sequence[str],
    rate: float,
    count: int,
    seed: int,
    n: int = 10,
) -> Iterator[FactRecord]:
    """Give ``count`` records, equally many of each model and policy as far as that divides.

    People and places are drawn without regard to what is in them. A policy that takes no rate
    gets none.
    """
    pairs = [(model, policy) for model in models for policy in policies]
    rng = stream(seed, "choices")
    for number, (name, policy_name) in enumerate(pairs):
        wanted = count // len(pairs) + (number < count % len(pairs))
        rows = rng.integers(train.n_users, size=wanted)
        places = rng.integers(n, size=wanted)
        model = fit_model(RunConfig(dataset, name, seed=seed), train)
        people = train.histories.take(rows)
        policy = make_policy(policy_name, PolicyContext(train, model, people))
        shown = recommend(
            model,
            people,
            policy=policy,
            rate=rate if policy.takes_rate else 0.0,
            n=n,
            rng=stream(seed, "policy"),
        )
        for row, place in enumerate(places):
            item = int(shown.items[row, place])
            if item < 0:
                continue
            following = int(shown.items[row, place + 1]) if place + 1 < n else -1
            yield collect_facts(
                explain(model, train.histories.take(np.array([rows[row]])), item),
                train,
                personalised=model.capabilities.personalised,
                explored=bool(shown.by_chance[row, place]),
                propensity=float(shown.propensities[row, place]),
                next_item=following if following >= 0 else None,
            )
