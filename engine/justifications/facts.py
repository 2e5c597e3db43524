"""What may be said about one recommended item: the only input of every sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.explanations.explanation import Explanation
from engine.justifications.titles import plain_title

__all__ = ["Contributor", "FactRecord", "Refusal", "Removal", "collect_facts"]

# Below this part of the score a contribution is rounding.
_NOISE = 1e-6
_DIFFUSE = 0.05

Refusal = Literal["none", "uncertain", "diffuse"]
Kind = Literal["category", "text"]


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
    uncertain
        The 95% interval of a sampled contribution covers 0.
    """

    item_id: str
    title: str
    contribution: float
    sign: Literal[1, -1]
    rank: int
    share: float
    uncertain: bool = False


@dataclass(frozen=True)
class Removal:
    """History items without which the item leaves the list: asked of the model, not guessed.

    Attributes
    ----------
    item_ids, titles
        What is taken out of the history.
    new_rank
        The item's place in the list made without them; None where it is not ranked.
    """

    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    new_rank: int | None


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
    removal
        A validated counterfactual; None where none was looked for or found.
    next_title
        What stands one place lower; None where unknown.
    known_kind
        Of an explored item: whether the history holds any title of its kind, or reads much like it;
        None where the catalogue names no kinds, or the item was not explored.
    kind_from
        By what: its rarest category, or its text where the policy explored by texts.

    Notes
    -----
    Titles are data: plain text, never markup; whoever draws them escapes them. Attributes of the
    person are never in the record, so no sentence can name one.
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
    removal: Removal | None = None
    next_title: str | None = None
    known_kind: bool | None = None
    kind_from: Kind = "category"

    @property
    def supporters(self) -> tuple[Contributor, ...]:
        """The contributors that spoke for the item, the strongest first."""
        return tuple(each for each in self.contributors if each.sign > 0)

    @property
    def opponents(self) -> tuple[Contributor, ...]:
        """The contributors that spoke against the item, the strongest first."""
        return tuple(each for each in self.contributors if each.sign < 0)

    @property
    def from_history(self) -> bool:
        """Whether the history can explain the item's place at all."""
        return self.personalised and not self.explored and self.history_size > 0

    @property
    def refusal(self) -> Refusal | None:
        """Why no short reason can be told from the history, or None.

        "none": nothing spoke for the item. "uncertain": the interval of the strongest supporter
        covers 0. "diffuse": the three strongest contributors make up less than a twentieth.
        """
        if not self.from_history:
            return None
        if not self.supporters:
            return "none"
        if self.supporters[0].uncertain:
            return "uncertain"
        if sum(each.share for each in self.contributors[:3]) < _DIFFUSE:
            return "diffuse"
        return None

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
    removal: Sequence[int] = (),
    new_rank: int | None = None,
    next_item: int | None = None,
    near: bool | None = None,
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
    removal, new_rank
        Item rows without which the item leaves the list, and where it then stands; only what the
        model was asked about again.
    next_item
        Item row of what stands one place lower.
    near
        As of `engine.policies.base.Policy.is_near`; where that is None, categories say it.
    most
        How many contributors to keep.
    """
    total = float(np.abs(explanation.contributions).sum()) + abs(explanation.residual)
    counted = _above_noise(explanation)
    titles = dataset.items["title"]
    known = _knows_kind(explanation, dataset) if near is None else near
    return FactRecord(
        item_id=dataset.item_ids[explanation.target],
        title=plain_title(titles[explanation.target]),
        contributors=_contributors(explanation, dataset, most=most),
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
        removal=_removal(removal, new_rank, dataset) if removal else None,
        next_title=None if next_item is None else plain_title(titles[next_item]),
        known_kind=known if explored else None,
        kind_from="text" if explored and near is not None else "category",
    )


def _contributors(
    explanation: Explanation, dataset: Dataset, *, most: int
) -> tuple[Contributor, ...]:
    """Return the strongest, by absolute contribution."""
    sizes = np.abs(explanation.contributions)
    total = float(sizes.sum()) + abs(explanation.residual)
    counted, unsure = _above_noise(explanation), explanation.is_unsure
    order = [place for place in np.argsort(-sizes, kind="stable") if counted[place]]
    titles = dataset.items["title"]
    return tuple(
        Contributor(
            item_id=dataset.item_ids[explanation.players[place]],
            title=plain_title(titles[int(explanation.players[place])]),
            contribution=float(explanation.contributions[place]),
            sign=1 if explanation.contributions[place] > 0 else -1,
            rank=rank,
            share=float(sizes[place]) / total,
            uncertain=bool(unsure[place]),
        )
        for rank, place in enumerate(order[:most], start=1)
    )


def _above_noise(explanation: Explanation) -> NDArray[np.bool_]:
    noise = _NOISE * max(abs(explanation.score), abs(explanation.base_value))
    return np.abs(explanation.contributions) > noise


def _knows_kind(explanation: Explanation, dataset: Dataset) -> bool | None:
    """Whether the history has a title of the target's rarest category (ties: the first by name)."""
    categories = dataset.items["categories"]
    sizes = categories.explode().drop_nulls().value_counts()
    size_of = dict(zip(sizes["categories"], sizes["count"], strict=True))
    own = min(categories[explanation.target], key=lambda name: (size_of[name], name), default=None)
    if own is None:
        return None
    return any(own in names for names in categories.gather(explanation.players))


def _removal(rows: Sequence[int], new_rank: int | None, dataset: Dataset) -> Removal:
    return Removal(
        item_ids=tuple(dataset.item_ids[row] for row in rows),
        titles=tuple(plain_title(dataset.items["title"][int(row)]) for row in rows),
        new_rank=new_rank,
    )


def _canonical(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, Mapping):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    return value
