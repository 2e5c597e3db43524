"""What goes wrong, as a status and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from dashboard.i18n import asked_language, translator
from engine.errors import (
    AccessError,
    AssetError,
    CapabilityError,
    OutputError,
    QuotaError,
    RecscopeError,
    ServiceError,
    UnknownNameError,
)

__all__ = ["NO_SUCH_METHOD", "OF_BODIES", "STATUSES", "UNFORESEEN", "refuse", "status_of"]

STATUSES = {
    400: "the request is wrong",
    401: "it is not known who asks",
    403: "who asks may not do this",
    404: "there is no such thing, or it is not yours",
    405: "this is done by another method",
    409: "it cannot be done as things stand",
    413: "the request is too large",
    415: "the request is no JSON",
    429: "too much at once",
    500: "this server made a mistake; please report it",
    503: "something this server needs does not answer",
    504: "it took too long",
}
NO_SUCH_METHOD = 405
UNFORESEEN = 500
# Of requests that bring something alone.
OF_BODIES = (400, 413, 415)
_BY_KIND: tuple[tuple[type[RecscopeError], int], ...] = (
    (QuotaError, 429),
    (AccessError, 403),
    (UnknownNameError, 404),
    (AssetError, 409),
    (CapabilityError, 409),
    (OutputError, 503),
    (ServiceError, 503),
)


def status_of(error: RecscopeError) -> int:
    """Return the status an error is told with; 400 unless its kind says otherwise."""
    return next((status for kind, status in _BY_KIND if isinstance(error, kind)), 400)


def refuse(
    error: RecscopeError,
    status: int,
    *,
    accept_language: str | None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """Return the sentence in the language the caller asks for."""
    language = asked_language(accept_language)
    sent = {"cache-control": "no-store", **(headers or {})}
    if status == 401:
        sent["www-authenticate"] = "Bearer"
    if status == 429:
        sent["retry-after"] = "5"
    body = {"error": translator(language).error(error), **more}
    return JSONResponse(body, status_code=status, headers=sent)
