"""Options of renderings, and writing them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dashboard.commands.output import write_text
from dashboard.i18n import LANGUAGES, translator
from dashboard.reports.html import to_html
from dashboard.reports.pdf import write_pdf
from dashboard.reports.regimes import STATEMENTS
from dashboard.reports.sections import MODES, make_document
from engine.errors import OptionError

__all__ = ["add_rendering_options", "read_statements", "write_renderings"]


def add_rendering_options(group: argparse._ArgumentGroup) -> None:
    """Add what makes HTML and PDF of a report."""
    group.add_argument("--html", metavar="FILE", help="write the report as one HTML file")
    group.add_argument("--pdf", metavar="FILE", help="write the report as PDF")
    group.add_argument(
        "--mode", choices=sorted(MODES), default="plain", help="which sections (default: plain)"
    )
    group.add_argument(
        "--language",
        choices=sorted(LANGUAGES),
        default="en",
        help="of HTML, PDF and errors (default: en)",
    )


def write_renderings(report: Mapping[str, Any], args: argparse.Namespace) -> None:
    """Write the HTML and the PDF that were asked for."""
    if not args.html and not args.pdf:
        return
    document = make_document(report, args.mode, translator(args.language))
    if args.html:
        write_text(to_html(document), args.html)
    if args.pdf:
        write_pdf(document, args.pdf)


def read_statements(path: str | None) -> dict[str, str]:
    """Read what only people can say: a YAML file with a text for each name in `STATEMENTS`."""
    if path is None:
        return {}
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OptionError(
            "cannot read the statements {path}: {reason}",
            path=path,
            reason=" ".join(str(error).split()),
        ) from error
    if not isinstance(found, Mapping) or not found.keys() <= STATEMENTS.keys():
        raise OptionError(
            "the statements {path} hold something else than a text for each of {known}",
            path=path,
            known=", ".join(STATEMENTS),
        )
    return {name: str(text) for name, text in found.items()}
