"""The routes of the API."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import anyio.to_thread
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dashboard.access.person import require
from dashboard.api.caller import UnknownCallerError, caller, check_origin
from dashboard.api.document import PREFIX, openapi
from dashboard.api.everything import EVERYTHING
from dashboard.api.limits import Limits
from dashboard.api.operation import Operation, Request
from dashboard.api.operations import OPERATIONS
from dashboard.api.refusals import NO_SUCH_METHOD, UNFORESEEN, refuse, status_of
from dashboard.jobs.fitting import NotYetError
from dashboard.services.work import ask_for_work
from engine.errors import (
    CapabilityError,
    OptionError,
    RecscopeError,
    ServiceError,
    UnknownNameError,
)

__all__ = ["api_routes"]

_LOG = logging.getLogger(__name__)
Endpoint = Callable[[HttpRequest], Awaitable[Response]]


class _RefusedError(Exception):
    """A request that is refused with a status of its own."""

    def __init__(self, status: int, error: RecscopeError, **more: Any) -> None:
        self.status = status
        self.error = error
        self.more = more
        super().__init__(str(error))


def api_routes(limits: Limits | None = None) -> list[Route]:
    """Return every route, with the document at ``/api/v1/openapi.json``."""
    shared = Limits() if limits is None else limits
    at: dict[str, dict[str, Endpoint]] = {"/openapi.json": {"GET": _document}}
    for operation in OPERATIONS:
        at.setdefault(operation.path, {})[operation.method] = _endpoint(operation, shared)
    # An endpoint that is an object is given every method.
    return [
        *(Route(PREFIX + path, _ByMethod(endpoints)) for path, endpoints in at.items()),
        Route(EVERYTHING, _Unknown()),
    ]


async def _document(_request: HttpRequest) -> Response:
    return JSONResponse(openapi())


class _ByMethod:
    """One path: what is asked there by each method, and a refusal of all others."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self.endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = HttpRequest(scope, receive)
        method = "GET" if request.method == "HEAD" else request.method
        endpoint = self.endpoints.get(method)
        answer = self._refused(request) if endpoint is None else await endpoint(request)
        await answer(scope, receive, send)

    def _refused(self, request: HttpRequest) -> Response:
        allowed = ", ".join(sorted({*self.endpoints, *(["HEAD"] * ("GET" in self.endpoints))}))
        return refuse(
            OptionError(
                "{method} does nothing here; ask by {allowed}",
                method=request.method,
                allowed=allowed,
            ),
            NO_SUCH_METHOD,
            accept_language=request.headers.get("accept-language"),
            headers={"allow": allowed},
        )


class _Unknown:
    """Every other path, by whatever method."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        language = HttpRequest(scope).headers.get("accept-language")
        error = UnknownNameError(
            "there is nothing here; GET /api/v1/openapi.json says what there is"
        )
        await refuse(error, 404, accept_language=language)(scope, receive, send)


def _endpoint(operation: Operation, limits: Limits) -> Endpoint:
    async def answer(request: HttpRequest) -> Response:
        language = request.headers.get("accept-language")
        try:
            return await _answer(operation, limits, request)
        except _RefusedError as refused:
            return refuse(refused.error, refused.status, accept_language=language, **refused.more)
        except UnknownCallerError as unknown:
            return refuse(unknown.reason, 401, accept_language=language)
        except RecscopeError as error:
            return refuse(error, status_of(error), accept_language=language)
        except ClientDisconnect:
            raise
        except Exception:  # whatever it is, the caller gets JSON, and the log the trace
            _LOG.exception("%s %s was not answered", operation.method, operation.path)
            return refuse(_unforeseen(), UNFORESEEN, accept_language=language)

    return answer


def _unforeseen() -> RecscopeError:
    return ServiceError(
        "this server made a mistake that nobody foresaw; its log says which, please report it"
    )


async def _answer(operation: Operation, limits: Limits, request: HttpRequest) -> Response:
    person = caller(request)
    check_origin(request)
    require(person, operation.action)
    body = await _body(request, most=operation.most_bytes) if operation.body is not None else {}
    asked = Request(operation.checked(body), request.path_params)
    try:
        found = await limits.run(person, partial(_work, operation, person, asked))
    except TimeoutError as error:
        raise _RefusedError(
            504,
            ServiceError(
                "this took longer than {seconds} seconds and was given up; ask for less",
                seconds=round(limits.seconds),
            ),
        ) from error
    return Response(found, media_type="application/json", headers={"cache-control": "no-store"})


def _work(operation: Operation, person: Any, asked: Request) -> bytes:
    """Make the answer as bytes; a model that is not learned yet is asked for."""
    try:
        found = operation.answer(person, asked)
    except NotYetError as needed:
        record = ask_for_work(person, needed)
        raise _RefusedError(
            409,
            CapabilityError(
                "this takes a while; job {id} does it, ask again when it is done",
                id=record.id,
            ),
            job=record.id,
        ) from needed
    return json.dumps(found, ensure_ascii=False, allow_nan=False).encode()


async def _body(request: HttpRequest, *, most: int) -> Any:
    """Return the JSON of a request, which is cut off where it grows too large."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _RefusedError(415, OptionError("send JSON, as Content-Type: application/json"))
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _RefusedError(
                413, OptionError("the request is larger than {most} bytes", most=most)
            )
        parts.append(part)
    try:
        return await anyio.to_thread.run_sync(json.loads, b"".join(parts))
    except (ValueError, RecursionError) as error:
        raise OptionError("the request is no JSON") from error
