"""The API: the contract of ``--json``, the roles, the limits, and nobody else's data."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from dashboard import loaders
from dashboard.access.person import Person
from dashboard.access.role import LEAST, Role
from dashboard.access.session import current_person
from dashboard.api.limits import MOST_BYTES, MOST_OF_ONE, Limits
from dashboard.api.operations import OPERATIONS
from engine.errors import QuotaError
from tests.dashboard.api.scene import (
    ABROAD,
    BODIES,
    HERE,
    ROLES,
    TOKENS,
    client_of,
    what_is_printed,
)


@pytest.mark.usefixtures("_commands_learn_as_pages_do")
def test_lists_are_those_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--policy", "plackett-luce", "--rate", "0.3"]
    printed = what_is_printed(["recommend", "--dataset", "planted", *run], capsys)
    body = {"dataset": "planted", "policy": "plackett-luce", "rate": 0.3}
    answer = client_of().post("/api/v1/recommend", json=body).json()
    assert answer == printed


def test_who_had_everything_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    train = loaders.split("planted", 7).train
    has = train.interactions.filter(pl.col("user_id") == "u001")["item_id"]
    rest = [item for item in train.item_ids if item not in set(has)]
    more = pl.DataFrame({"user_id": ["u001"] * len(rest), "item_id": rest})
    full = train.with_more(more)
    monkeypatch.setattr("dashboard.api.operations._train", lambda _run: full)
    body = {"dataset": "planted", "users": ["u001"]}
    refused = client_of().post("/api/v1/recommend", json=body)
    assert refused.status_code == 400
    assert f"u001 had all {full.n_items} items already" in refused.json()["error"]
    answer = client_of().post("/api/v1/recommend", json={**body, "users": ["u001", "u002"]}).json()
    assert (answer["nothing_left"], answer["users"]) == (["u001"], 1)


@pytest.mark.usefixtures("_commands_learn_as_pages_do")
def test_reasons_and_words_are_those_of_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    shown = client_of().post("/api/v1/recommend", json=BODIES["recommend"]).json()
    item = shown["recommendations"][0]["item_id"]
    about = ["--dataset", "planted", "--user", "u001", "--item", item]
    body = {"dataset": "planted", "user": "u001", "item": item}
    for name in ("explain", "justify"):
        answer = client_of().post(f"/api/v1/{name}", json=body)
        assert answer.json() == what_is_printed([name, *about], capsys)
    body["method"] = "counterfactual"
    answer = client_of().post("/api/v1/explain", json=body).json()
    assert answer == what_is_printed(["explain", *about, "--method", "counterfactual"], capsys)


def test_an_audit_has_the_keys_of_the_contract() -> None:
    answer = client_of().post("/api/v1/audit", json={"dataset": "planted"}).json()
    assert {"hash", "fingerprints", "config", "results", "verdicts", "suppressed"} <= set(answer)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("name", sorted(ROLES))
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_each_operation_refuses_each_role_below_its_least(operation: Any, name: str) -> None:
    path = "/api/v1" + operation.path.replace("{id}", "none")
    body = BODIES.get(operation.name)
    answer = client_of(ABROAD, name).request(operation.method, path, json=body)
    refused = Role[ROLES[name].upper()] < LEAST[operation.action]
    assert (answer.status_code == 403) == refused, answer.text
    if refused:
        assert "may not do this" in answer.json()["error"]


@pytest.mark.usefixtures("_people")
def test_a_viewer_gets_words_and_neither_scores_nor_what_costs_work() -> None:
    ana, vera = client_of(ABROAD, "ana"), client_of(ABROAD, "vera")
    shown = ana.post("/api/v1/recommend", json=BODIES["recommend"]).json()
    body = {"dataset": "planted", "user": "u001", "item": shown["recommendations"][0]["item_id"]}
    full = ana.post("/api/v1/justify", json=body).json()
    told = vera.post("/api/v1/justify", json=body).json()
    assert full["facts"]["score"]
    assert told == {**full, "facts": None}
    assert full["facts"]["score"] not in json.dumps(told)
    assert vera.post("/api/v1/explain", json=body).status_code == 403
    model = vera.post("/api/v1/justify", json={**body, "generator": "local"})
    assert model.status_code == 403


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Basic {TOKENS['rita']}"},
        {"cookie": "_streamlit_user=whoever"},
    ],
)
@pytest.mark.parametrize("where", [HERE, ABROAD])
def test_without_a_token_of_the_list_nothing_answers(
    headers: dict[str, str], where: tuple[str, int]
) -> None:
    for operation in OPERATIONS:
        path = "/api/v1" + operation.path.replace("{id}", "none")
        answer = client_of(where).request(
            operation.method, path, headers=headers, json=BODIES.get(operation.name)
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_without_a_list_this_machine_alone_is_answered() -> None:
    assert client_of(HERE).get("/api/v1/models").status_code == 200
    assert client_of(ABROAD).get("/api/v1/models").status_code == 401
    for passed_on in (
        {"x-forwarded-for": "203.0.113.7"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-proto": "https"},
        {"host": "recscope.example.org"},
    ):
        assert client_of(HERE).get("/api/v1/models", headers=passed_on).status_code == 401


@pytest.mark.usefixtures("_people")
def test_two_people_see_and_stop_their_own_jobs_alone() -> None:
    ana, otto = client_of(ABROAD, "ana"), client_of(ABROAD, "otto")
    made = ana.post("/api/v1/simulate", json=BODIES["simulate"]).json()
    assert made["state"] == "queued"
    assert [job["id"] for job in ana.get("/api/v1/jobs").json()["jobs"]] == [made["id"]]
    assert otto.get("/api/v1/jobs").json() == {"jobs": []}
    path = f"/api/v1/jobs/{made['id']}"
    for answer in (otto.get(path), otto.get(f"{path}/result"), otto.delete(path)):
        assert answer.status_code == 404
        assert answer.json()["error"] == f"you have no job {made['id']}; recscope jobs lists yours"
    assert ana.get(path).json()["state"] == "queued"
    assert ana.get(f"{path}/result").status_code == 409
    assert ana.delete(path).json()["state"] == "cancelled"


@pytest.mark.usefixtures("_people")
def test_the_quota_of_jobs_holds_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSCOPE_JOBS_PER_PERSON", "1")
    ana = client_of(ABROAD, "ana")
    assert ana.post("/api/v1/simulate", json=BODIES["simulate"]).status_code == 200
    again = ana.post("/api/v1/simulate", json={**BODIES["simulate"], "seed": 8})
    assert again.status_code == 429


@pytest.mark.parametrize(
    ("name", "body", "status", "told"),
    [
        ("recommend", {}, 400, "'dataset' is a required property"),
        ("recommend", [], 400, "its top"),
        ("recommend", {"dataset": "planted", "rate": 2}, 400, "rate: 2 is greater"),
        ("recommend", {"dataset": "planted", "extra": 1}, 400, "extra"),
        ("recommend", {"dataset": "planted", "model": "os:system"}, 400, "model"),
        ("recommend", {"dataset": "planted", "n": 10**9}, 400, "n: "),
        ("recommend", {"dataset": "/etc/passwd"}, 404, "no data set is called /etc/passwd"),
        ("simulate", {"dataset": "/etc/passwd"}, 404, "no data set is called /etc/passwd"),
        ("recommend", {"dataset": "planted", "users": ["u001", "nobody"]}, 404, "nobody"),
        ("explain", {"dataset": "planted", "user": "nobody", "item": "i001"}, 404, "nobody"),
        ("audit", {"dataset": "planted", "presets": ["../../x"]}, 400, "presets/0"),
    ],
)
def test_a_wrong_request_is_told_in_one_sentence(
    name: str, body: Any, status: int, told: str
) -> None:
    answer = client_of().post(f"/api/v1/{name}", json=body)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert told in answer.json()["error"]
    assert "Traceback" not in answer.text


def test_an_error_is_told_in_the_language_asked_for() -> None:
    answer = client_of().get("/api/v1/nothing", headers={"accept-language": "zh-CN,en;q=0.5"})
    assert answer.status_code == 404
    assert "这里什么也没有" in answer.json()["error"]


def test_a_request_is_read_no_further_than_the_cap() -> None:
    large = b'{"dataset": "' + b"x" * MOST_BYTES + b'"}'
    headers = {"content-type": "application/json"}
    answer = client_of().post("/api/v1/audit", content=large, headers=headers)
    assert answer.status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 1024

    assert client_of().post("/api/v1/audit", content=endless(), headers=headers).status_code == 413


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 30_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert client_of().post("/api/v1/audit", content=content, headers=headers).status_code == 400


def test_a_page_of_another_site_cannot_call() -> None:
    client, body = client_of(), json.dumps(BODIES["audit"])
    form = client.post("/api/v1/audit", content=body, headers={"content-type": "text/plain"})
    assert form.status_code == 415
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999"):
        answer = client.get("/api/v1/models", headers={"origin": origin})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    own = {"origin": "http://127.0.0.1:8501"}
    assert client.get("/api/v1/models", headers=own).status_code == 200


def test_one_person_does_not_take_all_places_and_late_work_keeps_its_own() -> None:
    limits, free = Limits(seconds=0.05), threading.Event()
    greedy, other = (Person(name, Role.ANALYST) for name in ("greedy", "other"))

    async def scene() -> None:
        for _ in range(MOST_OF_ONE):
            with pytest.raises(TimeoutError):
                await limits.run(greedy, free.wait)
        with pytest.raises(QuotaError):
            await limits.run(greedy, free.wait)
        free.set()
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not limits.at_work:
                break
        assert await limits.run(other, current_person) == other
        assert await limits.run(greedy, current_person) == greedy

    try:
        asyncio.run(scene())
    finally:
        free.set()


def test_the_document_is_made_of_what_checks() -> None:
    document = client_of().get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    described = {
        (method.upper(), path): part
        for path, parts in document["paths"].items()
        for method, part in parts.items()
    }
    assert set(described) == {(operation.method, operation.path) for operation in OPERATIONS}
    for operation in OPERATIONS:
        part = described[(operation.method, operation.path)]
        assert part["x-least-role"] == LEAST[operation.action].name.lower()
        if operation.body is not None:
            schema = part["requestBody"]["content"]["application/json"]["schema"]
            Draft202012Validator.check_schema(schema)
            assert schema == operation.body
            assert operation.checked(BODIES[operation.name])
