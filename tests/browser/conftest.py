"""One server and one Chromium for all journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import launch, serve
from tests.browser.proxy import can_proxy

# The first visit to a page measures what later ones only show.
expect.set_options(timeout=60_000)
# `.ci/run` installs nginx; a machine without it has one file of tests less.
collect_ignore = [] if can_proxy() else ["test_behind_proxy.py"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch() as started:
        yield started


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serve() as where:
        yield where
