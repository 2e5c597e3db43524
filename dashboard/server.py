"""The server: Streamlit's pages, the API beside them, and what guards both.

`recscope app` starts it as ``streamlit run dashboard/server.py`` with the flags of
``theme/server.toml``; Streamlit finds ``app`` here.
"""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboard.web.admission import Admission, AdmissionMiddleware, most_sessions

__all__: list[str] = []

app = App(
    Path(__file__).parent / "app.py",
    middleware=[Middleware(AdmissionMiddleware, admission=Admission(most_sessions()))],
)
