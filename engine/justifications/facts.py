"""What may be said about one recommended item: the only input of every sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from engine.dataset import Dataset
from engine.explanations.explanation import Explanation
from engine.justifications.titles import plain_title

__all__ = ["Contributor", "FactRecord", "collect_facts"]

# Below this part of the score a contribution is rounding.
_NOISE = 1e-6


@dataclass(frozen=True)
class Contributor:
    """One history item and what it did to the score.

    Attributes
    ----------
    item_id, title
        Which item.
    contribution
        In the unit of the score.
    sign
        1 where it spoke for the item, -1 where it spoke against.
    rank
        1 for the largest absolute contribution.
    share
        |contribution| / (Σ |contributions| + |residual|), in (0, 1].
    """

    item_id: str
    title: str
    contribution: float
    sign: Literal[1, -1]
    rank: int
    share: float


@dataclass(frozen=True)
class FactRecord:
    """The facts of one recommendation.

    Attributes
    ----------
    item_id, title
        The recommended item.
    contributors
        The strongest history items by absolute contribution; none where all are rounding.
    history_size
        Items in the history.
    supporting, opposing
        How many of them spoke for and against the item, rounding left out.
    base_value, score, method
        As in the explanation.
    residual_share
        |residual| / (Σ |contributions| + |residual|); 0 where both are nothing.
    personalised
        False where the model gives everyone the same scores.
    explored
        True where chance and not the score put the item in its place.
    propensity
        Chance that the policy put it there; None where unknown.

    Notes
    -----
    Titles are data: plain text, never markup; whoever draws them escapes them.
    """

    item_id: str
    title: str
    contributors: tuple[Contributor, ...]
    history_size: int
    supporting: int
    opposing: int
    base_value: float
    score: float
    method: str
    residual_share: float
    personalised: bool
    explored: bool
    propensity: float | None

    def to_json(self) -> str:
        """Return the canonical form: sorted keys, no spaces, numbers as text of 9 digits."""
        facts = _canonical(asdict(self))
        return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def collect_facts(
    explanation: Explanation,
    dataset: Dataset,
    *,
    personalised: bool = True,
    explored: bool = False,
    propensity: float | None = None,
    most: int = 5,
) -> FactRecord:
    """Gather what an explanation and a policy know about one item, with titles filled in.

    Parameters
    ----------
    explanation
        Of the item's score.
    dataset
        Where titles and ids come from.
    personalised
        As the model declares.
    explored, propensity
        From the slate: see `engine.policies.base.Slates`.
    most
        How many contributors to keep.
    """
    sizes = np.abs(explanation.contributions)
    total = float(sizes.sum()) + abs(explanation.residual)
    noise = _NOISE * max(abs(explanation.score), abs(explanation.base_value))
    counted = sizes > noise
    order = [place for place in np.argsort(-sizes, kind="stable") if counted[place]]
    titles = dataset.items["title"]
    contributors = [
        Contributor(
            item_id=dataset.item_ids[explanation.players[place]],
            title=plain_title(titles[int(explanation.players[place])]),
            contribution=float(explanation.contributions[place]),
            sign=1 if explanation.contributions[place] > 0 else -1,
            rank=rank,
            share=float(sizes[place]) / total,
        )
        for rank, place in enumerate(order[:most], start=1)
    ]
    return FactRecord(
        item_id=dataset.item_ids[explanation.target],
        title=plain_title(titles[explanation.target]),
        contributors=tuple(contributors),
        history_size=len(explanation.players),
        supporting=int((counted & (explanation.contributions > 0)).sum()),
        opposing=int((counted & (explanation.contributions < 0)).sum()),
        base_value=explanation.base_value,
        score=explanation.score,
        method=explanation.method,
        residual_share=abs(explanation.residual) / total if total else 0.0,
        personalised=personalised,
        explored=explored,
        propensity=propensity,
    )


def _canonical(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, Mapping):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    return value
