"""What a report was made with; no part of its content hash."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

__all__ = ["build_facts"]

PACKAGES = ("recscope", "numpy", "polars", "scipy", "fairlearn")


def build_facts() -> dict[str, str]:
    """Return the versions of python, the machine and the packages that make the numbers."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed as a package"
