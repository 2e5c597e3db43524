"""What a feedback loop did, round by round, from its feedback table.

What people chose, from the first round up to this one; what they had before is left out:

- ``intra_user_diversity``: mean over people of the intra-list diversity of their choices over
  categories; people with fewer than two are left out.
  ``recent_diversity``: of the choices of the last five rounds alone.
- ``homogenisation``: mean Jaccard overlap of the choices of two people: exact up to 2,000
  people, over 20,000 drawn pairs beyond. ``likeness``: their mean cosine, exact at any size.
- ``category_entropy`` (bits) and ``majority_category_share``: means over people.
- ``choice_drift``: mean over people of the divergence (nats) of the categories of what they
  chose from those of what they had before; ``profile_drift``: of everything they have by now
  from what they had before, which grows with how much they chose beside how much they had.

In this round alone:

- ``arp``: mean over people of the mean popularity of their list, in interactions before the
  first round; ``chosen_popularity``: of what they chose.
- ``gini``, ``coverage``: of what was shown, over the whole catalogue.
- ``utility``: mean over people of the summed appeal of what they chose, in items of average
  appeal (somebody who chose nothing has 0). Only simulations know it.
- ``choices``: mean number of choices a person made; beside the rest, because overlap and
  entropy also grow with the number of choices. ``present``: share who looked at a list.

And ``discoverable_corpus``: share of the catalogue chosen at least five times in the last five
rounds.
"""

from __future__ import annotations

import polars as pl

from audits.data import AuditData
from audits.meter import RoundMeter
from engine.errors import TableError

__all__ = ["MEASURES", "Measured", "measure_rounds"]

MEASURES = (
    "intra_user_diversity",
    "recent_diversity",
    "homogenisation",
    "likeness",
    "category_entropy",
    "majority_category_share",
    "profile_drift",
    "choice_drift",
    "arp",
    "chosen_popularity",
    "gini",
    "coverage",
    "discoverable_corpus",
    "utility",
    "choices",
    "present",
)
_RUN = ["arm", "rate", "seed"]
_SCHEMA = {
    "arm": pl.String,
    "rate": pl.Float64,
    "seed": pl.Int64,
    "round": pl.Int64,
    "by": pl.String,
    "group": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "n": pl.Int64,
}


class Measured:
    """The measures of one arm in one world, taken a round at a time.

    Parameters
    ----------
    data, people, start, by
        As for `audits.meter.RoundMeter`.
    arm, rate, seed
        What the rows are reported under; an arm without a model has no rate.
    """

    def __init__(
        self,
        data: AuditData,
        people: pl.DataFrame,
        *,
        start: pl.DataFrame,
        arm: str,
        rate: float | None,
        seed: int,
        by: tuple[str, ...] = (),
    ) -> None:
        self._meter = RoundMeter(data, people, start=start, by=by)
        self._run = (arm, rate, seed)
        self._found: list[tuple[object, ...]] = []

    def add(self, feedback: pl.DataFrame, *, index: int) -> None:
        """Take in the feedback of one round, which may be empty."""
        self._found += [(*self._run, index, *row) for row in self._meter.add(feedback)]

    def table(self) -> pl.DataFrame:
        """Return the measures so far, in the form of `measure_rounds`."""
        return pl.DataFrame(self._found, schema=_SCHEMA, orient="row")


def measure_rounds(
    feedback: pl.DataFrame,
    data: AuditData,
    *,
    people: pl.DataFrame | None = None,
    start: pl.DataFrame | None = None,
    by: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Measure every round of every run.

    The measures are those of the head of this module.

    Parameters
    ----------
    feedback
        user_id, item_id, round, clicked, arm, rate, seed, and utility if it is known.
    data
        From `audits.data.prepare`, with the interactions before the first round as training.
    people
        user_id and attributes of everyone; without it, whoever has a row.
    start
        The interactions before the first round; without it nothing is known of drift.
    by
        Attributes of ``people`` to measure group by group too.

    Returns
    -------
    arm, rate, seed, round, by, group, measure, value, n; by and group are missing in the rows
    about everyone. n counts the people (for homogenisation the pairs, for Gini and coverage the
    places, for the corpus the items) the value rests on; a value is missing where n is 0.

    Raises
    ------
    TableError
        A column is missing, or an item is outside the catalogue.
    UnknownNameError
        ``people`` has no such attribute.
    """
    _check_columns(feedback)
    crowd = feedback.select("user_id").unique(maintain_order=True) if people is None else people
    before = pl.DataFrame(schema={"user_id": pl.String, "item_id": pl.String})
    tables = [
        _measure_run(_rows_of(feedback, key), data, crowd, before if start is None else start, by)
        for key in feedback.select(_RUN).unique(maintain_order=True).rows()
    ]
    return pl.concat(tables) if tables else pl.DataFrame(schema=_SCHEMA)


def _measure_run(
    run: pl.DataFrame,
    data: AuditData,
    people: pl.DataFrame,
    start: pl.DataFrame,
    by: tuple[str, ...],
) -> pl.DataFrame:
    arm, rate, seed = run.select(_RUN).row(0)
    measured = Measured(data, people, start=start, arm=arm, rate=rate, seed=seed, by=by)
    for (index,), rows in run.sort("round").group_by("round", maintain_order=True):
        measured.add(rows, index=int(str(index)))
    return measured.table()


def _rows_of(feedback: pl.DataFrame, key: tuple[object, ...]) -> pl.DataFrame:
    """One run at a time, for all of them together can be very large."""
    same = [pl.col(name).eq_missing(pl.lit(part)) for name, part in zip(_RUN, key, strict=True)]
    return feedback.filter(same)


def _check_columns(feedback: pl.DataFrame) -> None:
    needed = ["user_id", "item_id", "round", "clicked", *_RUN]
    missing = [name for name in needed if name not in feedback.columns]
    if missing:
        raise TableError(
            "the feedback table lacks the column(s) {missing}; take it from a simulation",
            missing=", ".join(missing),
        )
