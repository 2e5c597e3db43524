"""Pages run without a browser, on small worlds made for the test."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import loaders
from dashboard.components.plain import JOINER
from dashboard.jobs import data
from engine.dataset import Dataset, make_dataset
from tests.dashboard.messages import ROOT

DATA_VIEWS = (
    "overview",
    "data",
    "explore",
    "person",
    "groups",
    "providers",
    "verdicts",
    "report",
    "feedback",
    "models",
    "parameters",
    "settings",
)
VIEWS = (*DATA_VIEWS, "off_policy", "metrics", "trail", "own_data", "jobs")
PATIENCE = 60.0
HOSTILE = "![x](http://elsewhere.example/x.png) :red[a] $b$ <img src=x onerror=alert(1)>"


def page(name: str, **chosen: Any) -> AppTest:
    """Run one view alone, on the planted world unless another data set is chosen."""
    return _run(ROOT / "dashboard" / "views" / f"{name}.py", chosen)


def stand_in(monkeypatch: pytest.MonkeyPatch, world: Dataset) -> None:
    """Let a world of the test be whatever data set a page asks for, here and of no size."""
    monkeypatch.setattr(loaders, "load", lambda name: world)
    monkeypatch.setattr(loaders, "is_at_hand", lambda source: True)
    monkeypatch.setattr(loaders, "is_big", lambda name, *, person: False)
    monkeypatch.setattr(data, "is_at_hand", lambda source: True)
    monkeypatch.setattr(data, "_fingerprint", lambda name: world.fingerprint)


def linked(name: str, parameters: dict[str, list[str]]) -> AppTest:
    """Run one view alone in a session that knows nothing but a link."""
    path = ROOT / "dashboard" / "views" / f"{name}.py"
    app = AppTest.from_file(str(path), default_timeout=PATIENCE)
    for key, values in parameters.items():
        app.query_params[key] = values
    return app.run()


def router(**chosen: Any) -> AppTest:
    """Run the whole app, which opens its first page."""
    return _run(ROOT / "dashboard" / "app.py", chosen)


def _run(path: Path, chosen: dict[str, Any]) -> AppTest:
    app = AppTest.from_file(str(path), default_timeout=PATIENCE)
    for key, value in {"dataset": "planted", **chosen}.items():
        app.session_state[key] = value
    return app.run()


def shown_text(app: AppTest) -> str:
    """Return all words of the page, without what keeps data from being markup."""
    kinds = ("title", "header", "markdown", "caption", "text", "error", "info", "badge")
    words = [str(element.value) for kind in kinds for element in app.get(kind)]
    return "\n".join(words).replace("\\", "").replace(JOINER, "")


class _Cells(HTMLParser):
    """Reads the cells of a table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.rows[-1][-1] += data


def tables(app: AppTest) -> list[pl.DataFrame]:
    """Return the tables of the page, each cell as it is read."""
    found = []
    for element in app.get("html"):
        if "<table" in element.proto.body:
            cells = _Cells()
            cells.feed(element.proto.body)
            head, *rows = cells.rows
            schema = dict.fromkeys(head, pl.String)
            found.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return found


def small_world(*, users: pl.DataFrame | None = None, hostile: bool = False) -> Dataset:
    """Return 24 people with 8 of 20 items each; titles and groups may be an attack."""
    rows = [(f"u{u}", f"i{(u * 3 + j * 2) % 20}") for u in range(24) for j in range(8)]
    titles = [HOSTILE if hostile else f"Film {i}" for i in range(20)]
    items = pl.DataFrame(
        {
            "item_id": [f"i{i}" for i in range(20)],
            "title": titles,
            "categories": [[HOSTILE if hostile else "Drama", f"c{i % 3}"] for i in range(20)],
        }
    )
    log = pl.DataFrame(rows, schema=["user_id", "item_id"], orient="row").unique(
        maintain_order=True
    )
    return make_dataset("small", log, users=users, items=items)


def two_groups(names: tuple[str, str]) -> pl.DataFrame:
    """Return 12 people of each of two groups."""
    return pl.DataFrame(
        {"user_id": [f"u{u}" for u in range(24)], "group": [names[u % 2] for u in range(24)]}
    )
