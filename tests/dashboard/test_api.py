"""The API: the contract of ``--json``, the roles, the limits, and nobody else's data."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import loaders
from dashboard.access.person import Person
from dashboard.access.role import LEAST, Role
from dashboard.access.roster import PEOPLE
from dashboard.access.session import acting_as, current_person
from dashboard.api.limits import MOST_BYTES, MOST_OF_ONE, Limits
from dashboard.api.operations import OPERATIONS
from dashboard.api.routes import api_routes
from dashboard.cli import main
from dashboard.jobs import keeper, worker
from dashboard.services.own_data import forget_own, keep_own
from engine.config import RunConfig
from engine.errors import QuotaError, UnknownNameError

HERE = ("127.0.0.1", 50_000)
ABROAD = ("203.0.113.7", 50_000)
TOKENS = {"vera": "token-of-vera", "ana": "token-of-ana", "rita": "token-of-rita",
          "otto": "token-of-otto"}  # fmt: skip
ROLES = {"vera": "viewer", "ana": "analyst", "rita": "reviewer", "otto": "analyst"}
BODIES: dict[str, dict[str, Any]] = {
    "recommend": {"dataset": "planted", "users": ["u001"]},
    "explain": {"dataset": "planted", "user": "u001", "item": "i001"},
    "justify": {"dataset": "planted", "user": "u001", "item": "i001"},
    "audit": {"dataset": "planted"},
    "simulate": {"dataset": "planted", "rates": "0", "rounds": 1, "seeds": 1},
}
CLIENT_APP = Starlette(routes=api_routes())


def _client(where: tuple[str, int] = HERE, name: str | None = None) -> TestClient:
    headers = {} if name is None else {"authorization": f"Bearer {TOKENS[name]}"}
    return TestClient(CLIENT_APP, base_url="http://127.0.0.1:8501", client=where, headers=headers)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the jobs of these tests to themselves, and let no worker start."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(keeper, "tend", lambda: None)


@pytest.fixture
def _people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [f'"{name}@example.org" = "{role}"' for name, role in ROLES.items()]
    tokens = [
        f'"{sha256(token.encode()).hexdigest()}" = "{name}@example.org"'
        for name, token in TOKENS.items()
    ]
    file = tmp_path / "people.toml"
    file.write_text("\n".join(["[people]", *people, "[tokens]", *tokens]), encoding="utf-8")
    monkeypatch.setenv(PEOPLE, str(file))


@pytest.fixture
def _commands_learn_as_pages_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands learn from what the pages and the API learn from."""
    train = loaders.split("planted", 7).train
    for name in ("recommend", "explain", "justify"):
        module = import_module(f"dashboard.commands.{name}")
        monkeypatch.setattr(module, "load_training", lambda _args: train)


def _printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("_commands_learn_as_pages_do")
def test_lists_are_those_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--policy", "plackett-luce", "--rate", "0.3"]
    printed = _printed(["recommend", "--dataset", "planted", *run], capsys)
    body = {"dataset": "planted", "policy": "plackett-luce", "rate": 0.3}
    answer = _client().post("/api/v1/recommend", json=body).json()
    assert answer == printed


def test_who_had_everything_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    train = loaders.split("planted", 7).train
    has = train.interactions.filter(pl.col("user_id") == "u001")["item_id"]
    rest = [item for item in train.item_ids if item not in set(has)]
    more = pl.DataFrame({"user_id": ["u001"] * len(rest), "item_id": rest})
    full = train.with_more(more)
    monkeypatch.setattr("dashboard.api.operations._train", lambda _run: full)
    body = {"dataset": "planted", "users": ["u001"]}
    refused = _client().post("/api/v1/recommend", json=body)
    assert refused.status_code == 400
    assert f"u001 had all {full.n_items} items already" in refused.json()["error"]
    answer = _client().post("/api/v1/recommend", json={**body, "users": ["u001", "u002"]}).json()
    assert (answer["nothing_left"], answer["users"]) == (["u001"], 1)


