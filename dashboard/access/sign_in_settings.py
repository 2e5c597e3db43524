"""How people sign in: the ``[auth]`` part of a file that Streamlit reads its secrets from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from engine.errors import OptionError, TableError

__all__ = ["SignIn", "read_sign_in"]

USUAL = (Path.home() / ".streamlit" / "secrets.toml", Path(".streamlit") / "secrets.toml")
NEEDED = ("redirect_uri", "cookie_secret")
OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class SignIn:
    """What the server is started with.

    Attributes
    ----------
    settings
        Of Streamlit: where its secrets are.
    hosts
        The name people come back to from the provider.
    https
        Whether they come back by https.
    """

    settings: dict[str, object]
    hosts: tuple[str, ...]
    https: bool = False


def read_sign_in(named: str | None) -> SignIn:
    """Check ``[auth]`` in a file, or where Streamlit looks by itself, and say what it comes to.

    Raises
    ------
    OptionError
        There is no such file, or the extra `auth` is not installed.
    TableError
        The file cannot be read, or lacks something.
    """
    files = [Path(named)] if named else [path for path in USUAL if path.is_file()]
    if not files:
        raise OptionError(
            "nothing says how people sign in; give --sign-in FILE, a TOML file with [auth]"
        )
    if find_spec("authlib") is None:
        raise OptionError("signing in needs the extra auth: pip install 'recscope[auth]'")
    host, https = _redirect(files[-1])
    settings: dict[str, object] = {"secrets.files": [str(files[-1].resolve())]} if named else {}
    return SignIn(settings, (host,), https)


def _redirect(file: Path) -> tuple[str, bool]:
    """Return the host of redirect_uri, and whether it is reached by https."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise TableError("{file} cannot be read: {reason}", file=file, reason=reason) from error
    if file.suffix != ".toml":
        raise TableError("{file} does not end in .toml, so Streamlit would not read it", file=file)
    auth = content.get("auth")
    if not isinstance(auth, dict):
        raise TableError("{file} has no [auth]; add how people sign in", file=file)
    providers = [part for part in auth.values() if isinstance(part, Mapping)] or [auth]
    lacking = [name for name in NEEDED if not auth.get(name)]
    if not any(all(part.get(name) for name in OF_PROVIDER) for part in (*providers, auth)):
        lacking += [name for name in OF_PROVIDER if not auth.get(name)]
    if lacking:
        raise TableError("[auth] of {file} lacks {names}", file=file, names=", ".join(lacking))
    if len(str(auth["cookie_secret"])) < SHORTEST_SECRET:
        raise TableError(
            "cookie_secret of {file} has fewer than {least} characters; draw one, as with "
            "openssl rand -hex 32",
            file=file,
            least=SHORTEST_SECRET,
        )
    address = urlsplit(str(auth["redirect_uri"]))
    if not address.hostname or not str(auth["redirect_uri"]).endswith("/oauth2callback"):
        raise TableError(
            "redirect_uri of {file} is no address that ends in /oauth2callback", file=file
        )
    return address.hostname, address.scheme == "https"
