"""Plain words about estimates: what each assumes, and what to be wary of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ASSUMPTIONS", "CAUTIONS", "Caution"]

ASSUMPTIONS: Mapping[str, str] = {
    "ips": "needs exact propensities of everything the target would show",
    "snips": "as IPS, but stays within the range of the rewards",
    "dm": "is as good as its reward model, whatever the propensities",
    "dr": "needs either exact propensities or an exact reward model",
    "switch-dr": "as DR, but leaves rows of large weight to the reward model",
    "sips": "needs exact propensities, and assumes nothing of how lists are read",
    "snsips": "as SIPS, but stays within the range of the rewards",
    "iips": "assumes that a place earns by its own item alone",
    "sniips": "as IIPS, but each place stays within the range of its rewards",
    "rips": "assumes that a place earns by itself and the places above it",
    "snrips": "as RIPS, but each place stays within the range of its rewards",
    "cascade-dr": "as RIPS, steadied by a reward model",
    "pi": "assumes that what a list earns adds up over its places",
    "snpi": "as PI, divided by the mean weight",
}
"""Estimator → what it rests on."""

CAUTIONS: Mapping[str, str] = {
    "refused": (
        "{share:.1%} of what the target would choose is never shown in the log, more than the "
        "limit of {limit:.1%}: no estimate is given. Log with more exploration, or ask about a "
        "target closer to the log"
    ),
    "unseen": (
        "{share:.1%} of what the target would choose is never shown in the log: no estimate can "
        "know what that would earn, so each of them is biased"
    ),
    "unknown_support": (
        "only the target's chance of what was shown is known: nobody can see what else it would "
        "choose, and estimators with a reward model are left out"
    ),
    "little_evidence": (
        "the {n:,} rows are worth {ess:,.1f} for this target, fewer than the {least:,.0f} asked "
        "for: the evidence does not suffice"
    ),
    "heavy_row": "one row carries {share:.1%} of all weight: the estimates hang on it",
    "off_calibration": (
        "the weights average {mean:.3f} (95% interval {low:.3f} to {high:.3f}) where 1 is "
        "expected: the propensities may be wrong, or the log may not cover the target"
    ),
    "estimated": (
        "the propensities were estimated from the log by how often each item stood in each place: "
        "right only if the logging policy looked at nothing else"
    ),
    "rows_for_users": (
        "the log names no users, so rows are taken for people: where people have several rows, "
        "the intervals are too narrow"
    ),
    "model_interval": (
        "the interval of DM leaves out the error of its reward model, and can be far too narrow"
    ),
    "learned_on": (
        "the target is the Thompson sampler as it went live; it learned on while its own log was "
        "made, so that log tells of a policy that moved away from the target"
    ),
    "lists_depend": (
        "IIPS and PI are left out: they need the chance of an item in its place whatever stands "
        "above, which is what the log holds only if places were filled independently"
    ),
}
"""Kind → sentence with fields."""


@dataclass(frozen=True)
class Caution:
    """One thing to be wary of.

    Attributes
    ----------
    kind
        A key of `CAUTIONS`.
    values
        What its fields hold.

    Examples
    --------
    >>> str(Caution("heavy_row", {"share": 0.25}))
    'one row carries 25.0% of all weight: the estimates hang on it'
    """

    kind: str
    values: Mapping[str, float]

    def __str__(self) -> str:
        return CAUTIONS[self.kind].format(**self.values)
