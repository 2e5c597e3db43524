"""Loading what models learn with, without holding those whose pages are drawn meanwhile.

An import holds every thread while the system loads a library, which for torch is half a second and
more. Called as a foreign function the system's own loader holds nobody; the import finds the
library loaded.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from engine.errors import RecscopeError
from engine.models.registry import make_model

__all__ = ["load_meanwhile", "preload"]

# What the others hang on first.
_LIBRARIES = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_python.so")
_RTLD_LAZY = 1


@cache
def load_meanwhile(model: str) -> None:
    """Load what a model is made of in a thread, while a job learns; once for each."""
    Thread(target=_load, args=(model,), name="recscope-load", daemon=True).start()


def _load(model: str) -> None:
    preload()
    with suppress(RecscopeError):  # Whoever needs the model is told.
        make_model(model)


@cache
def preload() -> None:
    """Have the system load torch's libraries, where it knows how; nothing is imported."""
    found = None if "torch" in sys.modules else find_spec("torch")
    if found is None or found.origin is None or sys.platform != "linux":
        return
    system = ctypes.CDLL(None)
    system.dlopen.restype = ctypes.c_void_p
    for name in _LIBRARIES:
        path = Path(found.origin).parent / "lib" / name
        if path.is_file():
            system.dlopen(str(path).encode(), _RTLD_LAZY)
