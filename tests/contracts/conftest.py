"""The worlds of the contract suites, made once."""

import pytest

from engine.dataset import Dataset
from tests import worlds


@pytest.fixture(scope="session")
def checkerboard() -> Dataset:
    return worlds.checkerboard()


@pytest.fixture(scope="session")
def noisy() -> Dataset:
    return worlds.noisy()
