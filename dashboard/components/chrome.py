"""What Streamlit's theme cannot say: narrow screens, and Streamlit's own words in other languages.

Streamlit writes the words inside its upload box, and what a box of text says while one types, in
English, and offers no way to change them; a style sheet puts ours in their place. Where Streamlit
renames these parts, the English words are back and nothing else changes; a browser test would say
so.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from dashboard.i18n import SOURCE, Translator

__all__ = ["chrome"]

SHEET = Path(__file__).parents[1] / "theme" / "app.css"
BOX = '[data-testid="stFileUploaderDropzone"]'
TYPED = '[data-testid="InputInstructions"]'


def chrome(_: Translator) -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_sheet()}{'' if _.language == SOURCE else _words(_)}</style>")


@cache
def _sheet() -> str:
    return SHEET.read_text(encoding="utf-8")


def _words(_: Translator) -> str:
    limit = _.number(st.get_option("server.maxUploadSize"), digits=0)
    return "".join(
        f"{part} {{ font-size: 0; white-space: normal; }} "
        f'{part}::after {{ font-size: 0.875rem; content: "{_quoted(text)}"; }}\n'
        for part, text in (
            (f'{BOX} [data-testid="stBaseButton-secondary"] p', _("Upload")),
            (
                f'{BOX} [data-testid="stFileUploaderDropzoneInstructions"] span',
                _("At most {size} MB a file: CSV, TSV, Parquet, JSONL", size=limit),
            ),
            (TYPED, _("Press Enter to apply")),
            (f'[data-testid="stForm"] {TYPED}', _("Press Enter to submit")),
        )
    )


def _quoted(text: str) -> str:
    """Escape a translation for a string of a style sheet."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
