"""What answers hold, for the document: programs are written against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from audits.report_file import SCHEMA
from dashboard.api.schemas import Schema
from dashboard.jobs.record import State

__all__ = [
    "BROUGHT",
    "COMPONENTS",
    "DATASETS",
    "EXPLANATION",
    "JOB",
    "JOBS",
    "LISTS",
    "MODELS",
    "NOTHING",
    "POLICIES",
    "REPORT",
    "RESULT",
    "TEXT",
]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_OBJECT: Schema = {"type": "object"}


def _or_none(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _holds(**parts: Schema) -> Schema:
    """Return an object with at least these parts; later versions may add some."""
    return {"type": "object", "properties": parts, "required": list(parts)}


def _part(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _report() -> Schema:
    """Return the schema reports are checked against, with its own parts found in the document."""
    text = SCHEMA.read_text(encoding="utf-8")
    schema: Schema = json.loads(text.replace("#/$defs/", "#/components/schemas/Report/$defs/"))
    del schema["$schema"]
    return schema


_PLACE = _holds(
    user_id=_TEXT,
    item_id=_TEXT,
    rank={"type": "integer", "minimum": 1},
    score=_or_none(_NUMBER),
    propensity=_or_none({"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
    model=_TEXT,
    policy=_TEXT,
    rate=_NUMBER,
    seed=_COUNT,
)
_SHARES = _holds(
    user_id=_TEXT,
    item_id=_TEXT,
    label=_TEXT,
    method=_TEXT,
    game=_TEXT,
    base_value=_NUMBER,
    score=_NUMBER,
    contributions=_list_of(
        _holds(player=_TEXT, label=_TEXT, value=_NUMBER, standard_error=_or_none(_NUMBER))
    ),
    evaluations=_COUNT,
)
_REMOVAL = _holds(
    user_id=_TEXT,
    item_id=_TEXT,
    label=_TEXT,
    method={"const": "counterfactual"},
    kind=_TEXT,
    n=_COUNT,
    found=_FLAG,
    items=_list_of(_holds(item_id=_TEXT, label=_TEXT)),
    rank_before=_COUNT,
    rank_after=_COUNT,
    score_before=_NUMBER,
    score_after=_NUMBER,
    rival=_or_none(_TEXT),
    evaluations=_COUNT,
)
_JOB = _holds(
    id=_TEXT,
    kind=_TEXT,
    config=_OBJECT,
    state={"enum": [state.value for state in State]},
    done=_COUNT,
    total=_COUNT,
    stage=_TEXT,
    error=_or_none(_TEXT),
)
_WORDS = _holds(
    text=_TEXT,
    language=_TEXT,
    audience=_TEXT,
    produced_by={"enum": ["local", "endpoint", "template", "refused"]},
    ai_generated=_FLAG,
    facts=_or_none(_OBJECT),
    cited=_list_of(_TEXT),
    checks=_list_of(_OBJECT),
    model_digest=_or_none(_TEXT),
)

DATASETS = _holds(
    datasets=_list_of(
        _holds(name=_TEXT, description=_or_none(_TEXT), licence=_or_none(_TEXT), at_hand=_FLAG)
    )
)
MODELS = _holds(models=_list_of(_holds(name=_TEXT)))
POLICIES = _holds(policies=_list_of(_holds(name=_TEXT, takes_rate=_FLAG)))
BROUGHT = _holds(name=_TEXT, users=_COUNT, items=_COUNT, interactions=_COUNT)
NOTHING: Schema = {"type": "object", "maxProperties": 0}
LISTS = _holds(
    config=_OBJECT,
    fingerprints=_holds(train=_TEXT),
    users=_COUNT,
    rows=_COUNT,
    exploration=_or_none(_OBJECT),
    nothing_left=_list_of(_TEXT),
    shorter=_COUNT,
    recommendations=_list_of(_PLACE),
)
EXPLANATION: Schema = {"anyOf": [_SHARES, _REMOVAL]}
TEXT = _part("Text")
REPORT = _part("Report")
JOB = _part("Job")
JOBS = _holds(jobs=_list_of(JOB))
RESULT: Schema = {
    "anyOf": [
        REPORT,
        _holds(texts=_list_of(TEXT)),
        _holds(effects=_list_of(_OBJECT), validity=_OBJECT, config=_OBJECT),
    ]
}
COMPONENTS: Mapping[str, Any] = {"Report": _report(), "Job": _JOB, "Text": _WORDS}
