"""The app over a data set that attacks whoever shows it; Streamlit runs this file."""

from __future__ import annotations

import runpy

from dashboard import loaders
from tests.dashboard.apptest import HOSTILE, small_world, two_groups
from tests.dashboard.messages import ROOT

loaders.load = lambda name: small_world(users=two_groups((HOSTILE, "b")), hostile=True)
loaders.is_at_hand = lambda source: True
runpy.run_path(str(ROOT / "dashboard" / "app.py"))
