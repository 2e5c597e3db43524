"""The page that asks somebody to wait."""

from __future__ import annotations

from html import escape

from dashboard.i18n import Translator, best_language, translator

__all__ = ["busy_page"]

_FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{seconds}">
<title>recscope</title>
<style>
body {{ font-family: system-ui, sans-serif; color: #1f2430; background: #fff; margin: 0 }}
main {{ max-width: 34rem; margin: 22vh auto 0; padding: 0 1.5rem; line-height: 1.5 }}
h1 {{ font-size: 1.4rem }}
p + p {{ color: #5b6270 }}
</style>
</head>
<body><main role="status"><h1>{title}</h1><p>{what}</p><p>{then}</p></main></body>
</html>
"""


def busy_page(accept_language: str | None, *, seconds: int) -> str:
    """Return HTML in the language a browser asks for; it asks again by itself."""
    language = best_language((accept_language or "").split(",")[0].split(";")[0].strip())
    _ = translator(language)
    return _FRAME.format(
        language=language, seconds=seconds, **{k: escape(v) for k, v in _words(_, seconds).items()}
    )


def _words(_: Translator, seconds: int) -> dict[str, str]:
    return {
        "title": _("All places are taken just now"),
        "what": _("As many people as this machine serves well are looking at recscope already."),
        "then": _(
            "This page tries again every {seconds} seconds and opens as soon as somebody leaves.",
            seconds=seconds,
        ),
    }
