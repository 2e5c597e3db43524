"""A mitigation measured: lists re-ranked, audited before and after, with what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.analysis import Analysis, analyse
from audits.data import AuditData
from audits.evaluation import Evaluation, evaluate
from audits.measured import Setting, describe
from audits.settings import Settings
from engine.config import stream
from engine.dataset import Dataset
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import serve_blocks

__all__ = ["Candidates", "Mitigated", "log_candidates", "measure_mitigations"]


@dataclass(frozen=True, eq=False)
class Candidates:
    """What may be shown to whom, and how good it is said to be.

    Attributes
    ----------
    table
        user_id, item_id and score, a higher one first; the catalogue of ``context`` holds them.
    context
        The people, the catalogue and the log, for policies that look at them.
    others
        Lists of people of whom nothing is known; they stay as they are.
    """

    table: pl.DataFrame
    context: PolicyContext
    others: pl.DataFrame


@dataclass(frozen=True, eq=False)
class Mitigated:
    """One re-ranking, measured.

    Attributes
    ----------
    setting
        Its numbers, and their change from the lists before.
    seconds
        Of the re-ranking, for everyone together.
    moved
        Share of all places that hold another item than before.
    """

    setting: Setting
    seconds: float
    moved: float


def log_candidates(lists: pl.DataFrame, train: Dataset) -> Candidates:
    """Take all items of a foreign log as candidates; without scores their rank is the score."""
    score = pl.col("score") if "score" in lists.columns else -pl.col("rank").cast(pl.Float64)
    scored = lists.with_columns(score=score)
    known = pl.col("user_id").is_in(train.users["user_id"].implode())
    table = scored.filter(known)
    people = [train.user_row(user) for user in table["user_id"].unique(maintain_order=True)]
    model = make_model("popularity").fit(train, rng=stream(0, "fit"))
    context = PolicyContext(train, model, train.histories.take(people))
    return Candidates(table, context, lists.filter(~known))


def measure_mitigations(
    candidates: Candidates,
    before: pl.DataFrame,
    data: AuditData,
    *,
    plan: Sequence[tuple[str, float]],
    n: int,
    by: Sequence[str],
    settings: Settings,
) -> tuple[Setting, list[Mitigated]]:
    """Audit lists as they are, and re-ranked by each policy at each rate.

    Parameters
    ----------
    before
        The lists as they are.
    plan
        Policies and rates.
    """
    old = evaluate(data, before, k=n)
    analysis = analyse(data, old, by=by, settings=settings)
    found = []
    for policy, rate in plan:
        start = perf_counter()
        lists = _rerank(candidates, policy, rate, n=n, seed=settings.seed)
        seconds = perf_counter() - start
        new = evaluate(data, lists, k=n)
        after = analyse(data, new, by=by, settings=settings)
        setting = describe(policy, rate, data=data, before=analysis, after=after)
        found.append(Mitigated(setting, seconds, _moved(old, new)))
    return _as_it_is(data, analysis), found


def _as_it_is(data: AuditData, analysis: Analysis) -> Setting:
    return describe("as it is", 0.0, data=data, before=analysis, after=analysis)


def _moved(before: Evaluation, after: Evaluation) -> float:
    filled = (before.items >= 0) | (after.items >= 0)
    return float((before.items != after.items)[filled].mean())


def _rerank(candidates: Candidates, policy: str, rate: float, *, n: int, seed: int) -> pl.DataFrame:
    """Let the policy choose among the candidates of each person, as it does among all items."""
    context, table = candidates.context, candidates.table
    dataset = context.dataset
    users = table["user_id"].unique(maintain_order=True).to_list()
    index = pl.DataFrame({"user_id": users, "row": np.arange(len(users))})
    coded = table.join(index, on="user_id", maintain_order="left").join(
        dataset.items.select("item_id").with_row_index("item"), on="item_id", maintain_order="left"
    )
    rows, items, score = (coded[name].to_numpy() for name in ("row", "item", "score"))
    chosen, rng, start = [], stream(seed, "policy"), 0
    for served, block, _eligible in serve_blocks(make_policy(policy, context), context.histories):
        stop = start + len(block)
        here = (rows >= start) & (rows < stop)
        scores, eligible = _matrices(
            rows[here] - start, items[here], score[here], (len(block), dataset.n_items)
        )
        slates = served.choose(scores, eligible, n=n, rate=rate, rng=rng)
        chosen.append(slates.to_table(users[start:stop], dataset.item_ids))
        start = stop
    columns = ["user_id", "item_id", "rank"]
    kept = candidates.others.filter(pl.col("rank") <= n).select(columns)
    return pl.concat([*(part.select(columns) for part in chosen), kept], how="vertical_relaxed")


def _matrices(
    rows: NDArray[np.int64],
    items: NDArray[np.int64],
    score: NDArray[np.float64],
    shape: tuple[int, int],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores and what may be shown; what is no candidate has the lowest score there is."""
    scores = np.full(shape, score.min(initial=0.0))
    eligible = np.zeros(shape, dtype=bool)
    scores[rows, items], eligible[rows, items] = score, True
    return scores, eligible