@pytest.mark.usefixtures("_commands_learn_as_pages_do")
def test_reasons_and_words_are_those_of_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _client().post("/api/v1/recommend", json=BODIES["recommend"]).json()
    item = shown["recommendations"][0]["item_id"]
    about = ["--dataset", "planted", "--user", "u001", "--item", item]
    body = {"dataset": "planted", "user": "u001", "item": item}
    for name in ("explain", "justify"):
        answer = _client().post(f"/api/v1/{name}", json=body)
        assert answer.json() == _printed([name, *about], capsys)
    body["method"] = "counterfactual"
    answer = _client().post("/api/v1/explain", json=body).json()
    assert answer == _printed(["explain", *about, "--method", "counterfactual"], capsys)


def test_an_audit_has_the_keys_of_the_contract() -> None:
    answer = _client().post("/api/v1/audit", json={"dataset": "planted"}).json()
    assert {"hash", "fingerprints", "config", "results", "verdicts", "suppressed"} <= set(answer)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("name", sorted(ROLES))
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_each_operation_refuses_each_role_below_its_least(operation: Any, name: str) -> None:
    path = "/api/v1" + operation.path.replace("{id}", "none")
    body = BODIES.get(operation.name)
    answer = _client(ABROAD, name).request(operation.method, path, json=body)
    refused = Role[ROLES[name].upper()] < LEAST[operation.action]
    assert (answer.status_code == 403) == refused, answer.text
    if refused:
        assert "may not do this" in answer.json()["error"]


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("more", [{"method": "shap"}, {"generator": "local"}])
def test_a_viewer_gets_nothing_that_costs_work(more: dict[str, str]) -> None:
    name = "explain" if "method" in more else "justify"
    shown = _client(ABROAD, "ana").post("/api/v1/recommend", json=BODIES["recommend"]).json()
    item = shown["recommendations"][0]["item_id"]
    body = {"dataset": "planted", "user": "u001", "item": item}
    assert _client(ABROAD, "vera").post(f"/api/v1/{name}", json=body).status_code == 200
    answer = _client(ABROAD, "vera").post(f"/api/v1/{name}", json={**body, **more})
    assert answer.status_code == 403


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
        answer = _client(where).request(
            operation.method, path, headers=headers, json=BODIES.get(operation.name)
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_without_a_list_this_machine_alone_is_answered() -> None:
    assert _client(HERE).get("/api/v1/models").status_code == 200
    assert _client(ABROAD).get("/api/v1/models").status_code == 401
    passed_on = {"x-forwarded-for": "203.0.113.7"}
    assert _client(HERE).get("/api/v1/models", headers=passed_on).status_code == 401


@pytest.mark.usefixtures("_people")
def test_two_people_see_and_stop_their_own_jobs_alone() -> None:
    ana, otto = _client(ABROAD, "ana"), _client(ABROAD, "otto")
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
    ana = _client(ABROAD, "ana")
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
    answer = _client().post(f"/api/v1/{name}", json=body)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert told in answer.json()["error"]
    assert "Traceback" not in answer.text


def test_an_error_is_told_in_the_language_asked_for() -> None:
    answer = _client().get("/api/v1/nothing", headers={"accept-language": "zh-CN,en;q=0.5"})
    assert answer.status_code == 404
    assert "这里什么也没有" in answer.json()["error"]


def test_a_request_is_read_no_further_than_the_cap() -> None:
    large = b'{"dataset": "' + b"x" * MOST_BYTES + b'"}'
    headers = {"content-type": "application/json"}
    answer = _client().post("/api/v1/audit", content=large, headers=headers)
    assert answer.status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 1024

    assert _client().post("/api/v1/audit", content=endless(), headers=headers).status_code == 413


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 30_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert _client().post("/api/v1/audit", content=content, headers=headers).status_code == 400


def test_a_page_of_another_site_cannot_call() -> None:
    client, body = _client(), json.dumps(BODIES["audit"])
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
    document = _client().get("/api/v1/openapi.json").json()
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


@pytest.mark.usefixtures("_people")
def test_a_data_set_of_ones_own_is_nobody_elses_by_name_cache_or_job() -> None:
    """What Ana's set led to is there already when Otto asks for it by its name."""
    ana, otto = _client(ABROAD, "ana"), _client(ABROAD, "otto")
    owner = Person("ana@example.org", Role.ANALYST)
    own = keep_own(owner, loaders.dataset("planted"), title="mine")
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
    printed = _printed(["simulate", *options], capsys)
    ana = _client(ABROAD, "ana")
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
    assert _client().post(f"/api/v1/{name}", json=body).status_code == 404
