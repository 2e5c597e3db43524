"""The page that asks somebody to wait."""

from __future__ import annotations

from dashboard.i18n import asked_language, translator
from dashboard.web.notice import notice_page

__all__ = ["busy_page"]


def busy_page(accept_language: str | None, *, seconds: int) -> str:
    """Return HTML in the language a browser asks for; it asks again by itself."""
    language = asked_language(accept_language)
    _ = translator(language)
    return notice_page(
        language,
        _("All places are taken just now"),
        (
            _("As many people as this machine serves well are looking at recscope already."),
            _(
                "This page tries again every {seconds} seconds and opens as soon as somebody "
                "leaves.",
                seconds=seconds,
            ),
        ),
        again=seconds,
    )
