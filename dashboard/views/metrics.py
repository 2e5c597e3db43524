"""Metrics: what each number means, where it lies, and where it comes from."""

from __future__ import annotations

from dashboard.components.metric_rows import draw_metrics
from dashboard.components.page import heading, show
from dashboard.i18n import Translator
from dashboard.state import Selection

__all__ = ["metrics"]


def metrics(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Metrics"),
        _("What does each number mean, and which way is better?"),
        _,
        turns=False,
    )
    draw_metrics(_)


show(metrics)
