"""Pictures of every page, from the real app: ``python -m tests.browser.screenshot [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.chromium import launch, serve, visit
from tests.dashboard.apptest import VIEWS
from tests.dashboard.messages import ROOT

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 200_000
QUERY = "?dataset=ml-100k&rate=0.3&language={language}"


def take(folder: Path, *, language: str = "en", width: int = 1440) -> dict[str, int]:
    """Draw each page at exploration rate 0.3 on MovieLens-100K; return the bytes of each."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {}
    with serve() as address, launch() as browser:
        for page in VIEWS:
            path = folder / f"{page}.jpg"
            query = ("" if page == "overview" else page) + QUERY.format(language=language)
            with visit(browser, address, query=query) as seen:
                seen.page.set_viewport_size({"width": width, "height": 900})
                seen.settle()
                seen.page.wait_for_timeout(1500)
                seen.page.screenshot(path=path, type="jpeg", quality=80)
            sizes[page] = path.stat().st_size
    return sizes


if __name__ == "__main__":
    found = take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for name, size in found.items():
        print(f"{name}: {size} bytes")
    if max(found.values()) > LARGEST:
        raise SystemExit(f"larger than {LARGEST} bytes: the README should stay light")
