"""The key of a deployment: it signs checkpoints, and it makes pseudonyms of people's names."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from platformdirs import user_config_path, user_data_path

from engine.disk import is_full, unwritable
from engine.errors import OutputError, TableError

__all__ = ["load_key", "pseudonym_key", "trail_path"]


def load_key(path: str | Path | None = None) -> Ed25519PrivateKey:
    """Return the key in a file; one that is not there yet is made, for its owner's eyes alone.

    Raises
    ------
    OutputError
        The file cannot be made.
    TableError
        It holds something else than a key.
    """
    place = Path(path) if path else user_config_path("recscope") / "trail.key"
    try:
        if not place.exists():
            _make(place)
        text = place.read_text(encoding="ascii")
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text.strip()))
    except OSError as error:
        if is_full(error):
            raise unwritable(place, error) from error
        raise OutputError(
            "cannot use the key {file}: {reason}; name another place in RECSCOPE_KEY",
            file=place,
            reason=error.strerror or error,
        ) from error
    except ValueError as error:
        raise TableError(
            "{file} holds no key: {reason}; put the right one back, or remove the file and a new "
            "one is made",
            file=place,
            reason=error,
        ) from error


def _make(place: Path) -> None:
    """Write a key beside its place and let it in whole; of two who do so at once one is first."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as beside:
        new = Path(beside) / place.name
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex().encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, place)
        except FileExistsError:
            return
        except OSError:  # not every disk knows links
            new.rename(place)


def pseudonym_key(key: Ed25519PrivateKey) -> bytes:
    """Return the key of pseudonyms, which tells nothing of the key it comes from."""
    return hmac.new(key.private_bytes_raw(), b"pseudonyms", hashlib.sha256).digest()


def trail_path() -> Path:
    """Return where the trail of a deployment lies: RECSCOPE_TRAIL, or among the user's data."""
    named = os.environ.get("RECSCOPE_TRAIL")
    return Path(named) if named else user_data_path("recscope") / "trail.db"
