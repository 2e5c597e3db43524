"""What one brings and has done over the API is one's own: data sets, texts, lists, reports."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard import loaders, own_loaders
from dashboard.access.person import Person
from dashboard.access.role import Role
from dashboard.access.session import acting_as
from dashboard.jobs import justify, place, queue, worker
from dashboard.jobs.audit import wanted_audit
from dashboard.jobs.kind import Task
from dashboard.jobs.kinds import find_kind
from dashboard.services.own_data import forget_own, keep_own
from engine.config import RunConfig
from engine.errors import UnknownNameError
from engine.justifications.generators import Draft
from tests.dashboard.api.scene import ABROAD, BODIES, LISTS, client_of, sent_table, what_is_printed


@pytest.mark.usefixtures("_people")
def test_a_data_set_of_ones_own_is_nobody_elses_by_name_cache_or_job() -> None:
    """What Ana's set led to is there already when Otto asks for it by its name."""
    ana, otto = client_of(ABROAD, "ana"), client_of(ABROAD, "otto")
    owner = Person("ana@example.org", Role.ANALYST)
    with acting_as(owner):
        planted = loaders.dataset("planted")
    own = keep_own(owner, planted, title="mine")
    listed = [row["name"] for row in ana.get("/api/v1/datasets").json()["datasets"]]
    assert own in listed
    for name in ("recommend", "explain", "justify", "audit", "simulate"):
        body = {**BODIES[name], "dataset": own}
        if name in ("explain", "justify"):
            lists = ana.post("/api/v1/recommend", json={**BODIES["recommend"], "dataset": own})
            body["item"] = lists.json()["recommendations"][0]["item_id"]
        assert ana.post(f"/api/v1/{name}", json=body).status_code == 200, name
        refused = otto.post(f"/api/v1/{name}", json=body)
        assert refused.status_code == 404, name
        assert "no data set is called" in refused.json()["error"]
    assert own not in [row["name"] for row in otto.get("/api/v1/datasets").json()["datasets"]]
    stranger = Person("otto@example.org", Role.REVIEWER)
    with acting_as(stranger), pytest.raises(UnknownNameError):
        loaders.slates(RunConfig(own, "ease", rate=0.0))
    forget_own(stranger, own)
    assert ana.post("/api/v1/recommend", json={**BODIES["recommend"], "dataset": own}).is_success


@pytest.mark.usefixtures("_people")
def test_what_came_out_of_a_simulation_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--dataset", "planted", "--rates", "0,0.5", "--rounds", "1", "--seeds", "2"]
    printed = what_is_printed(["simulate", *options], capsys)
    ana = client_of(ABROAD, "ana")
    body = {"dataset": "planted", "rates": "0,0.5", "rounds": 1, "seeds": 2}
    made = ana.post("/api/v1/simulate", json=body).json()
    assert worker._serve_one("test", 0)
    assert ana.get(f"/api/v1/jobs/{made['id']}").json()["state"] == "done"
    answer = ana.get(f"/api/v1/jobs/{made['id']}/result").json()
    assert answer.keys() == printed.keys()
    assert answer["effects"] == printed["effects"]
    assert answer["trends"] == printed["trends"]


