"""The app as it is over data too large for a page to wait; Streamlit runs this file."""

from __future__ import annotations

import runpy

from dashboard.jobs import running
from tests.dashboard.messages import ROOT

running._MOST_CELLS = 1
runpy.run_path(str(ROOT / "dashboard" / "app.py"))
