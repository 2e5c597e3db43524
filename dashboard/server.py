"""The server: Streamlit's pages, the API beside them, and what guards both.

`recscope app` starts it as ``streamlit run dashboard/server.py`` with the flags of
``theme/server.toml``; Streamlit finds ``app`` here.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route
from streamlit.starlette import App

from dashboard.api.routes import api_routes
from dashboard.warming import warming
from dashboard.web.admission import Admission, AdmissionMiddleware, most_sessions
from dashboard.web.base_address import ADDRESS, BaseAddressMiddleware, base_address
from dashboard.web.headers import SecurityHeadersMiddleware
from dashboard.web.hidden import HiddenMiddleware
from dashboard.web.own_files import OwnFilesMiddleware
from dashboard.web.readiness import ready

__all__: list[str] = []

# The outermost first. Streamlit itself checks the host of the WebSocket alone.
app = App(
    Path(__file__).parent / "app.py",
    lifespan=warming,
    routes=[Route("/ready", ready), Route(ADDRESS, base_address), *api_routes()],
    middleware=[
        Middleware(SecurityHeadersMiddleware),
        Middleware(
            TrustedHostMiddleware,
            allowed_hosts=list(st.get_option("server.allowedHosts") or ["127.0.0.1", "localhost"]),
            www_redirect=False,
        ),
        Middleware(HiddenMiddleware),
        Middleware(OwnFilesMiddleware),
        Middleware(BaseAddressMiddleware),
        Middleware(AdmissionMiddleware, admission=Admission(most_sessions())),
    ],
)
