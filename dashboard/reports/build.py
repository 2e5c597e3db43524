"""What a report was made with; no part of its content hash."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

from threadpoolctl import threadpool_info

__all__ = ["build_facts"]

PACKAGES = ("recscope", "numpy", "polars", "scipy")


def build_facts() -> dict[str, str]:
    """Return the versions of python, the machine and the packages that make the numbers."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "commit": _commit(),
        "blas": _blas(),
        "device": "cpu",
        "packages_sha256": _packages(),
        **{name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed as a package"


@cache
def _commit() -> str:
    """Return the commit of a clone, with + where it was changed; a package has only a version."""
    folder = Path(__file__).parents[2]
    if not (folder / ".git").exists():
        return "not a clone"
    try:
        commit, changed = (
            subprocess.run(
                ["git", *words], cwd=folder, capture_output=True, text=True, check=True, timeout=10
            ).stdout.strip()
            for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "-uno"))
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return f"{commit}+" if changed else commit


def _blas() -> str:
    names = {
        f"{pool['internal_api']} {pool['version']}"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }
    return ", ".join(sorted(names)) or "none"


@cache
def _packages() -> str:
    """Hash names and versions of all installed packages: two equal ones are one environment."""
    lines = sorted({f"{found.name.lower()}=={found.version}" for found in distributions()})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
