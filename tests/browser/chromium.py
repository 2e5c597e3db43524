"""The app in a process of its own, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import axe_playwright_python
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from dashboard.components.plain import JOINER
from dashboard.i18n import translator
from dashboard.web.settings import settings
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


AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PAGES = {
    "What is it doing?": ("Overview",),
    "For whom?": ("One person's list",),
    "Is it even-handed?": ("Groups", "Providers"),
    "Does it narrow?": ("Rounds of feedback",),
    "What if we explore more?": (
        "Explore or exploit",
        "Policies and rates",
        "What would it have earned?",
    ),
    "Show me the evidence": (
        *("Verdicts", "Report", "Trail", "Metrics", "Models", "Main parameters", "Data"),
        "Work in progress",
    ),
    "Bring your own": ("Your data",),
}
PHONE: ViewportSize = {"width": 390, "height": 844}
# What a person cannot see whole: it reaches beyond the screen or its picture, or scrolls sideways.
# A box of one pixel is for screen readers alone, the empty box one types into is clipped, and the
# box around letters that stand upright is a little wider than they are.
CUT_OFF = """
() => {
  const found = [], EDGE = 4;
  const say = (why, e) => found.push(`${why}: ${(e.dataset?.testid ?? '')} <${e.tagName}> ` +
    (e.textContent || e.getAttribute('aria-label') || '').slice(0, 60));
  const hidden = e => e.closest('input, [aria-hidden=true]') || clipped(e);
  const clipped = e => { for (; e; e = e.parentElement) if (e.clientWidth === 1) return true; };
  for (const e of document.querySelectorAll('[data-testid=stMain] *')) {
    const box = e.getBoundingClientRect();
    if (!e.checkVisibility() || !box.width || !box.height || hidden(e)) continue;
    if (box.left < -1 || box.right > innerWidth + 1) say('beyond the screen', e);
    const turns = ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX);
    if (turns && e.clientWidth && e.scrollWidth > e.clientWidth + 1) say('scrolls sideways', e);
    const chosen = e.dataset?.testid === 'stMultiSelectTagsContainer';
    if (chosen && e.scrollHeight > e.clientHeight + 1) say('scrolls', e);
    if (e.tagName !== 'text' || !e.textContent) continue;
    if (e.textContent.includes('…')) say('cut short', e);
    const picture = e.closest('svg').getBoundingClientRect();
    const [left, right] = [picture.left - EDGE, picture.right + EDGE];
    if (box.left < left || box.right > right) say('beyond its picture', e);
  }
  return [...new Set(found)];
}
"""


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

    def turn_to(self, name: str, *, language: str = "en") -> None:
        """Open a page by its question and its name, which are given in English."""
        _ = translator(language)
        question = next(question for question, names in PAGES.items() if name in names)
        sections = self.page.get_by_test_id("stTopNavSection")
        sections.filter(has_text=_(question)).click()
        links = self.page.get_by_test_id("stTopNavDropdownLink")
        links.filter(has_text=re.compile(re.escape(_(name)) + "$")).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(_(name))
        self.page.mouse.move(720, 890)
        self.settle()

    def open_choice(self, name: str) -> None:
        """Open a box of choices; scrolled to first, as a person does: scrolling closes a menu."""
        box = self.page.get_by_role("combobox", name=name)
        box.evaluate("box => box.scrollIntoView({block: 'center'})")
        self.page.wait_for_timeout(300)
        box.click()

    def words(self) -> str:
        """Return what stands on the page, without what nobody sees.

        The ends of a slider show while it is pointed at, so they do not count.
        """
        shown = self.page.get_by_test_id("stMain").inner_text().replace(JOINER, "")
        return " ".join(shown.split()).replace(" 0.00 1.00", "")

    def faults(self, *, without: str | None = None) -> list[str]:
        """Return what axe finds serious or critical about the page, place by place.

        ``without`` names parts that are not looked at.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "without => axe.run(without ? {exclude: [without]} : document, "
            "{resultTypes: ['violations']})",
            without,
        )
        return [
            f"{fault['impact']}: {fault['id']}: {node['html'][:200]}"
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    def cut_off(self) -> list[str]:
        """Return what cannot be seen whole on a phone, once pictures are drawn anew for it."""
        self.page.set_viewport_size(PHONE)
        found: list[str] = []
        for _time in range(8):
            self.page.wait_for_timeout(500)
            found = self.page.evaluate(CUT_OFF)
            if not found:
                break
        return found

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
    port = free_port()
    if page is None:
        command = [sys.executable, "-c", RECSCOPE, "app", "--no-browser", "--port", str(port)]
    else:
        command = [sys.executable, "-m", "streamlit", "run", str(page), *_flags(port)]
    home = Path(tempfile.mkdtemp(prefix="recscope-"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RECSCOPE_DATA": str(home),
        "RECSCOPE_TRAIL": str(home / "trail.db"),
        "RECSCOPE_KEY": str(home / "trail.key"),
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def _flags(port: int) -> list[str]:
    """Return the settings as Streamlit's own command takes them; a list comes part by part."""
    listed = ((name, value) for name, value in {**settings(), "server.port": port}.items())
    return [
        f"--{name}={str(part).lower() if isinstance(part, bool) else part}"
        for name, value in listed
        for part in (value if isinstance(value, list) else [value])
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(1200):
        try:
            with urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
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
def launch_beside(browser: Browser, *more: str) -> Iterator[Browser]:
    """Start another Chromium with more flags; there is one Playwright a thread."""
    other = browser.browser_type.launch(executable_path=find_chromium(), args=[*FLAGS, *more])
    try:
        yield other
    finally:
        other.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    *,
    query: str = "",
    locale: str = "en-US",
    width: int = 1440,
    dark: bool = False,
) -> Iterator[Visit]:
    """Open the app as someone new, and listen."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale=locale,
        color_scheme="dark" if dark else "light",
    )
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
