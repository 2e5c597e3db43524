"""The statistics of one set of lists: resampled means and gaps, computed once.

Rows of a report and comparisons of two sets of lists are both read off an analysis, so moving
from one exploration rate to another resamples nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.data import AuditData
from audits.evaluation import Evaluation, Tally
from audits.gaps import Gap, find_gaps
from audits.groups import Groups
from audits.intervals import bootstrap_means
from audits.moments import Moments, stack
from audits.settings import Settings
from audits.suppression import visible_cells

__all__ = ["Analysis", "Partition", "Statistics", "analyse", "moments_of_groups"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Partition:
    """One user attribute.

    Attributes
    ----------
    groups
        Who is in which group.
    visible
        (G, M) true where the group may be shown for the measure.
    means
        (B, G, M) resampled group means.
    moments
        (G, M) of the values of each group.
    gaps
        The gap of each measure, by column, where two groups or more may be compared.
    """

    groups: Groups
    visible: NDArray[np.bool_]
    means: Values
    moments: Moments
    gaps: dict[int, Gap]


@dataclass(frozen=True, eq=False)
class Statistics:
    """What resampling says about one set of lists, whether or not its users are kept.

    Attributes
    ----------
    tally, settings
        What was counted, and how users are resampled.
    means
        (B, M) resampled means over all users, from the same draws as those of the partitions.
    moments
        (M,) of the values of all users.
    partitions
        One for each user attribute asked for.
    method
        How users are resampled, in words.
    """

    tally: Tally
    settings: Settings
    means: Values
    moments: Moments
    partitions: tuple[Partition, ...]
    method: str


@dataclass(frozen=True, eq=False)
class Analysis(Statistics):
    """Statistics whose users are kept, so that two of them can be compared user by user."""

    evaluation: Evaluation


def analyse(
    data: AuditData,
    evaluation: Evaluation,
    *,
    by: Sequence[str] = (),
    together: Sequence[str] = (),
    settings: Settings | None = None,
) -> Analysis:
    """Resample users; one set of draws serves all measures, groups and attributes.

    Parameters
    ----------
    data, evaluation
        What was audited, and what was measured.
    by
        Groups of users to split by.
    together
        Further groups that the same reader may see: what is withheld must hold beside them too.

    Raises
    ------
    UnknownNameError
        The users have no such attribute.
    """
    chosen = settings or Settings()
    values = evaluation.partial.values
    attributes = [data.groups(attribute) for attribute in by]
    parts = [np.arange(len(values))]
    parts += [groups.members(g) for groups in attributes for g in range(len(groups.names))]
    rng = np.random.default_rng(chosen.seed)
    means = bootstrap_means(values, parts, resamples=chosen.resamples, rng=rng)
    ends = np.cumsum([1, *(len(groups.names) for groups in attributes)])
    overall, *by_attribute = np.split(means, ends[:-1], axis=1)
    others = [data.groups(expression) for expression in together if expression not in by]
    visible = visible_cells(values, [*attributes, *others], minimum=chosen.min_group)
    return Analysis(
        evaluation.tally,
        chosen,
        overall[:, 0],
        Moments.of(values),
        tuple(
            _partition(values, groups, group_means, mask, settings=chosen)
            for groups, group_means, mask in zip(
                attributes, by_attribute, visible[: len(attributes)], strict=True
            )
        ),
        chosen.method,
        evaluation,
    )


def _partition(
    values: Values,
    groups: Groups,
    means: Values,
    visible: NDArray[np.bool_],
    *,
    settings: Settings,
) -> Partition:
    rng = np.random.default_rng([settings.seed, 1])
    return Partition(
        groups,
        visible,
        means,
        moments_of_groups(values, groups),
        find_gaps(values, groups, visible, permutations=settings.permutations, rng=rng),
    )


def moments_of_groups(values: Values, groups: Groups) -> Moments:
    """(G, M) moments of the values of each group."""
    order = np.argsort(groups.codes, kind="stable")
    ends = np.cumsum(np.bincount(groups.codes, minlength=len(groups.names)))
    return stack([Moments.of(part) for part in np.split(values[order], ends[:-1])])
