"""A language model behind an OpenAI-compatible server: free text over placeholders.

Which server is the operator's choice alone, from the environment; nothing a page or a data set
holds can name one.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from engine.errors import OptionError, ServiceError
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft
from engine.justifications.prompt import prompt_for

__all__ = ["Endpoint", "EndpointGenerator", "endpoint_from"]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MOST_BYTES = 65_536
_TOO_LONG = "the answer takes too long"
_RULES = (
    "Use the placeholders as they stand, and name nothing else: no title, no number, no genre, no "
    "person. Say of each only what the facts say. Answer with the text alone."
)


@dataclass(frozen=True)
class Endpoint:
    """Where the server is and how long it may take.

    Attributes
    ----------
    url
        Its base, such as http://127.0.0.1:8080/v1; plain http is for this machine only.
    model
        The model it is asked for.
    key
        Sent as a bearer token; None sends none.
    hosts
        The host names that may be asked at all.
    seconds
        For a whole answer.
    """

    url: str
    model: str
    key: str | None = None
    hosts: frozenset[str] = _LOOPBACK
    seconds: float = 20.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or parts.hostname is None or parts.username:
            raise OptionError(
                "{url} is no address of a language model; give one like http://127.0.0.1:8080/v1",
                url=self.url,
            )
        if parts.hostname not in self.hosts:
            raise OptionError(
                "the host {host} is not allowed; add it to RECSCOPE_LLM_HOSTS",
                host=parts.hostname,
            )
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise OptionError(
                "{url} would send facts in plain text over a network; use https",
                url=self.url,
            )


def endpoint_from(environment: Mapping[str, str] = os.environ) -> Endpoint | None:
    """Return the server the operator configured, or None.

    RECSCOPE_LLM_URL, RECSCOPE_LLM_MODEL, RECSCOPE_LLM_KEY, RECSCOPE_LLM_HOSTS (commas between
    names, this machine always among them), RECSCOPE_LLM_SECONDS.
    """
    url = environment.get("RECSCOPE_LLM_URL")
    if not url:
        return None
    hosts = environment.get("RECSCOPE_LLM_HOSTS", "")
    seconds = environment.get("RECSCOPE_LLM_SECONDS", "20")
    try:
        limit = float(seconds)
    except ValueError:
        limit = 0.0
    if not limit > 0:
        raise OptionError(
            "RECSCOPE_LLM_SECONDS is {seconds}; give a number of seconds", seconds=seconds
        )
    return Endpoint(
        url=url,
        model=environment.get("RECSCOPE_LLM_MODEL", "default"),
        key=environment.get("RECSCOPE_LLM_KEY"),
        hosts=_LOOPBACK | {host.strip() for host in hosts.split(",") if host.strip()},
        seconds=limit,
    )


class EndpointGenerator:
    """Asks the server for a text; the verifier decides whether it is shown."""

    produced_by: Literal["local", "endpoint"] = "endpoint"

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def write(
        self,
        facts: FactRecord,
        *,
        language: str,
        audience: Audience,
        refused: tuple[str, ...] = (),
    ) -> Draft:
        """Return what the server wrote.

        Raises
        ------
        ServiceError
            It did not answer in time, or not as such a server does.
        """
        prompt = f"{_RULES}\n{prompt_for(facts, language=language, audience=audience)}"
        if refused:
            prompt += f"\nThis was refused, say it otherwise: {refused[-1]}"
        digest = hashlib.sha256(f"{self._endpoint.url} {self._endpoint.model}".encode())
        text = _text_of(_ask(self._endpoint, prompt), self._endpoint)
        return Draft(text, digest.hexdigest(), hashlib.sha256(prompt.encode()).hexdigest())


def _ask(endpoint: Endpoint, prompt: str) -> bytes:
    parts = urlsplit(endpoint.url)
    body = {
        "model": endpoint.model,
        "messages": [{"role": "user", "content": prompt}],
        "temperature": 0,
        "max_tokens": 160,
    }
    headers = {"Content-Type": "application/json", "Connection": "close"}
    if endpoint.key is not None:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    deadline = time.monotonic() + endpoint.seconds
    try:
        connection = _connect(endpoint)
        # Whatever drips, be it a status line: nobody waits longer than that.
        late = threading.Timer(endpoint.seconds, _cut, [connection.sock])
        late.start()
        try:
            path = parts.path.rstrip("/") + "/chat/completions"
            connection.request("POST", path, json.dumps(body), headers)
            with connection.getresponse() as answer:
                # A redirect is not followed: it could lead anywhere.
                if answer.status != http.client.OK:
                    raise _no_answer(endpoint, f"status {answer.status}")
                return _read(answer, endpoint, deadline)
        finally:
            late.cancel()
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        if time.monotonic() >= deadline:
            reason = _TOO_LONG
        raise _no_answer(endpoint, reason) from error


def _cut(connected: socket.socket) -> None:
    """End a connection under whoever reads from it."""
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _connect(endpoint: Endpoint) -> http.client.HTTPConnection:
    """Resolve the name once, look at the address, and connect to that very address."""
    parts = urlsplit(endpoint.url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    found = ipaddress.ip_address(address)
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        raise _no_answer(endpoint, f"{address} is no address of a server")
    if host == "localhost" and not found.is_loopback:
        raise _no_answer(endpoint, f"localhost is {address}")
    raw = socket.create_connection((str(address), port), timeout=endpoint.seconds)
    if parts.scheme == "https":
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    connection = http.client.HTTPConnection(host, port, timeout=endpoint.seconds)
    connection.sock = raw
    return connection


def _read(answer: http.client.HTTPResponse, endpoint: Endpoint, deadline: float) -> bytes:
    """Read at most so much, for at most so long: a slow drip is cut off too."""
    found = b""
    while block := answer.read1(4096):
        found += block
        if len(found) > _MOST_BYTES:
            raise _no_answer(endpoint, "the answer is too long")
        if time.monotonic() > deadline:
            break
    if time.monotonic() > deadline:
        raise _no_answer(endpoint, _TOO_LONG)
    return found


def _text_of(answer: bytes, endpoint: Endpoint) -> str:
    try:
        text = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _no_answer(endpoint, "the answer is not of an OpenAI-compatible server") from error
    if not isinstance(text, str):
        raise _no_answer(endpoint, "the answer holds no text")
    return " ".join(text.split())


def _no_answer(endpoint: Endpoint, reason: str) -> ServiceError:
    return ServiceError(
        "the language model at {url} gave no usable answer: {reason}; fixed words are shown "
        "instead",
        url=endpoint.url,
        reason=reason,
    )
