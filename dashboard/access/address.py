"""Which addresses only this machine reaches."""

from __future__ import annotations

from ipaddress import ip_address

__all__ = ["is_loopback"]


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
