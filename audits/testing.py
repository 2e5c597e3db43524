"""What every measure must hold to, for ours and for anyone's.

`check_metric` takes the name of a measure of the catalogue, or a function of your own that gives
one value a user (see `audits.user_kernels.Lists`). It raises AssertionError with one sentence
that says which law is broken::

    from audits.testing import check_metric

    def first_is_relevant(lists):
        return lists.hits[:, 0].astype(float)

    check_metric(first_is_relevant, low=0, high=1)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.catalogue import metric
from audits.data import AuditData, prepare
from audits.evaluation import evaluate
from audits.report import audit
from audits.results import Result
from audits.settings import Settings
from audits.thresholds import Threshold, judge
from audits.user_kernels import USER_KERNELS, Kernel, Lists

__all__ = ["World", "check_metric", "make_audit_world"]

Key = tuple[str | None, str | None]
TOLERANCE = 1e-9
K = 4


@dataclass(frozen=True, eq=False)
class World:
    """The tables of one small audit."""

    interactions: pl.DataFrame
    held_out: pl.DataFrame
    recommendations: pl.DataFrame
    users: pl.DataFrame
    items: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the tables by the names an audit takes them under."""
        return {
            "interactions": self.interactions,
            "held_out": self.held_out,
            "recommendations": self.recommendations,
            "users": self.users,
            "items": self.items,
        }


def make_audit_world(seed: int = 0, *, n_users: int = 60, n_items: int = 14) -> World:
    """Return a world with short lists, a user without any, two groups, providers, categories."""
    rng = np.random.default_rng(seed)
    people = [f"u{row:03d}" for row in range(n_users)]
    things = [f"i{row:02d}" for row in range(n_items)]
    chosen = [rng.permutation(n_items) for _ in people]
    train: list[tuple[str, str, float]] = []
    later: list[tuple[str, str]] = []
    shown: list[tuple[str, str, int]] = []
    for row, person in enumerate(people):
        order = chosen[row]
        train += [(person, things[i], float(1 + i % 3)) for i in order[: 2 + row % 4]]
        later += [(person, things[i]) for i in order[6 : 8 + row % 3]]
        places = order[5 + row % 2 : 5 + K] if row else order[:0]
        shown += [(person, things[i], rank) for rank, i in enumerate(places, start=1)]
    return World(
        pl.DataFrame(train, schema=["user_id", "item_id", "weight"], orient="row"),
        pl.DataFrame(later, schema=["user_id", "item_id"], orient="row"),
        pl.DataFrame(shown, schema=["user_id", "item_id", "rank"], orient="row"),
        pl.DataFrame(
            {"user_id": people, "group": [("A", "B", "B")[row % 3] for row in range(n_users)]}
        ),
        pl.DataFrame(
            {
                "item_id": things,
                "provider": [("P", "Q", "R")[row % 3] for row in range(n_items)],
                "categories": [[f"c{row % 4}", f"c{row % 3}x"] for row in range(n_items)],
            }
        ),
    )


def check_metric(
    measure: str | Kernel, *, low: float | None = None, high: float | None = None
) -> None:
    """Check the laws every measure obeys.

    Values lie in the range; row order and what users, items and groups are called change nothing;
    a measure of users gives each the same value whoever else is there; lists that are missing,
    one person alone, and values that are all equal give no number, or no verdict.

    Parameters
    ----------
    measure
        The id of a measure of lists, or a function of your own.
    low, high
        The range of your own function; that of the catalogue is taken for a name.

    Raises
    ------
    AssertionError
        A law is broken.
    UnknownNameError
        The catalogue has no such measure.
    """
    if isinstance(measure, str):
        spec = metric(measure)
        _check_named(measure, spec.low, spec.high)
        if spec.scope == "user":
            _check_kernel(USER_KERNELS[measure], spec.low, spec.high)
    else:
        _check_kernel(measure, low, high)


def _check_named(name: str, low: float | None, high: float | None) -> None:
    rows = _rows("plain", name)
    assert rows, f"{name}: an audit has no row of it"
    _check_range(np.array([row.value for row in rows.values()], dtype=float), low, high, name)
    assert _rows("shuffled", name) == rows, f"{name}: row order changes it"
    _same_values(rows, _rows("renamed", name), f"{name}: names change it")
    for degenerate in ("one person", "all equal", "nobody shown"):
        for (by, group), row in _rows(degenerate, name).items():
            _check_no_verdict(row, by, group, name)


def _rows(variant: str, name: str) -> dict[Key, Result]:
    return {(row.by, row.group): row for row in _audited(variant) if row.metric == name}


@cache
def _audited(variant: str) -> tuple[Result, ...]:
    """Audit the world in one of its variants; all measures are read off the same audit."""
    world = VARIANTS[variant](make_audit_world())
    report = audit(
        interactions=world.interactions,
        held_out=world.held_out,
        recommendations=world.recommendations,
        users=world.users,
        items=world.items,
        k=K,
        by=("group",),
        by_items=("provider",),
        settings=Settings(resamples=40),
    )
    return report.results


def _same_values(rows: Mapping[Key, Result], others: Mapping[Key, Result], what: str) -> None:
    assert len(rows) == len(others), what
    for row, other in zip(rows.values(), others.values(), strict=True):
        assert row.n == other.n, what
        assert (row.value is None) == (other.value is None), what
        assert abs((row.value or 0) - (other.value or 0)) <= TOLERANCE, what


def _shuffled(world: World) -> World:
    """Put the rows in another order; that of the catalogue decides ties, and stays."""

    def shuffle(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sample(fraction=1, shuffle=True, seed=1)

    return World(
        shuffle(world.interactions),
        shuffle(world.held_out),
        shuffle(world.recommendations),
        shuffle(world.users),
        world.items,
    )


def _renamed(world: World) -> World:
    """Give everyone and everything another name, in the same order."""
    names = {
        "user_id": pl.format("person-{}", pl.col("user_id")),
        "item_id": pl.format("thing-{}", pl.col("item_id")),
        "group": pl.format("kind {}", pl.col("group")),
        "provider": pl.format("shop {}", pl.col("provider")),
    }

    def rename(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            expression.alias(name) for name, expression in names.items() if name in frame.columns
        )

    return World(**{table: rename(frame) for table, frame in world.tables().items()})


def _one_person(world: World) -> World:
    """Keep one person: whatever is measured, it says nothing of a group."""
    person = pl.col("user_id") == "u005"
    return replace(
        world,
        interactions=world.interactions.filter(person),
        held_out=world.held_out.filter(person),
        recommendations=world.recommendations.filter(person),
        users=world.users.filter(person),
    )


def _all_equal(world: World) -> World:
    """Give everyone the same history, the same choice and the same list."""
    people = world.users["user_id"]

    def everyone(items: list[str]) -> pl.DataFrame:
        return pl.DataFrame({"user_id": people}).join(pl.DataFrame({"item_id": items}), how="cross")

    rank = pl.col("item_id").cum_count().over("user_id").cast(pl.Int64)
    shown = everyone(["i00", "i01", "i02"]).with_columns(rank=rank)
    return replace(
        world,
        interactions=everyone(["i03", "i04"]),
        held_out=everyone(["i01", "i05"]),
        recommendations=shown,
    )


def _nobody_shown(world: World) -> World:
    """Show lists to nobody who is audited."""
    stranger = world.recommendations.head(1).with_columns(user_id=pl.lit("stranger"))
    return replace(world, recommendations=stranger)


VARIANTS: dict[str, Callable[[World], World]] = {
    "plain": lambda world: world,
    "shuffled": _shuffled,
    "renamed": _renamed,
    "one person": _one_person,
    "all equal": _all_equal,
    "nobody shown": _nobody_shown,
}


def _check_no_verdict(row: Result, by: str | None, group: str | None, name: str) -> None:
    """Hold a degenerate number against bounds that anything, and that nothing, would meet."""
    for bound in (-1e9, 1e9):
        verdict = judge(Threshold(name, "law", by=by, group=group, at_least=bound), [row])
        assert verdict.verdict == "insufficient evidence", (
            f"{name}: {by} {group} is called {verdict.verdict} where nothing can be said"
        )


def _check_kernel(kernel: Kernel, low: float | None, high: float | None) -> None:
    data, items = _lists_of(make_audit_world())
    everyone = np.arange(data.n_users)
    name = getattr(kernel, "__name__", "the measure")
    values = np.asarray(kernel(Lists(data, everyone, items)), dtype=np.float64)
    assert values.shape == (data.n_users,), f"{name}: gives {values.shape}, not one value a user"
    _check_range(values, low, high, name)
    rng = np.random.default_rng(2)
    for part in np.array_split(rng.permutation(everyone), 5):
        found = np.asarray(kernel(Lists(data, part, items[part])), dtype=np.float64)
        same = np.allclose(found, values[part], atol=1e-12, rtol=0, equal_nan=True)
        assert same, f"{name}: a user's value hangs on who else is there"
    nobody = kernel(Lists(data, everyone[:0], items[:0]))
    assert np.shape(nobody) == (0,), f"{name}: nobody gives {np.shape(nobody)}, not no values"
    empty = np.asarray(kernel(Lists(data, everyone, np.full_like(items, -1))), dtype=np.float64)
    _check_range(empty, low, high, name)


def _lists_of(world: World) -> tuple[AuditData, NDArray[np.int64]]:
    tables = world.tables()
    shown = tables.pop("recommendations")
    data = prepare(**tables)
    return data, evaluate(data, shown, k=K).items


def _check_range(
    values: NDArray[np.float64], low: float | None, high: float | None, name: str
) -> None:
    known = values[~np.isnan(values)]
    assert np.isfinite(known).all(), f"{name}: a value is infinite"
    if low is not None:
        assert (known >= low - TOLERANCE).all(), f"{name}: {known.min()} lies below {low}"
    if high is not None:
        assert (known <= high + TOLERANCE).all(), f"{name}: {known.max()} lies above {high}"
