"""The app over a data set that attacks whoever shows it; Streamlit runs this file."""

from __future__ import annotations

import runpy

from dashboard import loaders
from dashboard.jobs import queue
from tests.browser.hostile_jobs import hostile_jobs
from tests.browser.hostile_world import hostile_world
from tests.dashboard.messages import ROOT

loaders.load = lambda name: hostile_world()
loaders.is_at_hand = lambda source: True
loaders.is_big = lambda name, *, person: False  # no job knows of this world
queue.listed = lambda person: hostile_jobs()
runpy.run_path(str(ROOT / "dashboard" / "app.py"))