@pytest.mark.parametrize("name", ["recommend", "explain", "justify", "audit", "simulate"])
def test_a_path_on_the_server_is_looked_at_by_nobody(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched(*_: object) -> None:
        raise AssertionError("a name from outside was taken for a path")

    monkeypatch.setattr(loaders, "split", touched)
    monkeypatch.setattr(loaders, "dataset", touched)
    body = {**BODIES[name], "dataset": "/srv/ml-100k.zip"}
    assert client_of().post(f"/api/v1/{name}", json=body).status_code == 404


class _Chooser:
    """A language model that says one true thing."""

    produced_by = "local"

    def write(self, facts: Any, **_: Any) -> Draft:
        return Draft(f"Thanks to <H{facts.supporters[0].rank}> in your history.", "m" * 64, None)


@pytest.mark.usefixtures("_people")
def test_the_texts_of_a_list_come_from_a_job_and_one_text_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(justify, "is_at_hand", lambda: True)
    monkeypatch.setattr(justify, "make_generator", lambda name: _Chooser())
    ana = client_of(ABROAD, "ana")
    made = ana.post("/api/v1/justify-list", json={"dataset": "planted", "user": "u001"}).json()
    assert (made["kind"], made["state"]) == ("justify", "queued")
    _do(made["id"], "ana")
    found = ana.get(f"/api/v1/jobs/{made['id']}/result").json()["texts"]
    listed = ana.post("/api/v1/recommend", json=BODIES["recommend"]).json()["recommendations"]
    assert [text["facts"]["item_id"] for text in found] == [row["item_id"] for row in listed]
    assert all(text["ai_generated"] for text in found)
    item = listed[0]["item_id"]
    body = {"dataset": "planted", "user": "u001", "item": item, "generator": "local"}
    waits = ana.post("/api/v1/justify", json=body)
    assert waits.status_code == 409
    _do(waits.json()["job"], "ana")
    assert ana.post("/api/v1/justify", json=body).json()["produced_by"] == "local"
    assert client_of(ABROAD, "otto").get(f"/api/v1/jobs/{made['id']}/result").status_code == 404


def _do(id: str, name: str) -> None:
    """Do a job here, where its model is the one of the test."""
    record = queue.get(id, person=Person(f"{name}@example.org", Role.ANALYST))
    assert place.table().claim("here", slot=0) is not None
    folder = place.results().path(record.work)
    folder.mkdir(parents=True, exist_ok=True)
    owner = Person(record.owner, Role.ANALYST)
    find_kind(record.kind).run(Task(record.config, folder, owner, lambda *_: None))
    place.results().finish(record.work, record.hash)
    assert place.table().settle(id, "here", result=folder)


@pytest.mark.usefixtures("_people")
def test_the_report_of_an_audit_job_is_sent() -> None:
    ana = client_of(ABROAD, "ana")
    owner = Person("ana@example.org", Role.ANALYST)
    record = queue.submit(
        "audit", wanted_audit(RunConfig("planted", "ease", rate=0.0), ()), person=owner
    )
    assert ana.get(f"/api/v1/jobs/{record.id}/result").status_code == 409
    _do(record.id, "ana")
    found = ana.get(f"/api/v1/jobs/{record.id}/result").json()
    assert found == ana.post("/api/v1/audit", json={"dataset": "planted"}).json()


@pytest.mark.usefixtures("_people")
def test_what_one_brings_over_the_api_is_hers_on_every_way_until_she_removes_it() -> None:
    ana, otto = client_of(ABROAD, "ana"), client_of(ABROAD, "otto")
    rows = [f"p{u},m{(u + j) % 9},{1 + j % 5}" for u in range(30) for j in range(4)]
    log = "\n".join(["Customer,movieId,stars", *rows]).encode()
    table = {**sent_table("interactions", log), "columns": {"weight": "stars"}}
    made = ana.post("/api/v1/datasets", json={"title": "mine", "tables": {"interactions": table}})
    assert made.status_code == 200, made.text
    assert made.json() | {"name": ""} == {"name": "", "users": 30, "items": 9, "interactions": 120}
    body = {"dataset": made.json()["name"], "model": "popularity", "users": ["p1"], "n": 3}
    listed = ana.post("/api/v1/recommend", json=body)
    assert listed.status_code == 200, listed.text
    assert otto.post("/api/v1/recommend", json=body).status_code == 404
    path = f"/api/v1/datasets/{body['dataset']}"
    assert otto.delete(path).status_code == 200
    assert ana.post("/api/v1/recommend", json=body).status_code == 200
    ana.delete(path)
    assert ana.post("/api/v1/recommend", json=body).status_code == 404


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"file": "t.csv", "base64": "?"}, "no base64"),
        (sent_table("interactions", b"a,b\n1,2\n"), "user_id"),
        (sent_table("interactions", b"user_id,item_id\nx\n"), "row 1 has 1 cell"),
        ({**sent_table("interactions"), "columns": {"weight": "none"}}, "no column none"),
        ({**sent_table("interactions"), "columns": {"odd": "user_id"}}, "to take for odd"),
        (sent_table("interactions", file="../../etc/passwd"), "the file is none of"),
        (sent_table("interactions", b"PAR1 nothing PAR1", "t.parquet"), "not a Parquet file"),
    ],
)
def test_tables_that_do_not_do_are_told_in_one_sentence(table: Any, told: str) -> None:
    answer = client_of(ABROAD, "ana").post(
        "/api/v1/datasets", json={"tables": {"interactions": table}}
    )
    assert answer.status_code == 400
    assert told in answer.json()["error"]


@pytest.mark.usefixtures("_people")
def test_lists_of_another_system_are_audited_at_once_or_by_a_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana = client_of(ABROAD, "ana")
    at_once = ana.post("/api/v1/audit-lists", json={"tables": LISTS})
    assert at_once.status_code == 200, at_once.text
    monkeypatch.setattr(own_loaders, "MOST_ROWS_INLINE", 1)
    waits = ana.post("/api/v1/audit-lists", json={"tables": LISTS})
    assert waits.status_code == 409
    assert worker._serve_one("test", 0)
    found = ana.get(f"/api/v1/jobs/{waits.json()['job']}/result")
    assert found.json() == at_once.json()
    again = ana.post("/api/v1/audit-lists", json={"tables": LISTS})
    assert again.json() == at_once.json()
