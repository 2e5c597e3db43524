"""nDCG@10 on MovieLens-100K of the models that read text, and of the LSTM baseline.

The protocol of the accuracy proof, with each model's default settings. Nothing is published for
them here: what is held is that the models that learn from the log, TwoTower and LSTM, are above
popularity. Content never looks at the log, and is not expected to be.
"""

from __future__ import annotations

from tests.evidence.accuracy import means_of, over_seeds, record

__all__ = ["run"]

NAMES = ("popularity", "content", "two-tower", "lstm")


def run() -> dict[str, object]:
    """Return each model's mean over users, by seed, with the mean and spread over seeds."""
    values = over_seeds(NAMES)
    means = means_of(values)
    return record(values, holds=min(means["two-tower"], means["lstm"]) > means["popularity"])
