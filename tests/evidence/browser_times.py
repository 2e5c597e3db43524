"""In a real browser: the first page within 3 s of a start, the slider's charts within .5 s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import getloadavg
from random import SystemRandom
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import launch, started, visit

__all__ = ["run"]

QUERY = "?dataset=ml-100k&rate=0.1&language=en"
FIRST_GOAL = 3.0
SLIDER_GOAL = 0.5
STARTS = 15
VISITS = 10
PRESSES = 18
POLICIES = ("epsilon-greedy", "plackett-luce", "mmr")
# All four charts name the rate and hold their points; the clock runs in the page itself, from the
# key press to the frame after the last of them is drawn.
DRAWN = """
(wanted) => {
  const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].slice(0, 4);
  const points = "path[aria-roledescription='point']";
  const says = point => point.getAttribute('aria-label').startsWith(`${wanted} `);
  return charts.length === 4 && charts.every(chart => {
    const drawn = [...chart.querySelectorAll(points)];
    return drawn.length === 2 && says(drawn[1]);
  });
}
"""
WATCH = (
    "(wanted) => {\n  const drawn = "
    + DRAWN.strip()
    + """;
  window.answered = new Promise(resolve => {
    addEventListener('keydown', () => {
      const begin = performance.now();
      const look = () => {
        if (!drawn(wanted)) { requestAnimationFrame(look); return; }
        requestAnimationFrame(() => resolve((performance.now() - begin) / 1000));
      };
      look();
    }, {once: true, capture: true});
  });
}
"""
)


def run() -> dict[str, object]:
    """Return seconds from a start of the server to the first page, and from a key to the charts.

    MovieLens-100K is on the disk; each start is a new process of ``recscope app``, and the browser
    is open already, in a profile that has kept nothing of it. The server is open when it answers,
    which the command says. "Warm" is a new visitor of a server that runs. The slider is moved by
    the arrow key, from .10 to 1.00 in steps of .05, under several policies: every rate is new to
    the server, and so is their seed. Streamlit itself waits 0.2 s after a key before it sends.
    """
    busy = round(getloadavg()[0], 2)  # whoever else works on the machine is in the figures too
    with launch() as browser:
        starts = [_first_after_start(browser) for _ in range(STARTS)]
        with started() as (address, _):
            _first(browser, address)
            warm = [_first(browser, address) for _ in range(VISITS)]
            moves = {policy: _slide(browser, address, policy) for policy in POLICIES}
    every = [second for seconds in moves.values() for second in seconds]
    from_process, from_open = ([one[nth] for one in starts] for nth in (0, 1))
    first, slider = median(from_process), median(every)
    return {
        "headline": f"first page {first:.2f} s after a start, {median(from_open):.2f} s after "
        f"the server is open, {median(warm):.2f} s when it has run; "
        f"slider {slider:.2f} s (median of {len(every)} new rates)",
        "settings": {"goal first page": FIRST_GOAL, "goal slider": SLIDER_GOAL},
        "load average before": busy,
        "first page after a start": _met(from_process),
        "first page after the server is open": _met(from_open),
        "first page, warm": _met(warm),
        "slider": _met(every),
        "slider, by policy": {policy: _met(seconds) for policy, seconds in moves.items()},
        "holds": first <= FIRST_GOAL and slider <= SLIDER_GOAL,
    }


def _first_after_start(browser: Browser) -> tuple[float, float]:
    """Seconds from the start of the process, and from when the command says that it is open."""
    with _somebody_new(browser) as context:
        begin = perf_counter()
        with started() as (address, _):
            opened = perf_counter()
            drawn = _drawn(context, address)
    return drawn - begin, drawn - opened


def _first(browser: Browser, address: str) -> float:
    with _somebody_new(browser) as context:
        begin = perf_counter()
        return _drawn(context, address) - begin


@contextmanager
def _somebody_new(browser: Browser) -> Iterator[BrowserContext]:
    """Give a profile that has kept nothing of the server."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    try:
        yield context
    finally:
        context.close()


def _drawn(context: BrowserContext, address: str) -> float:
    """Open a tab at the first page, and return when its charts are drawn."""
    page = context.new_page()
    page.goto(f"{address}/{QUERY}", wait_until="commit")
    page.wait_for_function(DRAWN, arg="rate 0.10", polling="raf", timeout=60_000)
    return perf_counter()


def _slide(browser: Browser, address: str, policy: str) -> list[float]:
    """Press the key until the slider has gone through its range; one reading a press.

    A seed that nobody has asked for: what was measured before is kept on disk.
    """
    seed = SystemRandom().randrange(100, 10_000)
    with visit(browser, address, query=f"{QUERY}&policy={policy}&seed={seed}") as seen:
        seen.page.wait_for_function(DRAWN, arg="rate 0.10", timeout=60_000)
        return [_press(seen.page, 0.1 + 0.05 * (nth + 1)) for nth in range(PRESSES)]


def _press(page: Page, rate: float) -> float:
    page.evaluate(WATCH, "rate 1" if round(rate, 2) == 1 else f"rate {rate:.2f}")
    page.get_by_role("slider", name="Exploration rate").focus()
    page.keyboard.press("ArrowRight")
    found: float = page.evaluate("() => window.answered")
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=running]')")
    page.wait_for_timeout(200)
    return found


def _met(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "n": len(ordered),
        "median": round(median(ordered), 3),
        "p95": round(ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)], 3),
        "largest": round(ordered[-1], 3),
    }
