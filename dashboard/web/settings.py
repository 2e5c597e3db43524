"""What Streamlit's server is set to, whoever starts it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

__all__ = ["settings"]

_LOOK = Path(__file__).parents[1] / "theme"


def settings() -> dict[str, object]:
    """Return every line of theme/server.toml by its dotted name, and where the theme is.

    Examples
    --------
    >>> settings()["server.enableXsrfProtection"]
    True
    """
    table = tomllib.loads((_LOOK / "server.toml").read_text(encoding="utf-8"))
    return {**_flat(table), "theme.base": str(_LOOK / "theme.toml")}


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat
