"""Roles hold where things are done, whatever a page shows."""

from __future__ import annotations

import ast
import importlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np
import pytest

from dashboard import loaders
from dashboard.access.person import LOCAL, Person, require
from dashboard.access.role import LEAST, Action, Role
from dashboard.access.session import acting_as
from dashboard.components.reason_parts import parts_of
from dashboard.i18n import translator
from dashboard.jobs import queue
from dashboard.reviews import reviews_file
from dashboard.services.decide import decide_on_report, decide_on_text, decisions_on_text
from dashboard.services.explain import Why, explain
from dashboard.services.own_data import forget_own, keep_own
from dashboard.services.service import SERVICES
from dashboard.services.words import ask_for_words, words, written
from dashboard.trail_keys import trail_path
from engine.config import RunConfig
from engine.errors import AccessError, OptionError, OutputError
from engine.models.registry import make_model
from tests.dashboard.messages import ROOT
from tests.dashboard.test_reviews import FOUND

FOLDER = ROOT / "dashboard" / "services"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.stem not in ("__init__", "service"))
for path in FILES:
    importlib.import_module(f"dashboard.services.{path.stem}")
VIEWER, ANALYST, REVIEWER = (Person(f"{role.name}@example.org".lower(), role) for role in Role)
TABLE = [
    (name, action, service, role)
    for name, (action, service) in sorted(SERVICES.items())
    for role in Role
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_public_function_of_a_service_file_is_a_service(path: Any) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name[0] != "_"}
    module = f"dashboard.services.{path.stem}"
    assert public
    assert {f"{module}.{name}" for name in public} <= set(SERVICES)


@pytest.mark.parametrize(
    ("name", "action", "service", "role"), TABLE, ids=[f"{t[0]}-{t[3].name}" for t in TABLE]
)
def test_a_service_refuses_every_role_below_its_least_before_anything_else(
    name: str, action: Action, service: Callable[..., Any], role: Role
) -> None:
    """Without its other arguments a service that lets somebody in fails for lack of them."""
    person = Person("somebody@example.org", role)
    try:
        service(person)
    except AccessError:
        assert role < LEAST[action], name
    except TypeError:
        assert role >= LEAST[action], name
    else:
        assert role >= LEAST[action], name


# What does something for somebody, or reads what they brought: services call it, pages never.
ACTS = {
    "dashboard.jobs.queue": {"submit", "cancel", "resume", "forget"},
    "dashboard.own_loaders": None,
    "dashboard.reviews": {"save_review", "reviews_of"},
    "dashboard.uploads.apart": None,
    "dashboard.uploads.receive": {"receive"},
    "dashboard.uploads.server_paths": {"open_on_server"},
    "dashboard.uploads.staged": {"stage", "staged", "unstage"},
    "dashboard.word_loaders": {"written"},
}
METHODS = {"keep", "delete"}  # of a store
PAGES = sorted(
    path
    for folder in ("views", "components", "api")
    for path in (ROOT / "dashboard" / folder).glob("*.py")
)


