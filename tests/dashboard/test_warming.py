"""The first page finds its numbers measured, and a missing data set stops nothing."""

from __future__ import annotations

import pytest

from dashboard import loaders, warming
from dashboard.state import DEFAULTS
from engine.errors import AssetError
from tests.dashboard.apptest import router, small_world, two_groups


def test_what_the_first_page_asks_for_is_measured_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    measure = loaders.analyse
    monkeypatch.setattr(loaders, "load", lambda name: small_world(users=two_groups(("a", "b"))))
    monkeypatch.setattr(loaders, "is_at_hand", lambda source: True)
    monkeypatch.setattr(
        loaders, "analyse", lambda *args, **kw: asked.append(1) or measure(*args, **kw)
    )
    warming.warm()
    assert len(asked) == 2  # at rate 0 and at the usual one
    app = router(**DEFAULTS)
    assert not app.exception
    assert len(asked) == 2


def test_a_data_set_that_is_not_here_is_left_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise AssetError("the data set {dataset} is not on this machine yet", dataset=name)

    monkeypatch.setattr(loaders, "dataset", missing)
    warming.warm()
