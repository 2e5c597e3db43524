"""What requests may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from audits.threshold_files import PRESETS
from dashboard.services.explain import COUNTERFACTUAL
from engine.explanations.explanation import GameName
from engine.explanations.methods import METHODS
from engine.justifications.sources import GENERATORS
from engine.justifications.template import LANGUAGES
from engine.models.registry import MODELS
from engine.policies.registry import POLICIES

__all__ = [
    "AUDIT",
    "AUDIT_LISTS",
    "BRING",
    "EXPLAIN",
    "ID",
    "JUSTIFY",
    "JUSTIFY_LIST",
    "RECOMMEND",
    "SIMULATE",
    "Schema",
]

Schema = dict[str, Any]
MOST_USERS = 1000


def _object(needed: tuple[str, ...], parts: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(parts),
        "required": list(needed),
        "additionalProperties": False,
    }


def _text(words: str, *, usual: str | None = None, most: int = 200) -> Schema:
    schema: Schema = {"type": "string", "minLength": 1, "maxLength": most, "description": words}
    return schema if usual is None else {**schema, "default": usual}


def _number(words: str, usual: float, low: float, high: float, *, whole: bool = True) -> Schema:
    kind = "integer" if whole else "number"
    bounds = {"minimum": low, "maximum": high, "default": usual}
    return {"type": kind, **bounds, "description": words}


def _one_of(words: str, names: tuple[str, ...], usual: str) -> Schema:
    return {"type": "string", "enum": list(names), "default": usual, "description": words}


ID: Schema = {"type": "string", "description": "of a job or a data set, as it was told"}
DATASET = _text("a name from GET datasets")
# Names alone: a path to import or to read is for whoever sits at the machine.
MODEL = _one_of("a name from GET models", tuple(MODELS), "ease")
POLICY = _one_of("a name from GET policies", tuple(POLICIES), "epsilon-greedy")
SEED = _number("every draw hangs on it", 7, 0, 2**31 - 1)
N = _number("list length", 10, 1, 100)
RUN: dict[str, Schema] = {
    "dataset": DATASET,
    "model": MODEL,
    "policy": POLICY,
    "rate": _number("exploration rate; 0 is the model's own list", 0.0, 0, 1, whole=False),
    "n": N,
    "seed": SEED,
}
ABOUT: dict[str, Schema] = {
    "dataset": DATASET,
    "model": MODEL,
    "seed": SEED,
    "user": _text("a user id"),
    "item": _text("an item id the user lacks"),
}
RECOMMEND = _object(
    ("dataset",),
    {
        **RUN,
        "users": {
            "type": "array",
            "items": _text("a user id"),
            "minItems": 1,
            "maxItems": MOST_USERS,
            "uniqueItems": True,
            "description": "whose lists to send; without it everyone's, if they are not too many",
        },
    },
)
EXPLAIN = _object(
    ("dataset", "user", "item"),
    {
        **ABOUT,
        "n": N,
        "method": _one_of(
            "auto: exact where the model allows it, else leave-one-out",
            ("auto", *METHODS, COUNTERFACTUAL),
            "auto",
        ),
        "game": _one_of("what the players are", get_args(GameName), "history"),
        "against": _text("of the margin: one other item, in place of ten runner-ups"),
    },
)
READERS: dict[str, Schema] = {
    "language": _one_of("of the text", tuple(LANGUAGES), "en"),
    "audience": _one_of("who reads it", ("user", "reviewer"), "user"),
}
JUSTIFY = _object(
    ("dataset", "user", "item"),
    {
        **ABOUT,
        **READERS,
        "generator": _one_of(
            "who chooses the words; a language model takes an analyst, and a job",
            GENERATORS,
            "template",
        ),
    },
)
JUSTIFY_LIST = _object(
    ("dataset", "user"),
    {
        **RUN,
        "user": ABOUT["user"],
        **READERS,
        "generator": _one_of("which language model", ("local", "endpoint"), "local"),
    },
)
AUDIT = _object(
    ("dataset",),
    {
        **RUN,
        "presets": {
            "type": "array",
            "items": {"type": "string", "enum": list(PRESETS)},
            "uniqueItems": True,
            "default": [],
            "description": "ready thresholds to judge by",
        },
    },
)
TABLE = _object(
    ("file", "base64"),
    {
        "file": _text("its name; the ending says what it is, as in log.csv or log.parquet"),
        "base64": {
            "type": "string",
            "contentEncoding": "base64",
            "description": "its content",
        },
        "columns": {
            "type": "object",
            "additionalProperties": {"type": "string", "maxLength": 200},
            "maxProperties": 20,
            "description": "our names to its columns; what is left out is guessed by its name",
        },
    },
)
BRING = _object(
    ("tables",),
    {
        "title": _text("what you call it", usual="My data", most=60),
        "tables": _object(
            ("interactions",), dict.fromkeys(("interactions", "users", "items"), TABLE)
        ),
    },
)
AUDIT_LISTS = _object(
    ("tables",),
    {
        "tables": _object(
            ("recommendations", "held_out", "interactions"),
            dict.fromkeys(("recommendations", "held_out", "interactions", "users", "items"), TABLE),
        ),
        "presets": AUDIT["properties"]["presets"],
        "seed": SEED,
    },
)
# Named as the options of `recscope simulate`, and checked there.
SIMULATE = _object(
    ("dataset",),
    {
        "dataset": DATASET,
        "model": MODEL,
        "policy": POLICY,
        "rates": _text("exploration rates, as in 0,0.1,0.3"),
        "rounds": {"type": "integer", "minimum": 1, "maximum": 200},
        "seeds": {"type": "integer", "minimum": 1, "maximum": 100, "description": "worlds"},
        "n": {"type": "integer", "minimum": 1, "maximum": 100},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        "by": _text("groups of users, as in gender,activity"),
        "arms": _text("other recommenders to hold the rates against"),
        "drift": _text("how far tastes follow choices, from 0 to 1, or log: as the log allows"),
        "incremental": {"type": "boolean", "description": "learn new choices by an update"},
        "test-share": {"type": "number", "minimum": 0.01, "maximum": 0.99},
    },
)
