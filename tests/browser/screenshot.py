"""The picture in the README, from the real app: ``python -m tests.browser.screenshot``."""

from __future__ import annotations

from tests.browser.chromium import launch, serve, visit
from tests.dashboard.messages import ROOT

PICTURE = ROOT / "docs" / "screenshot.png"
LARGEST = 400_000


def take() -> int:
    """Draw the first page at exploration rate 0.3 on MovieLens-100K; return the bytes written."""
    PICTURE.parent.mkdir(exist_ok=True)
    with (
        serve() as address,
        launch() as browser,
        visit(browser, address, query="?dataset=ml-100k&rate=0.3") as seen,
    ):
        seen.page.wait_for_timeout(1500)
        seen.page.screenshot(path=PICTURE)
    return PICTURE.stat().st_size


if __name__ == "__main__":
    size = take()
    print(f"{PICTURE.relative_to(ROOT)}: {size} bytes")
    if size > LARGEST:
        raise SystemExit(f"larger than {LARGEST} bytes: the README should stay light")
