"""What ``--json`` prints and the API answers: one form for both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite

import polars as pl

from engine.config import RunConfig
from engine.dataset import Dataset
from engine.justifications.justification import Justification
from engine.policies.achieved import Achieved
from engine.shortfall import find_shortfall

__all__ = ["finite", "justification_json", "recommendations_json"]


def recommendations_json(
    config: RunConfig,
    train: Dataset,
    table: pl.DataFrame,
    achieved: Achieved,
    *,
    users: Sequence[str] | None = None,
) -> dict[str, object]:
    """Return what is said about a recommendations table of everyone or of ``users``."""
    return {
        "config": config.to_dict(),
        "fingerprints": {"train": train.fingerprint},
        "users": table["user_id"].n_unique(),
        "rows": table.height,
        "exploration": asdict(achieved),
        **asdict(find_shortfall(train, n=config.n, users=users)),
    }


def justification_json(found: Justification, *, numbers: bool = True) -> dict[str, object]:
    """Return a text with all it rests on; without its numbers, no score is told."""
    return {
        "text": found.text,
        "language": found.language,
        "audience": found.audience,
        "produced_by": found.produced_by,
        "ai_generated": found.generated,
        "facts": json.loads(found.facts.to_json()) if numbers else None,
        "facts_digest": found.facts.digest,
        "cited": list(found.cited),
        "checks": [asdict(check) for check in found.verdict.checks],
        "refused_attempts": list(found.attempts),
        "refusal": found.facts.refusal,
        "trouble": None if found.trouble is None else str(found.trouble),
        "model_digest": found.model_digest,
        "prompt_digest": found.prompt_digest,
    }


def finite(value: float) -> float | None:
    """Return a number that JSON can hold; none where there is none."""
    return float(value) if isfinite(value) else None
