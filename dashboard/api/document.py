"""The OpenAPI document, made of the declarations that check the requests."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from dashboard.access.role import LEAST
from dashboard.api.answers import COMPONENTS
from dashboard.api.operation import Operation
from dashboard.api.operations import OPERATIONS
from dashboard.api.refusals import NO_SUCH_METHOD, OF_BODIES, STATUSES
from dashboard.api.schemas import ID

__all__ = ["PREFIX", "openapi"]

PREFIX = "/api/v1"
ERROR = {
    "type": "object",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
}


def openapi() -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "recscope",
            "version": version("recscope"),
            "description": "What a recommender does to the people it serves. Answers are what "
            "the commands print with --json, made on the training part of the data: a quarter "
            "of every history is held out, as on the pages.",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": ERROR, **COMPONENTS},
        },
    }


def _describe(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "x-least-role": LEAST[operation.action].name.lower(),
        "responses": {
            "200": {
                "description": "the answer",
                "content": {"application/json": {"schema": operation.gives}},
            },
            **{str(status): _error(STATUSES[status]) for status in _may_refuse(operation)},
        },
    }
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body}}
        described["requestBody"] = {"required": True, "content": content}
    if "{id}" in operation.path:
        described["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": ID}]
    return described


def _may_refuse(operation: Operation) -> list[int]:
    """Return the statuses of refusals; what takes no body finds no fault with it."""
    return [
        status
        for status in STATUSES
        if status != NO_SUCH_METHOD and (operation.body is not None or status not in OF_BODIES)
    ]


def _error(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": words, "content": {"application/json": {"schema": schema}}}
