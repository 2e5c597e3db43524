"""Pictures of every page, from the real app: ``python -m tests.browser.screenshot [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboard.i18n import translator
from tests.browser.after_run import bring_to_its_run
from tests.browser.chromium import PAGES, launch, serve, visit
from tests.dashboard.apptest import VIEWS
from tests.dashboard.messages import ROOT

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 200_000
QUERY = "?dataset=ml-100k&rate=0.3&language={language}&loop_worlds=3&loop_rounds=5"
# Tall enough to show, beneath the choices, what came of them.
HEIGHT = 1200
TO_THE_TOP = "() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"


def take(folder: Path, *, language: str = "en", width: int = 1440) -> dict[str, int]:
    """Draw each page after its run, at rate 0.3 on MovieLens-100K; return the bytes of each."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {}
    with serve() as address, launch() as browser:
        for page in VIEWS:
            path = folder / f"{page}.jpg"
            query = ("" if page == "overview" else page) + QUERY.format(language=language)
            with visit(browser, address, query=query) as seen:
                seen.page.set_viewport_size({"width": width, "height": HEIGHT})
                seen.settle()
                bring_to_its_run(seen, _english(seen.page.locator("h1").inner_text()), language)
                seen.page.evaluate(TO_THE_TOP)
                seen.page.wait_for_timeout(1500)
                seen.page.screenshot(path=path, type="jpeg", quality=80)
            sizes[page] = path.stat().st_size
    return sizes


def _english(title: str) -> str:
    _ = translator("zh")
    return next(name for names in PAGES.values() for name in names if title in (name, _(name)))


if __name__ == "__main__":
    found = take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for name, size in found.items():
        print(f"{name}: {size} bytes")
    if max(found.values()) > LARGEST:
        raise SystemExit(f"larger than {LARGEST} bytes: the README should stay light")
