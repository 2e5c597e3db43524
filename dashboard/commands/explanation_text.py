"""How `recscope explain` writes down what it found, for programs and for people."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.commands.json_forms import finite
from engine.dataset import Dataset
from engine.explanations.contrastive import SlateReasons
from engine.explanations.counterfactual import Counterfactual
from engine.explanations.explanation import Explanation
from engine.justifications.titles import plain_title

__all__ = [
    "MOST_LINES",
    "counterfactual_json",
    "counterfactual_text",
    "explanation_json",
    "explanation_text",
    "slate_json",
    "slate_text",
]

MOST_LINES = 10
UNITS = {
    "history": "unit: the model's own score",
    "attributes": "unit: the model's own score",
    "margin": "unit: points of the model's own score above the mean of the competitors",
}
BASES = {
    "history": "base value (empty history)",
    "attributes": "base value (an average item for nobody in particular)",
    "margin": "base value (empty history)",
}
_CLOSE = "which five speak most for it is not certain: the fifth and the next are too close"


def explanation_json(explanation: Explanation, train: Dataset) -> dict[str, Any]:
    """Return the record of one explanation, the largest absolute contribution first."""
    titles, ids = train.items["title"], train.item_ids
    return {
        "label": titles[explanation.target],
        "method": explanation.method,
        "game": explanation.game,
        "base_value": explanation.base_value,
        "score": explanation.score,
        "contributions": _by_size(explanation, train),
        "residual": explanation.residual,
        "competitors": [ids[row] for row in explanation.competitors],
        "evaluations": explanation.evaluations,
        "fidelity": _fidelity(explanation),
    }


def explanation_text(explanation: Explanation, train: Dataset, *, sentence: str | None) -> str:
    """Return lines that add up: score, base value, parts, and what belongs to no player."""
    players = _by_size(explanation, train)
    rest = sum(player["value"] for player in players[MOST_LINES:])
    kind = "groups" if explanation.game == "attributes" else "history items"
    fit = _fidelity(explanation)["held_out_r2"]
    lines = [
        f"{_title(train, explanation.target)}{_rivals(explanation, train)}",
        *([] if sentence is None else [sentence]),
        "",
        f"{explanation.score:+z12.6f}  score ({explanation.method}, {UNITS[explanation.game]})",
        f"{explanation.base_value:+z12.6f}  {BASES[explanation.game]}",
        *(_line(player) for player in players[:MOST_LINES]),
        f"{rest:+z12.6f}  {max(len(players) - MOST_LINES, 0)} further {kind}",
        f"{explanation.residual:+z12.6f}  residual (what belongs to no single player)",
        *([] if fit is None else [f"{fit:12.3f}  R² of the fit on masks drawn afresh"]),
        f"{explanation.evaluations:>12}  model evaluations",
        *([_CLOSE] if explanation.told_apart is False else []),
    ]
    return "\n".join(lines)


def slate_json(found: SlateReasons, train: Dataset) -> dict[str, Any]:
    """Return the record of a whole list; its items in their order."""
    ids, titles = train.item_ids, train.items["title"]
    record = explanation_json(found.as_margin, train)
    listed = [{"item_id": ids[row], "label": titles[row]} for row in found.items]
    return {**record, "label": None, "game": "slate", "item_id": None, "items": listed}


def slate_text(found: SlateReasons, train: Dataset) -> str:
    """Return the list, and lines that add up to its lead; higher places count more."""
    listed = [f"{place:>3}  {_title(train, row)}" for place, row in enumerate(found.items, start=1)]
    one = explanation_text(found.as_margin, train, sentence=None).splitlines()[1:]
    return "\n".join([*listed, *one])


def counterfactual_json(found: Counterfactual, train: Dataset) -> dict[str, Any]:
    """Return the record of one counterfactual."""
    titles, ids = train.items["title"], train.item_ids
    return {
        "label": titles[found.target],
        "method": "counterfactual",
        "kind": found.kind,
        "n": found.n,
        "found": found.found,
        "items": [{"item_id": ids[row], "label": titles[row]} for row in found.items],
        "size": found.size,
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "score_before": found.score_before,
        "score_after": found.score_after,
        "rival": None if found.rival < 0 else ids[found.rival],
        "evaluations": found.evaluations,
    }


def counterfactual_text(found: Counterfactual, train: Dataset) -> str:
    """Return what would have had to be otherwise."""
    change = "without" if found.kind == "removal" else "with"
    if found.found:
        sizes = {
            "minimal": "no smaller set does it",
            "small": "none of them can be spared; a smaller set of others may do it",
        }
        what = f"this item; {sizes['minimal']}"
        if len(found.items) > 1:
            what = f"these {len(found.items)} items; {sizes[found.size]}"
        verdict = f"rank {found.rank_before} becomes {found.rank_after} {change} {what}:"
    elif found.size == "none":
        verdict = f"rank {found.rank_before}; no removal changes that, which is proven"
    elif found.kind == "removal":
        verdict = f"rank {found.rank_before}; no removal was found that moves it past {found.n}"
    else:
        verdict = (
            f"rank {found.rank_before}; no addition was found that brings it into the first "
            f"{found.n}"
        )
    lines = [_title(train, found.target), verdict]
    lines += [f"  {_title(train, row)}" for row in found.items]
    if found.rival >= 0:
        role = "first is then" if found.kind == "removal" else "pushed out is"
        lines.append(f"{role}: {_title(train, found.rival)}")
    return "\n".join([*lines, f"{found.evaluations:>12}  model evaluations"])


def _rivals(explanation: Explanation, train: Dataset) -> str:
    """Say above whom a margin is."""
    rivals = explanation.competitors
    if not rivals:
        return ""
    first = _title(train, rivals[0])
    return f", above {first}" if len(rivals) == 1 else f", above {first} and {len(rivals) - 1} more"


def _line(player: dict[str, Any]) -> str:
    error = player["standard_error"]
    beside = "" if not error else f"  (standard error {error:.6f})"
    return f"{player['value']:+z12.6f}  {plain_title(player['label'])}{beside}"


def _title(train: Dataset, row: int) -> str:
    """On one line, without signs that a terminal would obey."""
    return plain_title(train.items["title"][row])


def _by_size(explanation: Explanation, train: Dataset) -> list[dict[str, Any]]:
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    errors = explanation.standard_errors
    return [
        {
            **_player(explanation, place, train),
            "value": float(explanation.contributions[place]),
            "standard_error": None if errors is None else finite(errors[place]),
        }
        for place in order
    ]


def _player(explanation: Explanation, place: int, train: Dataset) -> dict[str, str]:
    if explanation.game != "attributes":
        row = int(explanation.players[place])
        return {"player": train.item_ids[row], "label": train.items["title"][row]}
    group = explanation.groups[place]
    words = {
        "category": f"history: {group.name or 'no category'} ({_counted(len(group.items))})",
        "attribute": f"{group.name} = {group.value}",
        "prior": "the item itself, whoever asks",
    }
    return {"player": f"{group.kind}:{group.name}".rstrip(":"), "label": words[group.kind]}


def _counted(items: int) -> str:
    return "1 item" if items == 1 else f"{items} items"


def _fidelity(explanation: Explanation) -> dict[str, float | int | bool | None]:
    sizes = float(np.abs(explanation.contributions).sum()) + abs(explanation.residual)
    errors = explanation.standard_errors
    largest = None if errors is None or not len(errors) else finite(errors.max())
    return {
        "residual_share": abs(explanation.residual) / sizes if sizes else 0.0,
        "additivity_error": explanation.additivity_error,
        "largest_standard_error": largest,
        "held_out_r2": None if explanation.fit is None else finite(explanation.fit),
        "draws": explanation.draws,
        "told_apart": explanation.told_apart,
    }
