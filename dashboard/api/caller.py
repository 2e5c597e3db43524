"""Who calls the API: the owner of a token, or where nobody signs in whoever is at this machine."""

from __future__ import annotations

from starlette.requests import Request

from dashboard.access.address import is_from_here, is_own_origin
from dashboard.access.person import LOCAL, Person
from dashboard.access.roster import roster_in_use
from engine.errors import AccessError

__all__ = ["UnknownCallerError", "caller", "check_origin"]


class UnknownCallerError(Exception):
    """It is not known who calls; ``reason`` says what to do."""

    def __init__(self, reason: AccessError) -> None:
        self.reason = reason
        super().__init__(str(reason))


def caller(request: Request) -> Person:
    """Return who calls; the cookie of a page counts for nothing here.

    Raises
    ------
    UnknownCallerError
        There is a roster and no token of it, or none and the call comes from elsewhere.
    """
    roster = roster_in_use()
    try:
        if roster is not None:
            return roster.holder(_token(request))
        if _is_here(request):
            return LOCAL
        raise AccessError(
            "you come from another machine, and nobody signs in here; start recscope app with "
            "--people FILE"
        )
    except AccessError as error:
        raise UnknownCallerError(error) from error


def check_origin(request: Request) -> None:
    """Refuse a call that a page of another site makes in somebody's browser.

    Raises
    ------
    AccessError
        The call names an origin that is not this server.
    """
    origin = request.headers.get("origin")
    if origin is not None and not is_own_origin(origin, request.headers.get("host")):
        raise AccessError("the API answers no pages of other sites")


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AccessError("send your token, as in “Authorization: Bearer …”")
    return token.strip()


def _is_here(request: Request) -> bool:
    client = request.client
    return is_from_here(None if client is None else client.host, request.headers)
