"""A page of words that stands on its own, for when there is no page of Streamlit to write on."""

from __future__ import annotations

from html import escape

__all__ = ["notice_page"]

_FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{refresh}<title>recscope</title>
<style>
body {{ font-family: system-ui, sans-serif; color: #1f2430; background: #fff; margin: 0 }}
main {{ max-width: 34rem; margin: 22vh auto 0; padding: 0 1.5rem; line-height: 1.5 }}
h1 {{ font-size: 1.4rem }}
p + p {{ color: #5b6270 }}
a {{ color: #0b5c9e }}
</style>
</head>
<body><main role="status"><h1>{title}</h1>{words}</main></body>
</html>
"""


def notice_page(
    language: str,
    title: str,
    sentences: tuple[str, ...],
    *,
    again: int | None = None,
    back: str | None = None,
) -> str:
    """Return HTML.

    Parameters
    ----------
    language, title, sentences
        Of the page; text, not markup.
    again
        After so many seconds it asks again by itself.
    back
        Words of a link to the first page.
    """
    words = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    if back is not None:
        words += f'<p><a href="/">{escape(back)}</a></p>'
    refresh = "" if again is None else f'<meta http-equiv="refresh" content="{again}">\n'
    return _FRAME.format(language=language, refresh=refresh, title=escape(title), words=words)
