"""Properties are about answers and not about time, and text has a tiny encoder of its own."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from engine.cache import cache_folder
from tests.tiny_encoder import write_tiny_encoder

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what the tests encode out of the user's cache, where it would hide a broken encoder.

    This comes before any test is collected, for some fit models where they are imported.
    """
    folder = config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="recscope-"))
    own = cache_folder()
    for kept in ("assets", "given"):
        (own / kept).mkdir(parents=True, exist_ok=True)
        (folder / kept).symlink_to(own / kept)
    os.environ["RECSCOPE_CACHE"] = str(folder)
    os.environ["RECSCOPE_ENCODER"] = str(write_tiny_encoder(folder / "encoder"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what was made; what is linked stays."""
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)
