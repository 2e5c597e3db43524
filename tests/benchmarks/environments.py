"""Environments of peers whose pins clash with ours, made once under ``.bench``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.provenance import ROOT

__all__ = ["python_of"]

PINS = Path(__file__).parent / "peers"


def python_of(peer: str | None) -> Path:
    """Return the interpreter of a peer's environment; None is our own.

    The marker holds the pins the environment was made from, so that changed pins make it anew.
    """
    if peer is None:
        return Path(sys.executable)
    pins = (PINS / f"{peer}.txt").read_text(encoding="utf-8")
    folder = ROOT / ".bench" / peer
    marker = folder / ".installed"
    if not (marker.exists() and marker.read_text(encoding="utf-8") == pins):
        _make(folder, peer)
        marker.write_text(pins, encoding="utf-8")
    return folder / "bin" / "python"


def _make(folder: Path, peer: str) -> None:
    print(f"making the environment of {peer} in {folder.relative_to(ROOT)} …", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--requirement", str(PINS / f"{peer}.txt")],
        check=True,
    )
