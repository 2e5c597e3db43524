"""The server: Streamlit's pages, the API beside them, and what guards both.

`recscope app` runs it in its own process with the settings of ``theme/server.toml``, see
`dashboard.web.serving`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route, Router, request_response
from starlette.types import ASGIApp
from streamlit.starlette import App

from dashboard.api.everything import EVERYTHING
from dashboard.web.admission import Admission, AdmissionMiddleware, most_sessions
from dashboard.web.base_address import ADDRESS, BaseAddressMiddleware, base_address
from dashboard.web.cookies import SecureCookieMiddleware
from dashboard.web.frame_files import FrameFilesMiddleware
from dashboard.web.headers import SecurityHeadersMiddleware
from dashboard.web.hidden import HiddenMiddleware
from dashboard.web.later import Later
from dashboard.web.origins import OriginMiddleware
from dashboard.web.own_files import OwnFilesMiddleware
from dashboard.web.sign_in_fault import SignInFaultMiddleware
from dashboard.web.warm import warming

__all__: list[str] = []


def _readiness() -> ASGIApp:
    from dashboard.web.readiness import ready

    return request_response(ready)


def _api() -> ASGIApp:
    from dashboard.api.routes import api_routes

    return Router(api_routes())


# The outermost first. Streamlit itself checks the host of the WebSocket alone.
app = App(
    Path(__file__).parent / "app.py",
    lifespan=warming,
    routes=[
        Route("/ready", Later(_readiness)),
        Route(ADDRESS, base_address),
        Route(EVERYTHING, Later(_api)),
    ],
    middleware=[
        Middleware(SecurityHeadersMiddleware),
        Middleware(SecureCookieMiddleware),
        Middleware(
            TrustedHostMiddleware,
            allowed_hosts=list(st.get_option("server.allowedHosts") or ["127.0.0.1", "localhost"]),
            www_redirect=False,
        ),
        Middleware(OriginMiddleware),
        Middleware(FrameFilesMiddleware),
        Middleware(HiddenMiddleware),
        Middleware(OwnFilesMiddleware),
        Middleware(SignInFaultMiddleware),
        Middleware(BaseAddressMiddleware),
        Middleware(AdmissionMiddleware, admission=Admission(most_sessions())),
    ],
)
