"""What a result hangs on beside its settings: the code, the libraries under it, and the data."""

from __future__ import annotations

import os
import platform
import sys
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.sources.registry import files_of

__all__ = ["code_mark", "data_mark"]

_PACKAGES = ("engine", "audits", "dashboard")
_SUFFIXES = (".py", ".yaml", ".toml", ".json")
_LIBRARIES = (
    *("numpy", "scipy", "polars", "duckdb", "torch", "fairlearn", "implicit"),
    *("transformers", "streamlit"),
)

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


@cache
def code_mark() -> str:
    """Return what stands for this code, as the process first saw it, and for what runs it."""
    digest = sha256(f"{sys.version}\n{platform.platform()}\n{platform.processor()}\n".encode())
    # How many threads add up decides the last bits.
    threads = [os.environ.get(name, "") for name in _THREADS]
    digest.update(f"{os.cpu_count()} {threads}\n".encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    root = Path(__file__).parents[1]
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in _SUFFIXES:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
                digest.update(content)
    return digest.hexdigest()


def data_mark(name: str) -> str | None:
    """Return what stands for the content of a data set's files; None where it is in no file.

    What somebody brought has none: it is theirs, goes when they delete it, and nothing made of it
    is kept.
    """
    try:
        files = [(path, path.stat()) for path in files_of(name)]
        return _read(tuple((p, s.st_size, s.st_mtime_ns) for p, s in files)) if files else None
    except OSError:
        return None


@lru_cache(maxsize=16)
def _read(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Of the content; the files are read again only if they look otherwise than before."""
    digest = sha256()
    for path, size, _written in files:
        digest.update(f"{path.name} {size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
