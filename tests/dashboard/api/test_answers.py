"""Every answer is what the document says, and every path answers in its sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dashboard.access.person import LOCAL
from dashboard.api.document import openapi
from dashboard.api.operations import OPERATIONS
from dashboard.api.refusals import STATUSES
from dashboard.uploads.store import store_of
from tests.dashboard.api.scene import ABROAD, BODIES, client_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
# As they are written in a path: climbing out, other roots, signs that end a line or a name.
STRANGE = (
    "..%2F..%2Fetc%2Fpasswd",
    "%2Fetc%2Fpasswd",
    "..",
    "%2E%2E",
    "..%5C..%5Cx",
    "a%0Ab",
    "%0A",
    "a%00b",
    "%C3%BC%E5%AA%BA",
    "x" * 5000,
    "own-%2E%2E%2F%2E%2E",
)


def _schema(name: str, status: int) -> dict[str, Any]:
    """Return what the document says of an answer, with the parts it names."""
    document = openapi()
    part = next(
        part
        for parts in document["paths"].values()
        for part in parts.values()
        if part["operationId"] == name
    )
    schema = part["responses"][str(status)]["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_answer_is_what_the_document_says(operation: Any) -> None:
    job = client_of().post("/api/v1/simulate", json=BODIES["simulate"]).json()["id"]
    path = "/api/v1" + operation.path.replace("{id}", job)
    answer = client_of().request(operation.method, path, json=BODIES.get(operation.name))
    assert answer.status_code == (409 if operation.name in ("result", "justifyList") else 200)
    schema = _schema(operation.name, answer.status_code)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer.json())
    assert (
        list(Draft202012Validator(schema).iter_errors({"nothing": 1})) or operation.name == "forget"
    )


@pytest.mark.parametrize("name", ["recommend", "explain", "justify", "audit", "simulate"])
def test_a_whole_number_may_be_written_as_json_writes_it(name: str) -> None:
    numbers = {"n": 3, "seed": 7} if name not in ("justify",) else {"seed": 7}
    body = {**BODIES[name], **numbers}
    written = {key: float(part) if key in numbers else part for key, part in body.items()}
    whole, same = (
        client_of().post(f"/api/v1/{name}", json=asked).json() for asked in (body, written)
    )
    assert same == whole
    assert "error" not in whole or whole["error"] is None


def test_a_mistake_of_ours_is_a_sentence_and_leaves_its_trace_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.api.operations._train", lambda _: 1 / 0)
    answer = client_of().post("/api/v1/recommend", json=BODIES["recommend"])
    assert answer.status_code == 500
    Draft202012Validator(_schema("recommend", 500)).validate(answer.json())
    assert "its log says which" in answer.json()["error"]
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_a_data_set_of_ones_own_is_listed_as_the_document_says() -> None:
    client = client_of()
    client.post("/api/v1/datasets", json=BODIES["bring"])
    listed = client.get("/api/v1/datasets").json()
    Draft202012Validator(_schema("datasets", 200)).validate(listed)
    assert any(row["licence"] is None for row in listed["datasets"])


def test_a_removal_is_what_the_document_says() -> None:
    body = {**BODIES["explain"], "method": "counterfactual"}
    found = client_of().post("/api/v1/explain", json=body).json()
    Draft202012Validator(_schema("explain", 200)).validate(found)
    assert found["method"] == "counterfactual"


@pytest.mark.parametrize("path", sorted({operation.path for operation in OPERATIONS}))
@pytest.mark.parametrize("method", METHODS)
def test_what_is_done_by_another_method_says_by_which(path: str, method: str) -> None:
    known = {operation.method for operation in OPERATIONS if operation.path == path}
    known |= {"HEAD"} if "GET" in known else set()
    answer = client_of().request(method, "/api/v1" + path.replace("{id}", "x"))
    assert (answer.status_code == 405) == (method not in known)
    if method not in known:
        assert answer.headers["allow"] == ", ".join(sorted(known))
        assert method == "HEAD" or answer.json()["error"].startswith(f"{method} does nothing here")


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("strange", STRANGE, ids=lambda name: name[:12])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "jobs/{}"),
        ("DELETE", "jobs/{}"),
        ("GET", "jobs/{}/result"),
        ("GET", "nothing/{}"),
        ("DELETE", "datasets/{}"),
    ],
)
def test_an_id_is_a_name_and_never_a_path(
    method: str, path: str, strange: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_text("here")
    answer = client_of(ABROAD, "ana").request(method, f"/api/v1/{path.format(strange)}")
    # What is not there is gone already.
    gone = (method, answer.status_code) == ("DELETE", 200) and answer.json() == {}
    assert gone or answer.status_code in (404, 405)
    assert gone or answer.json()["error"]
    assert "Traceback" not in answer.text
    assert kept.read_text() == "here"


@pytest.mark.parametrize("name", ["..", "../x", "/etc", "own-../..", "x\n", "a\0b", ""])
def test_no_data_set_of_ones_own_has_a_path_for_a_name(name: str) -> None:
    assert not store_of(LOCAL).has(name)


def test_each_refusal_that_is_told_has_its_words() -> None:
    for parts in openapi()["paths"].values():
        for part in parts.values():
            refusals = {int(status) for status in part["responses"]} - {200}
            assert refusals <= set(STATUSES)
            assert ({400, 413, 415} <= refusals) == ("requestBody" in part)
