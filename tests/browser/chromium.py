"""The app in a process of its own, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.commands.app import command_line
from tests.dashboard.messages import ROOT

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 120_000.0
RECSCOPE = "import sys; from dashboard.cli import main; sys.exit(main())"


@dataclass
class Visit:
    """A page, with everything it asked for and everything it complained about."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def elsewhere(self) -> list[str]:
        """Return the requests that left the server."""
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def settle(self) -> None:
        """Wait until the script has run to its end."""
        self.page.wait_for_selector("h1", timeout=PATIENCE)
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(
            "() => !document.querySelector('[data-test-script-state=running]')", timeout=PATIENCE
        )
        self.page.wait_for_timeout(300)


def find_chromium() -> str:
    """Return where Chromium is: CHROMIUM, or what the system has."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise RuntimeError(
            "no Chromium found: install one (apt-get install chromium) or set CHROMIUM"
        )
    return found


@contextmanager
def serve(page: Path | None = None) -> Iterator[str]:
    """Start the app, or another page with the app's own settings, and give its address."""
    with started(page) as (address, _):
        yield address


@contextmanager
def started(page: Path | None = None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the app as `serve` does, and give its process beside its address."""
    port = _free_port()
    if page is None:
        command = [sys.executable, "-c", RECSCOPE, "app", "--no-browser", "--port", str(port)]
    else:
        app = str(ROOT / "dashboard" / "app.py")
        command = [part.replace(app, str(page)) for part in command_line(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"no answer at {address}")


@contextmanager
def launch() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser, address: str, *, query: str = "", locale: str = "en-US"
) -> Iterator[Visit]:
    """Open the app as someone new, and listen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=locale)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen = Visit(page, address)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("websocket", lambda socket: seen.requests.append(socket.url))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on(
        "console",
        lambda line: seen.complaints.append(line.text) if line.type == "error" else None,
    )

    def refuse(dialog: object) -> None:
        seen.dialogs.append(str(dialog))
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", refuse)
    try:
        page.goto(f"{address}/{query}")
        seen.settle()
        yield seen
    finally:
        context.close()
