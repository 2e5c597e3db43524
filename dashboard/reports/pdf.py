"""A document as PDF, with fonts that know Chinese."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from dashboard.reports.document import Document, Figure, Table, Text
from dashboard.reports.svg import axis_of
from engine.disk import unwritable
from engine.errors import CapabilityError, OutputError

__all__ = ["find_font", "to_pdf", "write_pdf"]

# Files that hold Latin and Chinese, with the face of simplified Chinese in a collection.
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/Library/Fonts/Arial Unicode.ttf", 0),
    ("C:/Windows/Fonts/msyh.ttc", 0),
)
BODY, HEAD, TITLE, ROW = 9, 13, 17, 6
BLUE, GREY = (0, 114, 178), (138, 143, 152)


def find_font(font: str | Path | None = None) -> tuple[Path, int]:
    """Return a font file that knows Chinese, and which face of it.

    Raises
    ------
    OutputError
        This machine has none of the usual ones, and none was named.
    """
    places = [(Path(font), 0)] if font else [(Path(path), face) for path, face in FONTS]
    for path, face in places:
        if path.exists():
            return path, face
    raise OutputError(
        "a PDF needs a font with Chinese signs and none was found; install Noto Sans CJK "
        "(fonts-noto-cjk), or write HTML and print that"
    )


def write_pdf(document: Document, path: str | Path, *, font: str | Path | None = None) -> None:
    """Write the whole file; errors as in `to_pdf`, or the place cannot be written."""
    content = to_pdf(document, font=font)
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise unwritable(path, error) from error


def to_pdf(document: Document, *, font: str | Path | None = None) -> bytes:
    """Return the whole file.

    Raises
    ------
    CapabilityError
        The package fpdf2 is not installed.
    OutputError
        There is no font.
    """
    try:
        fpdf = import_module("fpdf")
    except ImportError as error:
        raise CapabilityError(
            "PDF needs the package fpdf2; install recscope[pdf], or write HTML and print that"
        ) from error
    file, face = find_font(font)
    pdf = fpdf.FPDF(orientation="landscape")
    pdf.set_title(document.title)
    pdf.set_lang(document.language)
    pdf.add_font("body", fname=str(file), collection_font_number=face)
    pdf.add_page()
    _heading(pdf, document.title, TITLE)
    for section in document.sections:
        _heading(pdf, section.title, HEAD)
        for block in section.blocks:
            if isinstance(block, Text):
                pdf.set_font("body", size=BODY)
                pdf.multi_cell(0, text=block.words, new_x="LMARGIN", new_y="NEXT")
                pdf.ln(2)
            elif isinstance(block, Table):
                _table(pdf, block)
            else:
                _figure(pdf, block)
    return bytes(pdf.output())


def _heading(pdf: Any, words: str, size: int) -> None:
    pdf.ln(3)
    pdf.set_font("body", size=size)
    pdf.multi_cell(0, text=words, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def _table(pdf: Any, block: Table) -> None:
    pdf.set_font("body", size=BODY - 2)
    with pdf.table(first_row_as_headings=False, line_height=4, padding=1) as table:
        for cells in (block.columns, *block.rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    pdf.ln(3)


def _figure(pdf: Any, figure: Figure) -> None:
    """Draw points with intervals, as the HTML does."""
    low, high = axis_of(figure)
    left, width = 80.0, 130.0
    needed = ROW * (len(figure.rows) + 2)
    if needed < pdf.eph and pdf.get_y() + needed > pdf.h - pdf.b_margin:
        pdf.add_page()
    pdf.set_font("body", size=BODY)
    pdf.cell(0, ROW, text=figure.title, new_x="LMARGIN", new_y="NEXT")

    def place(value: float) -> float:
        return left + width * (value - low) / (high - low)

    for row in figure.rows:
        pdf.cell(left - 20, ROW, text=row.name[:34], align="R")
        middle = pdf.get_y() + ROW / 2
        if figure.reference is not None:
            pdf.set_draw_color(*GREY)
            x = place(figure.reference)
            pdf.line(x, middle - ROW / 2, x, middle + ROW / 2)
        pdf.set_draw_color(*BLUE)
        pdf.set_fill_color(*BLUE)
        if row.low is not None and row.high is not None:
            pdf.line(place(row.low), middle, place(row.high), middle)
        pdf.ellipse(place(row.value) - 0.9, middle - 0.9, 1.8, 1.8, style="F")
        pdf.set_x(left + width + 5)
        pdf.cell(0, ROW, text=row.text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_draw_color(0)
    # Tables would take the colour of the points for their own ground.
    pdf.set_fill_color(255)
    pdf.ln(3)
