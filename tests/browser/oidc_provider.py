"""An OpenID Connect provider for tests: it signs in whoever is named on its page, no password."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "recscope-test"
SECRET = "secret-of-the-test-client"
KEY = RSAKey.generate_key(2048, parameters={"kid": "test"})


class _Provider(BaseHTTPRequestHandler):
    """Authorisation code flow with PKCE; codes are good once."""

    server: Any

    def do_GET(self) -> None:
        path, asked = self._asked()
        if path == "/.well-known/openid-configuration":
            self._json(_metadata(self.server.issuer))
        elif path == "/jwks":
            self._json({"keys": [KEY.as_dict(private=False)]})
        elif path == "/authorize":
            self._authorize(asked)
        elif path == "/end-session":
            self._redirect(asked["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        form = _flat(self.rfile.read(length).decode())
        code = self.server.codes.pop(form.get("code", ""), None)
        if self.path != "/token" or code is None or not self._is_client(form):
            self.send_error(400)
            return
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != code["code_challenge"]:
            self.send_error(400)
            return
        now = int(time.time())
        claims = {
            "iss": self.server.issuer,
            "aud": CLIENT,
            "sub": code["who"],
            "email": code["who"],
            "email_verified": True,
            "nonce": code["nonce"],
            "iat": now,
            "exp": now + 600,
        }
        token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, KEY)
        self._json({"access_token": "opaque", "token_type": "Bearer", "id_token": token})

    def _authorize(self, asked: Mapping[str, str]) -> None:
        """Show whom one can be; whoever is chosen is sent back with a code."""
        who = asked.get("who")
        if who is None:
            links = "".join(
                f'<p><a href="{escape(self.path)}&who={quote(name)}">{escape(name)}</a></p>'
                for name in self.server.people
            )
            self._send(f"<h1>Who are you?</h1>{links}".encode(), "text/html")
            return
        code = secrets.token_urlsafe()
        self.server.codes[code] = dict(asked)
        back = urlencode({"code": code, "state": asked["state"]})
        self._redirect(f"{asked['redirect_uri']}?{back}")

    def _is_client(self, form: Mapping[str, str]) -> bool:
        scheme, _, given = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return b64decode(given).decode() == f"{CLIENT}:{SECRET}"
        return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, _flat(parts.query)

    def _json(self, content: object) -> None:
        self._send(json.dumps(content).encode(), "application/json")

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("location", where)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _metadata(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/end-session",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


@contextmanager
def provide(people: list[str]) -> Iterator[str]:
    """Run the provider, and give its address."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    server.people, server.codes = people, {}
    server.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
