"""Which addresses only this machine reaches, and which requests come from it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

__all__ = ["is_from_here", "is_loopback", "is_own_origin"]

_USUAL_PORTS = {"http": 80, "https": 443}


def is_loopback(address: str | None) -> bool:
    """Whether nobody but this machine reaches an address; None listens everywhere.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost")
    (True, True, True)
    >>> is_loopback("0.0.0.0"), is_loopback("recscope.example.org"), is_loopback(None)
    (False, False, False)
    """
    if address is None:
        return False
    if address.lower() == "localhost":
        return True
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def is_from_here(client: str | None, headers: Mapping[str, str]) -> bool:
    """Whether somebody at this machine asks, and no proxy for somebody else.

    A proxy on this machine connects from it too. It is known by what it adds, or by the name that
    people ask for; one that adds nothing and changes the name cannot be told from this machine.

    Parameters
    ----------
    client
        Address the connection comes from.
    headers
        Of the request; names in any case.

    Examples
    --------
    >>> is_from_here("127.0.0.1", {"Host": "localhost:8501"})
    True
    >>> is_from_here("127.0.0.1", {"Host": "localhost", "X-Forwarded-For": "127.0.0.1"})
    False
    >>> is_from_here("127.0.0.1", {"Host": "recscope.example.org"})
    False
    """
    given = {name.lower(): value for name, value in headers.items()}
    passed_on = any(
        name.startswith("x-forwarded-") or name in ("forwarded", "x-real-ip", "via")
        for name in given
    )
    asked_for = _parts(f"//{given['host']}") if "host" in given else None
    is_asked_here = asked_for is None or is_loopback(asked_for.hostname)
    return is_loopback(client) and is_asked_here and not passed_on


def is_own_origin(origin: str, host: str | None) -> bool:
    """Whether a page of the server that is asked makes a request.

    Parameters
    ----------
    origin
        What the browser says of the page.
    host
        What it asks for.

    Examples
    --------
    >>> is_own_origin("https://recscope.example.org", "recscope.example.org:443")
    True
    >>> is_own_origin("http://localhost:3000", "localhost:8501"), is_own_origin("null", "localhost")
    (False, False)
    """
    page, asked = _parts(origin), _parts(f"//{host or ''}")
    if page is None or asked is None or not page.hostname:
        return False
    usual = _USUAL_PORTS.get(page.scheme)
    return (page.hostname, page.port or usual) == (asked.hostname, asked.port or usual)


def _parts(address: str) -> SplitResult | None:
    """Return the parts of an address, None where it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts
