"""What the literature says of feedback loops, as signs that a simulation may show or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from audits.effects import dose_response, effects, group_gaps, over_seeds, trends, with_regret

__all__ = [
    "HALF",
    "MINORITY_GAP",
    "ONCE",
    "RATES",
    "STUDIES",
    "Claim",
    "Judged",
    "by_effect",
    "judge",
    "overall",
    "unjudged",
]

RATES = (0.0, 0.05, 0.1, 0.2, 0.5)
MODEL, ONCE, HALF = "rate 0", "rate 0, trained once", "rate 0, half follow"
MINORITY_GAP = "F - M"
SETTLED = 5
Sign = Literal["above", "below", "not below"]
Judged = Mapping[str, Mapping[str, Mapping[str, object]]]
"""By world and study: what `judge` returns."""


@dataclass(frozen=True)
class Claim:
    """A number over seeds, and the side of 0 on which the study saw it.

    ``kind``: "effect" is arm minus reference in the last round, "trend" the last round minus an
    early one, "trend gap" the difference of two trends, "slope" the change per unit of rate, "gap"
    the minority minus the majority. "not below": the interval must not lie below 0.
    """

    says: str
    kind: Literal["effect", "trend", "trend gap", "slope", "gap"]
    measure: str
    sign: Sign
    arm: str = MODEL
    reference: str = ""


STUDIES: Mapping[str, tuple[Claim, ...]] = {
    "Chaney 2018": (
        Claim(
            "more alike than with the oracle", "effect", "homogenisation", "above", MODEL, "oracle"
        ),
        Claim("retraining: more alike than once", "effect", "homogenisation", "above", MODEL, ONCE),
        Claim("retraining does not lower regret", "effect", "regret", "not below", MODEL, ONCE),
    ),
    "Mansoury 2020": (
        Claim("popularity of lists rises by round", "trend", "arp", "above"),
        Claim("aggregate diversity falls by round", "trend", "coverage", "below"),
        Claim("profiles of the minority shift more", "gap", "profile_drift", "above"),
    ),
    "Aridor 2020": (
        Claim("narrowing without a recommender", "trend", "recent_diversity", "below", "search"),
        Claim(
            "within people: wider with one",
            "effect",
            "intra_user_diversity",
            "above",
            MODEL,
            "search",
        ),
        Claim("between people: more alike", "effect", "homogenisation", "above", MODEL, "search"),
    ),
    "Nguyen 2014": (
        Claim("followers narrow", "trend", "recent_diversity", "below"),
        Claim("followers narrow less", "trend gap", "recent_diversity", "above", MODEL, "search"),
    ),
    "Jiang 2019": (
        Claim("exploration slows the shift of profiles", "slope", "profile_drift", "below"),
        Claim("the oracle shifts them most", "effect", "profile_drift", "above", "oracle", MODEL),
    ),
    "Diversity paradox 2026": (
        Claim("everyone follows: narrowing by round", "trend", "recent_diversity", "below"),
        Claim("half follow: narrowing by round", "trend", "recent_diversity", "below", HALF),
        Claim("together: less is shown than found", "effect", "coverage", "below", MODEL, "search"),
    ),
}


def judge(measures: pl.DataFrame) -> dict[str, dict[str, object]]:
    """Return, for each study, what was found of each claim, and a verdict.

    "reproduced": every interval lies on the side the study saw; "not reproduced": none does;
    "in part": some do. A claim that the data cannot speak to is left out.
    """
    whole = with_regret(measures)
    found = {study: [_find(whole, claim) for claim in claims] for study, claims in STUDIES.items()}
    return {
        study: {"verdict": _verdict([row["as reported"] for row in rows if row]), "claims": kept}
        for study, rows in found.items()
        if (kept := [row for row in rows if row])
    }


def overall(verdicts: Mapping[str, str]) -> str:
    """Sum the verdicts of several worlds up in one."""
    if not verdicts:
        return "not judged"
    if len(set(verdicts.values())) == 1:
        return next(iter(verdicts.values()))
    return "depends on the world: " + "; ".join(f"{w}: {v}" for w, v in verdicts.items())


def by_effect(judged: Judged) -> list[dict[str, object]]:
    """Return, for each claim of each study, its figure in every world, and a verdict over worlds.

    In a world a claim is "reproduced" if its interval lies on the side the study saw, and else
    "not reproduced", be there no effect or the opposite one; over worlds see `overall`.
    """
    rows = []
    for study, claims in STUDIES.items():
        for claim in claims:
            worlds = {
                world: {
                    "verdict": "reproduced" if row["as reported"] else "not reproduced",
                    **{name: row[name] for name in ("value", "low", "high", "seeds")},
                }
                for world, found in judged.items()
                for row in _claims_of(found, study)
                if row["says"] == claim.says
            }
            summed = overall({world: str(row["verdict"]) for world, row in worlds.items()})
            rows.append({"study": study, "says": claim.says, "verdict": summed, "worlds": worlds})
    return rows


def unjudged(effects_found: list[dict[str, object]], *, seeds: int) -> list[str]:
    """Name the claims without any figure, or with one that lacks an interval or so many seeds."""
    return [
        f"{row['study']}: {row['says']}"
        for row in effects_found
        if not _is_judged(row["worlds"], seeds=seeds)
    ]


def _is_judged(worlds: object, *, seeds: int) -> bool:
    assert isinstance(worlds, dict)
    figures = [[row[name] for name in ("value", "low", "high")] for row in worlds.values()]
    return (
        bool(worlds)
        and all(None not in row and np.isfinite(row).all() for row in figures)
        and all(row["seeds"] >= seeds for row in worlds.values())
    )


def _claims_of(found: Mapping[str, Mapping[str, object]], study: str) -> list[dict[str, object]]:
    claims = found[study]["claims"] if study in found else []
    assert isinstance(claims, list)
    return claims


def _verdict(met: list[object]) -> str:
    if all(met):
        return "reproduced"
    return "in part" if any(met) else "not reproduced"


def _find(measures: pl.DataFrame, claim: Claim) -> dict[str, object]:
    row = _row(measures, claim)
    if row is None or row["low"] is None:
        return {}
    low, high = row["low"], row["high"]
    as_reported = {"above": low > 0, "below": high < 0, "not below": high >= 0}[claim.sign]
    return {
        "says": claim.says,
        "measure": claim.measure,
        "of": claim.kind,
        "arm": claim.arm,
        "reference": claim.reference,
        "expected": claim.sign,
        "value": row["value"],
        "low": low,
        "high": high,
        "seeds": row["n"],
        "as reported": as_reported,
    }


def _row(measures: pl.DataFrame, claim: Claim) -> dict[str, float] | None:
    rows = measures.filter(pl.col("measure") == claim.measure)
    last = pl.col("round") == pl.col("round").max()
    if claim.kind == "gap":
        gaps = group_gaps(rows).filter(last, pl.col("arm") == claim.arm)
        table = over_seeds(gaps.filter(pl.col("group") == MINORITY_GAP), by=["measure"])
        return table.row(0, named=True) if table.height else None
    rows = rows.filter(pl.col("group").is_null())
    if claim.kind == "effect":
        found = effects(rows, reference_arm=claim.reference).filter(last)
        return found.row(by_predicate=pl.col("arm") == claim.arm, named=True)
    if claim.kind == "slope":
        arms = {f"rate {rate:g}": rate for rate in RATES}
        return dose_response(rows, arms=arms).filter(last).row(0, named=True)
    since = SETTLED if claim.measure == "recent_diversity" else 1
    if claim.kind == "trend":
        found = trends(rows, since=since)
        return found.row(by_predicate=pl.col("arm") == claim.arm, named=True)
    early = rows.filter(pl.col("round") == since).select("arm", "seed", early="value")
    moved = rows.filter(last).join(early, on=["arm", "seed"], maintain_order="left")
    moved = moved.with_columns(value=pl.col("value") - pl.col("early")).drop("early")
    found = effects(moved, reference_arm=claim.reference)
    return found.row(by_predicate=pl.col("arm") == claim.arm, named=True)