def _acts(tree: ast.Module) -> set[str]:
    """Return what a file reaches for past the services."""
    names = {
        f"{node.module}.{alias.name}": alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    found = set()
    for full in names:
        module, _, name = full.rpartition(".")
        if full in ACTS and ACTS[full] is None:
            found.add(full)
        if module in ACTS and (ACTS[module] is None or name in (ACTS[module] or ())):
            found.add(full)
    modules = {short: full for full, short in names.items() if full in ACTS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            full = modules.get(node.value.id, "")
            if node.attr in (ACTS.get(full) or ()):
                found.add(f"{full}.{node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            made = node.func.value
            if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "Ledger":
                found.add("Ledger.append")
            if node.func.attr in METHODS and "dashboard.uploads.store.store_of" in names:
                found.add(f"store.{node.func.attr}")
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_pages_and_the_api_do_nothing_past_the_services(path: Any) -> None:
    assert _acts(ast.parse(path.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize(
    "line",
    [
        "from dashboard.jobs import queue\nqueue.submit('fit', {}, person=p)",
        "from dashboard.jobs.queue import cancel",
        "from dashboard import own_loaders",
        "from dashboard.uploads.apart import read_apart",
        "from dashboard.uploads.store import store_of\nstore_of(p).keep(d, 't')",
        "from audits.ledger import Ledger\nLedger(path).append('signed', 'h', actor='a')",
    ],
)
def test_what_reaches_past_the_services_is_found(line: str) -> None:
    assert _acts(ast.parse(line))


def test_there_is_a_service_of_each_kind_of_action() -> None:
    assert {action for action, _ in SERVICES.values()} >= {Action.LOOK, Action.RUN, Action.DECIDE}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_all_that_the_ones_before_it_may(role: Role, action: Action) -> None:
    person = Person("somebody@example.org", role)
    if role >= LEAST[action]:
        require(person, action)
    else:
        with pytest.raises(AccessError, match=f"takes the role {LEAST[action].name.lower()}"):
            require(person, action)


def test_a_viewer_gets_no_raw_scores_and_no_language_model() -> None:
    with pytest.raises(AccessError):
        explain(VIEWER, Why("u", "i"), None, fit=lambda: make_model("ease"))  # type: ignore[arg-type]
    with pytest.raises(AccessError):
        written(VIEWER, {}, FOUND.facts)
    with pytest.raises(AccessError):
        ask_for_words(VIEWER, {})
    assert words(VIEWER, FOUND.facts, language="en", audience="user").text


def test_an_analyst_signs_nothing_and_nothing_is_written(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_TRAIL", str(tmp_path / "trail.db"))
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    for person in (VIEWER, ANALYST):
        with pytest.raises(AccessError):
            decide_on_report(person, None, "signed")  # type: ignore[arg-type]
        with pytest.raises(AccessError):
            decide_on_text(person, FOUND, "accepted")
    assert not trail_path().exists()
    assert not reviews_file().exists()


def test_who_signs_at_their_own_machine_says_who_they_are() -> None:
    with pytest.raises(OptionError, match="say who you are"):
        decide_on_report(LOCAL, None, "signed", name=" ")  # type: ignore[arg-type]


def test_reviewers_see_their_own_decisions_alone_and_stand_under_a_pseudonym(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    monkeypatch.setenv("RECSCOPE_KEY", str(tmp_path / "key"))
    other = Person("other@example.org", Role.REVIEWER)
    decide_on_text(REVIEWER, FOUND, "accepted", note="mine")
    assert [review.note for review in decisions_on_text(REVIEWER, FOUND)] == ["mine"]
    assert decisions_on_text(other, FOUND) == ()
    assert decisions_on_text(LOCAL, FOUND) == ()
    assert REVIEWER.identity.encode() not in reviews_file().read_bytes()


def test_a_locked_file_of_reviews_is_a_clear_sentence(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    decide_on_text(LOCAL, FOUND, "accepted")
    impatient = partial(sqlite3.connect, timeout=0.05)
    with closing(sqlite3.connect(reviews_file())) as other:
        other.execute("begin exclusive")
        monkeypatch.setattr(
            "dashboard.reviews.sqlite3.connect", lambda file, timeout: impatient(file)
        )
        with pytest.raises(OutputError, match="cannot be read or written: database is locked"):
            decide_on_text(LOCAL, FOUND, "rejected")


def test_forgetting_takes_what_jobs_made_of_ones_own_data_and_nothing_else(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    monkeypatch.setattr(queue, "forget", lambda name, person: forgotten.append(name))
    own = keep_own(ANALYST, loaders.dataset("planted"), title="mine")
    forget_own(ANALYST, "planted")
    forget_own(REVIEWER, own)
    assert forgotten == []
    forget_own(ANALYST, own)
    assert forgotten == [own]


def test_the_picture_of_a_viewer_holds_no_more_of_a_score_than_is_written_on_it() -> None:
    train = loaders.split("planted", 7).train
    found = loaders.explanations(RunConfig("planted", "ease", rate=0.0), "u001")
    explanation = next(iter(found.values()))
    _ = translator("en")
    tables = []
    for person in (VIEWER, ANALYST):
        with acting_as(person):
            tables.append(parts_of(explanation, train, _))
    rounded, full = (table["value"].to_numpy() for table in tables)
    assert full[-1] == explanation.score
    assert np.abs(rounded - full).max() <= 0.0005 + 1e-12
    assert (rounded == np.round(rounded, 3)).all()
    assert tables[0]["text"].equals(tables[1]["text"])
