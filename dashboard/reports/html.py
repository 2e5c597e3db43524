"""A document as one HTML file that needs nothing else: no script, no font, no address."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.reports.document import Block, Document, Figure
from dashboard.reports.svg import draw_figure

__all__ = ["to_html"]

TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def to_html(document: Document) -> str:
    """Return the whole file; every word of it is escaped."""
    return _ENVIRONMENT.get_template("report.html").render(
        document=document, kind=_kind, picture=_picture
    )


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _picture(figure: Figure) -> Markup:
    # Safe: every word in it has been escaped where it was drawn.
    return Markup(draw_figure(figure))
