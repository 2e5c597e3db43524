"""Two sessions of one server: while one waits for work, the other's slider moves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.chromium import serve
from tests.crowd.held import Scene, watch_scenes
from tests.dashboard.messages import ROOT

pytestmark = pytest.mark.browser
QUERY = "dataset=planted&rate=0.1"
# A move takes some hundredths of a second; a machine at its limits is given time.
MOST = 3.0


def test_a_page_that_waits_for_its_work_holds_nobody() -> None:
    large = ROOT / "tests" / "browser" / "large_app.py"
    scenes = [
        Scene("a new seed", "", f"{QUERY}&seed=12"),
        Scene("every rate", "explore", f"{QUERY}&seed=13"),
        Scene("a report", "report", f"{QUERY}&seed=14"),
    ]
    # A thread of its own: this one has the event loop of the browser of other tests.
    with serve(large) as address, ThreadPoolExecutor(1) as beside:
        _, held = beside.submit(watch_scenes, address, scenes, query=QUERY).result()
    for one in held:
        assert one.by_job, one.scene.name
        assert one.whole is not None, one.scene.name
        assert one.errors == (), one.scene.name
        assert len(one.moves) > 5, one.scene.name
        assert max(one.moves) < MOST, one.scene.name
