"""Results that outlive the server: small texts in the cache, each with its own checksum.

A text is written beside its place and renamed, and is read only if its checksum fits: one that is
damaged is as good as none, and is made again. A cache that cannot be written keeps nothing, which
costs time and no result.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from engine.cache import cache_folder

__all__ = ["MOST_TEXTS", "keep_text", "kept_text"]

# Of some 100 kB; those written longest ago go first.
MOST_TEXTS = 200


def kept_text(key: str) -> str | None:
    """Return the text that was kept under a key; None if there is none, or it is damaged."""
    try:
        written = _path(key).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    checksum, _, text = written.partition("\n")
    return text if checksum == _checksum(key, text) else None


def keep_text(key: str, text: str) -> None:
    """Keep a text under a key, if the cache can be written."""
    path = _path(key)
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{_checksum(key, text)}\n{text}")
        os.replace(temporary, path)
        temporary = None
        _tidy(path.parent)
    except OSError:
        return
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)


def _tidy(folder: Path) -> None:
    texts = list(folder.iterdir())
    if len(texts) <= MOST_TEXTS:
        return
    oldest = sorted(texts, key=lambda path: path.stat().st_mtime)
    for path in oldest[: len(texts) - MOST_TEXTS]:
        path.unlink(missing_ok=True)


def _path(key: str) -> Path:
    return cache_folder() / "measured" / sha256(key.encode()).hexdigest()


def _checksum(key: str, text: str) -> str:
    """Of both, so that a file under another's name is not taken for it."""
    return sha256(f"{key}\n{text}".encode()).hexdigest()
