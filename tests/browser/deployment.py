"""The app as a deployment starts it: people sign in, have roles, and tokens for the API."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Page

from dashboard.components.plain import JOINER
from tests.browser.chromium import RECSCOPE, free_port, wait_for
from tests.browser.oidc_provider import CLIENT, SECRET, provide
from tests.dashboard.messages import ROOT

__all__ = ["STRANGER", "deployed", "seen", "sign_in", "token_of"]

STRANGER = "eve@example.org"


@contextmanager
def deployed(
    folder: Path, people: Mapping[str, str], *, most_sessions: int, outside: str | None = None
) -> Iterator[str]:
    """Start the app with a list of people and a provider of its own, and give its address.

    People come back from the provider to that address, or where a proxy shows it: ``outside``.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    lines = [f'"{name}" = "{role}"' for name, role in people.items()]
    tokens = [f'"{sha256(token_of(name).encode()).hexdigest()}" = "{name}"' for name in people]
    (folder / "people.toml").write_text("\n".join(["[people]", *lines, "[tokens]", *tokens]))
    with provide([*people, STRANGER]) as issuer:
        (folder / "secrets.toml").write_text(
            f"""[auth]
redirect_uri = "{outside or address}/oauth2callback"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
        )
        options = ["--people", str(folder / "people.toml")]
        options += ["--sign-in", str(folder / "secrets.toml")]
        options += ["--most-sessions", str(most_sessions)]
        command = [sys.executable, "-c", RECSCOPE, "app", "--no-browser", "--port", str(port)]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "RECSCOPE_DATA": str(folder),
            "RECSCOPE_TRAIL": str(folder / "trail.db"),
            "RECSCOPE_KEY": str(folder / "trail.key"),
        }
        started = subprocess.Popen([*command, *options], env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(address)
            yield address
        finally:
            started.terminate()
            started.wait(timeout=30)


def token_of(name: str) -> str:
    """Return somebody's token for the API."""
    return f"a-token-for-{name}"


def seen(text: str) -> re.Pattern[str]:
    """Return a text as a page shows it: an address is kept from being a link."""
    return re.compile(re.escape(text).replace("@", f"{JOINER}?@"))


def sign_in(page: Page, door: str, who: str) -> None:
    """Sign in at the provider."""
    page.goto(f"{door}/?dataset=planted")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=who).click()
