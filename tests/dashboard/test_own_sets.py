"""A data set that somebody brought is theirs alone, by name, by cache and by choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import streamlit as st

from dashboard import labels, loaders, owned, state
from dashboard.access.person import Person
from dashboard.access.role import Role
from dashboard.i18n import translator
from dashboard.uploads.limits import LIMITS
from dashboard.uploads.names import is_own, new_name
from dashboard.uploads.store import UploadStore, store_of
from dashboard.uploads.tables import TABLES, Brought, problems, read_received, template
from engine.config import RunConfig
from engine.errors import AccessError, UnknownNameError
from tests.dashboard.apptest import HOSTILE, page, shown_text, small_world, two_groups

ANN, BOB = (Person(f"{name}@example.org", Role.ANALYST) for name in ("ann", "bob"))


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    yield
    st.cache_resource.clear()


def _sits_here(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (labels, loaders, owned, state):
        monkeypatch.setattr(module, "current_person", lambda: person)


def test_what_is_kept_comes_back_the_same() -> None:
    world = small_world(users=two_groups(("a", "b")))
    store = store_of(ANN)
    name = store.keep(world, "  My\nlog  ")
    assert store.load(name).fingerprint == world.fingerprint
    assert [about.title for about in store.kept()] == ["My log"]
    store.delete(name)
    assert store.kept() == ()
    assert list(store.folder.iterdir()) == []


def test_nobody_reaches_anothers_data_by_name_or_through_the_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = store_of(ANN).keep(small_world(), "log")
    run = RunConfig(name, "popularity", rate=0.0, seed=7)
    _sits_here(ANN, monkeypatch)
    assert name in state.datasets()
    assert labels.label(translator("en"), name) == "log"
    loaders.dataset(name)
    loaders.slates(run)
    loaders.summary(run, ())
    _sits_here(BOB, monkeypatch)
    assert name not in state.datasets()
    assert labels.label(translator("en"), name) == name
    for ask in (
        lambda: loaders.dataset(name),
        lambda: loaders.split(name, 7),
        lambda: loaders.slates(run),
        lambda: loaders.summary(run, ()),
        lambda: loaders.datasheet(name),
    ):
        with pytest.raises(UnknownNameError):
            ask()


def test_a_link_to_anothers_data_opens_the_usual_data(monkeypatch: pytest.MonkeyPatch) -> None:
    name = store_of(ANN).keep(small_world(), "Ann's log")
    _sits_here(BOB, monkeypatch)
    app = page("data", dataset=name)
    assert app.session_state["dataset"] == state.DEFAULTS["dataset"]
    assert "Ann's log" not in shown_text(app)


def test_names_say_nothing_and_lead_nowhere() -> None:
    assert is_own(new_name())
    for name in ("own-../../x", "own-", "../own-" + "0" * 32, "own-" + "G" * 32, "own-" + "0" * 33):
        assert not store_of(ANN).has(name)
        with pytest.raises(UnknownNameError):
            store_of(ANN).load(name)
    assert "ann" not in str(store_of(ANN).folder)


def test_there_are_only_so_many_and_so_much(tmp_path: Path) -> None:
    few = UploadStore(tmp_path / "few", replace(LIMITS, kept_sets=1))
    few.keep(small_world(), "one")
    with pytest.raises(AccessError, match="delete one first"):
        few.keep(small_world(), "two")
    tight = UploadStore(tmp_path / "tight", replace(LIMITS, kept_bytes=10))
    with pytest.raises(AccessError, match="more than 0 MB"):
        tight.keep(small_world(), "large")
    assert tight.kept() == ()
    assert list(tight.folder.iterdir()) == []


def _brought(kind: str, text: str, folder: Path) -> Brought:
    path = folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return read_received(path, kind)


def test_every_template_passes_its_own_check(tmp_path: Path) -> None:
    for kind, table in TABLES.items():
        brought = _brought(kind, template(kind), tmp_path)
        mapping = {
            column.name: column.name
            for column in table.spec.columns
            if column.name in brought.frame.columns
        }
        assert problems(brought, mapping) == []


def test_each_column_has_its_first_fault_named_with_its_row(tmp_path: Path) -> None:
    text = "user,item,place,chance\nu1,i1,1,0.5\nu1,i2,second,0.5\nu1,i3,3,1.5\n"
    brought = _brought("recommendations", text, tmp_path)
    mapping = {"user_id": "user", "item_id": "item", "rank": "place", "propensity": "chance"}
    said = [str(error) for error in problems(brought, mapping)]
    assert len(said) == 2
    assert "recommendations.csv:3, column rank, row 2: 'second'" in said[0]
    assert "recommendations.csv:4, column propensity, row 3: 1.5" in said[1]
    del mapping["propensity"]
    assert len(problems(brought, mapping)) == 1


def test_a_column_that_bears_our_name_but_was_not_meant_goes(tmp_path: Path) -> None:
    text = "user_id,item_id,rank,position\nu1,i1,first,1\nu1,i2,second,2\n"
    brought = _brought("recommendations", text, tmp_path)
    mapping = {"user_id": "user_id", "item_id": "item_id", "rank": "position"}
    assert problems(brought, mapping) == []
    assert brought.checked(mapping)["rank"].to_list() == [1, 2]


def test_an_own_data_set_is_shown_on_its_page_and_keeps_people_out_of_links() -> None:
    name = store_of(state.current_person()).keep(
        small_world(users=two_groups((HOSTILE, "b")), hostile=True), HOSTILE
    )
    app = page("data", dataset=name)
    assert not app.exception
    assert HOSTILE.replace("  ", " ")[:40] in shown_text(app)
    person = page("person", dataset=name, user="u7", model="popularity")
    assert not person.exception
    assert "u7" not in str(dict(person.query_params))
    assert person.selectbox(key="user").value == "u7"
    again = page("person", dataset=name, model="popularity")
    assert again.selectbox(key="user").value != "u7"


def test_the_datasheet_counts_a_world_that_is_known() -> None:
    log = pl.DataFrame({"user_id": ["a", "a", "b"], "item_id": ["x", "y", "x"]})
    items = pl.DataFrame({"item_id": ["x", "y", "z"]})
    from engine.dataset import make_dataset
    from engine.datasheet import make_datasheet

    sheet = make_datasheet(make_dataset("known", log, items=items))
    assert (sheet.n_users, sheet.n_items, sheet.n_interactions) == (2, 3, 3)
    assert sheet.density == 0.5
    assert (sheet.shortest, sheet.median, sheet.longest) == (1, 1.5, 2)
    assert sheet.most_20 == pytest.approx(2 / 3)
    assert (sheet.rare, sheet.unseen) == (3, 1)
    assert sheet.gini == pytest.approx(4 / 9)
    assert sheet.first_at is None
