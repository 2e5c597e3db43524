"""95% intervals hold the truth in 95 ± 2% of planted worlds: overall, group, difference, ratio.

Each world draws 300 people anew from a population whose groups have known rates; a person's recall
is Binomial(5, rate of the group)/5, so every truth is known exactly. The Poisson bootstrap of large
logs is held to the same, where a bucket has at most one person and where it has three. Beside
coverage stand the share of worlds without any gap that are called a gap after Benjamini-Hochberg
over ten measures, and the share of planted gaps of the detectable size that are found: 80% of them
are meant to be. Of five groups an interval cannot keep 95% everywhere: what the widest of ten gaps
is by chance hangs on how nearly the others are as wide, which data cannot tell (Hirano & Porter
2012); where they are closer than the noise it errs on the wide side, and nowhere on the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from audits.blocks import buckets_of
from audits.buckets import BucketSums, draw_buckets
from audits.contrasts import mean_difference, smallest_ratio, widest_difference
from audits.gaps import mean_gap
from audits.groups import Groups
from audits.intervals import bootstrap_means, percentile_interval
from audits.permutation import adjust, permute_labels
from audits.power import detectable_gap

__all__ = ["KINDS", "crowd_coverage", "run"]

WORLDS = 1000
FEWER = 600
PEOPLE = 300
RESAMPLES = 1000
LEVEL, TOLERANCE = 0.95, 0.02
POWER = 0.8
# A report draws once; so many worlds share a draw here, for drawing costs more than the rest.
SAME_DRAWS = 50
CROWDS = (300, 12_000)
KINDS = ("overall", "group", "difference", "ratio", "mad")
SETTINGS: Mapping[str, Sequence[float]] = {
    "gap planted": (0.8, 0.6),
    "no gap": (0.7, 0.7),
    "five groups, no gap": (0.7,) * 5,
    "five groups, one behind": (0.75, 0.7, 0.7, 0.65, 0.5),
    "five groups, far apart": (0.95, 0.75, 0.6, 0.5, 0.2),
    "five groups, close": (0.72, 0.71, 0.7, 0.69, 0.68),
}
Values = NDArray[np.float64]


def run() -> dict[str, object]:
    """Return the coverage of each kind of interval in each kind of world, and error rates."""
    coverage = {
        name: _coverage(rates, np.random.default_rng(seed))
        for seed, (name, rates) in enumerate(SETTINGS.items())
    }
    crowds = {
        f"{people} people, {name}": crowd_coverage(
            SETTINGS[name], np.random.default_rng([people, seed]), people=people
        )
        for people in CROWDS
        for seed, name in enumerate(("gap planted", "no gap"))
    }
    two = [
        share
        for found in (coverage["gap planted"], coverage["no gap"], *crowds.values())
        for share in found.values()
    ]
    false_calls = _false_calls(np.random.default_rng(50))
    found = _found(np.random.default_rng(51))
    widest = max(abs(share - LEVEL) for share in two)
    five = [
        found[kind]
        for name, found in coverage.items()
        for kind in ("difference", "ratio", "mad")
        if name.startswith("five")
    ]
    kept = widest <= TOLERANCE and min(five) >= LEVEL - TOLERANCE
    return {
        "headline": f"two groups: off 95% by at most {widest:.1%}; gaps of five groups: "
        f"{min(five):.1%} to {max(five):.1%}; false calls {false_calls:.1%}; "
        f"gaps of the detectable size found {found:.1%}",
        "holds": kept and false_calls <= 0.05 and abs(found - POWER) <= 0.05,
        "settings": {
            "worlds": WORLDS,
            "worlds of the tests": FEWER,
            "people": PEOPLE,
            "resamples": RESAMPLES,
            "rates": {name: list(rates) for name, rates in SETTINGS.items()},
        },
        "coverage": coverage,
        "coverage of the Poisson bootstrap of large logs": crowds,
        "worlds without a gap with any false call, 10 measures": false_calls,
        "detectable gaps found": found,
    }


def crowd_coverage(
    rates: Sequence[float], rng: np.random.Generator, *, people: int, worlds: int = WORLDS
) -> dict[str, float]:
    """Return the coverage of intervals made of sums by bucket, as an audit of a large log does."""
    truth = np.array(rates)
    held: dict[str, list[bool]] = {}
    for world in range(worlds):
        if world % SAME_DRAWS == 0:
            draws = draw_buckets(RESAMPLES, rng)
        codes = rng.integers(0, len(rates), people)
        values = rng.binomial(5, truth[codes]) / 5
        names = [f"w{world}p{row}" for row in range(people)]
        groups = Groups("g", tuple(map(str, range(len(rates)))), codes)
        sums = BucketSums([groups], buckets_of(names), columns=2)
        sums.add(slice(0, people), np.column_stack([values, np.ones(people)]))
        drawn = np.tensordot(draws, sums.sums, axes=1)
        means = np.array([values[codes == group].mean() for group in range(len(rates))])
        _note(held, means, drawn[:, :, 0] / drawn[:, :, 1], truth)
    return _shares(held)


def _coverage(rates: Sequence[float], rng: np.random.Generator) -> dict[str, float]:
    truth = np.array(rates)
    held: dict[str, list[bool]] = {}
    for _ in range(WORLDS):
        codes = rng.integers(0, len(rates), PEOPLE)
        values = (rng.binomial(5, truth[codes]) / 5)[:, None]
        parts = [np.flatnonzero(codes == g) for g in range(len(rates))]
        draws = bootstrap_means(values, [np.arange(PEOPLE), *parts], resamples=RESAMPLES, rng=rng)
        _note(held, np.array([values[part].mean() for part in parts]), draws[:, :, 0], truth)
    return _shares(held)


def _note(held: dict[str, list[bool]], means: Values, draws: Values, truth: Values) -> None:
    """Note of each kind of interval whether it holds the truth; `draws` has everyone first."""
    low, high = percentile_interval(draws[:, :2])
    checks = zip(
        KINDS,
        (
            (low[0], high[0]),
            (low[1], high[1]),
            widest_difference(means, draws[:, 1:]),
            smallest_ratio(means, draws[:, 1:]),
            mean_difference(means, draws[:, 1:]),
        ),
        (truth.mean(), truth[0], np.ptp(truth), truth.min() / truth.max(), mean_gap(truth)),
        strict=True,
    )
    for name, (below, above), value in checks:
        held.setdefault(name, []).append(bool(below <= value <= above))


def _shares(held: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    return {name: float(np.mean(hits)) for name, hits in held.items()}


def _false_calls(rng: np.random.Generator) -> float:
    """Share of worlds without a gap in which any of ten measures is called one."""
    called = 0
    for _ in range(FEWER):
        values = rng.binomial(5, 0.7, size=(PEOPLE, 10)) / 5
        called += bool((adjust(_p_values(values, rng)) <= 0.05).any())
    return called / FEWER


def _found(rng: np.random.Generator) -> float:
    """Share of planted gaps, as wide as is said to be detectable, with a p-value up to 5%."""
    half = PEOPLE // 2
    found = 0
    for _ in range(FEWER):
        first, second = rng.normal(size=half), rng.normal(size=half)
        second = second + (detectable_gap(first, second) or 0.0)
        found += bool(_p_values(np.concatenate([first, second])[:, None], rng)[0] <= 0.05)
    return found / FEWER


def _p_values(values: Values, rng: np.random.Generator) -> Values:
    half = PEOPLE // 2
    gaps = np.abs(values[:half].mean(axis=0) - values[half:].mean(axis=0))
    return permute_labels(values, [half, half], gaps, permutations=999, rng=rng).p_values
