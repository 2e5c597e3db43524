"""The settings of every model, and the search each was chosen by, in one file: TUNING.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from engine.models.base import Recommender
from engine.models.registry import MODELS, make_model
from tests.evidence.records import Record

__all__ = ["tuning_text", "write_tuning"]

SEARCHES = {
    "ease": "model_defaults",
    "item-knn": "model_defaults",
    "als": "model_defaults",
    "user-knn": "best_model",
    "admm-slim": "best_model",
    "graph-filter": "best_model",
    "hybrid": "best_model",
    "hybrid-votes": "simple_defaults",
    "hybrid-stacked": "simple_defaults",
    "content": "simple_defaults",
    "bpr": "torch_defaults",
    "lightgcn": "torch_defaults",
    "mult-vae": "torch_defaults",
    "logistic-mf": "logistic_defaults",
    "two-tower": "text_defaults",
    "lstm": "text_defaults",
    "lightgcn-kg": "graph_defaults",
    "sasrec": "sequential_defaults",
    "factorisation-machine": "factorisation_defaults",
}
# What says how a fit is watched, and not what is learned.
NO_SETTING = {"checkpoint", "progress", "path", "members", "edges"}
DEFAULT = "default"
HEAD = """# Settings, and how they were chosen

Written from the defaults in the code and from the records beside this file, by the same command.
Searches look at MovieLens-100K's training parts alone: a validation part is cut from them (for
sasrec, the last film but one of each history), and the figures are nDCG@10 on it. "Behind" is by
how much the default trails the best that was tried. Where it does, a simpler, quicker or steadier
setting was kept. "Not tried" is a default that changed since the search, which has to be run
again. Of a model without a search nothing is claimed.

| model | default settings | tried | best | default | behind | search |
|---|---|---|---|---|---|---|
"""

Tried = Mapping[str, object]


def write_tuning(folder: Path, records: Sequence[Record]) -> None:
    """Write TUNING.md."""
    (folder / "TUNING.md").write_text(tuning_text(records), encoding="utf-8")


def tuning_text(records: Sequence[Record]) -> str:
    """Return the table of all models, and below it everything that was tried."""
    by_name = {str(record["name"]): record for record in records}
    rows, lists = [], []
    for name in MODELS:
        settings = dict(_settings(make_model(name)))
        told = ", ".join(f"{key} {value}" for key, value in settings.items()) or "–"
        if name not in SEARCHES:
            rows.append(f"| {name} | {told} | – | – | – | – | none |\n")
            continue
        search = SEARCHES[name]
        whole: Tried = by_name[search]["validation ndcg"]  # type: ignore[assignment]
        # A record of one model names it nowhere.
        tried: Tried = whole.get(name, whole)  # type: ignore[assignment]
        figures = {label: _best(value) for label, value in tried.items()}
        own, best = _default(tried, settings), max(figures.values())
        ends = "not tried | –" if own is None else f"{own:.4f} | {best - own:.4f}"
        link = f"[{search}]({search}.json)"
        rows.append(f"| {name} | {told} | {len(figures)} | {best:.4f} | {ends} | {link} |\n")
        lists.append(_list(name, figures))
    return HEAD + "".join(rows) + "".join(lists)


def _settings(model: Recommender) -> Iterator[tuple[str, object]]:
    for field in fields(model):  # type: ignore[arg-type]
        value = getattr(model, field.name)
        if field.name not in NO_SETTING and not field.name.endswith("_"):
            yield field.name, value


def _best(value: object) -> float:
    """Of a setting whose epochs were looked at one by one: its best epoch."""
    return float(value["best"] if isinstance(value, Mapping) else value)  # type: ignore[arg-type]


def _default(tried: Tried, settings: Mapping[str, object]) -> float | None:
    """Return the figure of the setting that is the default: so named, or equal to it.

    None where the default has changed since, so that the search has to be run again.
    """
    for label, value in tried.items():
        pairs = [part.split("=") for part in label.split() if "=" in part]
        equal = pairs and all(_is(settings.get(name), text) for name, text in pairs)
        if label == DEFAULT or equal:
            return float(
                value["at the default epoch"] if isinstance(value, Mapping) else value  # type: ignore[arg-type]
            )
    return None


def _is(value: object, text: str) -> bool:
    """Whether a setting has the value that a label writes, a number or a word.

    Examples
    --------
    >>> _is(0.003, "3e-3"), _is("weight", "weight"), _is("weight", "binary"), _is(None, "0.5")
    (True, True, False, False)
    """
    try:
        return float(text) == value
    except ValueError:
        return text == value


def _list(name: str, figures: Mapping[str, float]) -> str:
    order = sorted(figures.items(), key=lambda pair: -pair[1])
    lines = [f"| {label} | {value:.4f} |\n" for label, value in order]
    return f"\n## {name}\n\n| setting | validation nDCG@10 |\n|---|---|\n{''.join(lines)}"
