"""What a report says of itself: who it is, what made it, how to make it again.

None of this is part of the content hash: it differs from machine to machine and from day to day.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from threadpoolctl import threadpool_info

from audits.report import AuditReport
from audits.report_file import TOLERANCE
from dashboard.i18n import translator
from dashboard.reports.build import build_facts
from dashboard.reports.sections import TITLES
from engine.models.registry import make_model

__all__ = ["about_report"]

_APART = "an audit is about lists; one reason at a time: recscope explain, with its fidelity"
_UNUSED = "no text of a report is written by a language model"


def about_report(report: AuditReport, *, mode: str, language: str) -> dict[str, Any]:
    """Return identity, build, determinism, model, and what is not in the report and why."""
    regimes = {limit.regime for limit in report.thresholds if limit.regime}
    config = json.dumps(dict(report.config), sort_keys=True)
    return {
        "identity": {
            "report_id": str(uuid4()),
            "created_at": datetime.now(UTC).isoformat(),
            "title": translator(language)(TITLES[mode]),
            "locale": language,
            "regimes": sorted(regimes | ({mode} if mode != "plain" else set())),
            "scope": {"unit": "user", "k": report.config["k"]},
        },
        "build": build_facts(),
        "determinism": {
            "seed": report.config["seed"],
            "draws": "numpy PCG64, one stream each for users, labels and lists",
            "threads": max((pool["num_threads"] for pool in threadpool_info()), default=1),
            "tolerance": TOLERANCE,
        },
        "model": _model(report),
        "config_sha256": hashlib.sha256(config.encode()).hexdigest(),
        "explanations": {"included": False, "reason": _APART},
        "language_model": {"used": False, "reason": _UNUSED},
        "reviewer_actions": [],
    }


def _model(report: AuditReport) -> dict[str, Any] | None:
    """Describe the model, which is learned anew from data and seed; lists of others have none."""
    name = report.config.get("model")
    if not isinstance(name, str):
        return None
    plain = {
        key: value
        for key, value in vars(make_model(name)).items()
        if isinstance(value, str | int | float | bool) and not key.startswith("_")
    }
    return {
        "name": name,
        "format": "learned anew from the training table and the seed",
        "sha256": None,
        "parameters": json.dumps(plain, sort_keys=True),
    }
