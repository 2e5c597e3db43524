"""A number in the sentence on top of a page stands with its n and its interval."""

from __future__ import annotations

import re

import pytest

from dashboard.components.plain import JOINER
from dashboard.i18n import LANGUAGES
from tests.dashboard.apptest import page

PAGES = ("overview", "groups", "providers", "models", "off_policy", "parameters")
INTERVAL = {"en": "95% interval", "zh": "95% 置信区间"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_headline_carries_n_and_interval(name: str, language: str) -> None:
    app = page(name, language=language)
    assert not app.exception
    marked = [each.value for each in app.markdown if each.value.startswith("**")]
    headline = marked[0].replace("\\", "").replace(JOINER, "")
    assert INTERVAL[language] in headline
    assert re.search(r"n = \d", headline), headline
