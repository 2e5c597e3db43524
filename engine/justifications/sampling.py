"""Records of real recommendations, drawn over models, policies and people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.justifications.facts import FactRecord
from engine.justifications.gathering import place_facts
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
            history = train.histories.take(np.array([rows[row]]))
            own = shown.take([row])
            yield place_facts(
                model, history, train, own, place=place, near=policy.is_near(row, item)
            )
