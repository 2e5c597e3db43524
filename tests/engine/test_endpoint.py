"""A server with a language model: whatever it answers, the page stays alive."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from engine.errors import OptionError, ServiceError
from engine.justifications.endpoint import Endpoint, EndpointGenerator, endpoint_from
from engine.justifications.facts import FactRecord
from engine.justifications.justify import RETRIES, justify
from engine.justifications.template import template_text
from tests.records import explained_record

Answer = Callable[[BaseHTTPRequestHandler, str], None]


class Server:
    """Answers every request by one function, and notes what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[str] = []
        noted = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                noted.append(body)
                answer(self, json.loads(body)["messages"][0]["content"])

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    servers: list[Server] = []

    def start(answer: Answer) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def say(text: str, *, status: int = 200) -> Answer:
    def answer(request: BaseHTTPRequestHandler, _: str) -> None:
        send(request, json.dumps({"choices": [{"message": {"content": text}}]}), status=status)

    return answer


def send(request: BaseHTTPRequestHandler, body: str, *, status: int = 200) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body.encode())))
    request.end_headers()
    request.wfile.write(body.encode())


def redirect(request: BaseHTTPRequestHandler, _: str) -> None:
    request.send_response(302)
    request.send_header("Location", "http://127.0.0.1:9/elsewhere")
    request.send_header("Content-Length", "0")
    request.end_headers()


def drip(request: BaseHTTPRequestHandler, _: str) -> None:
    request.send_response(200)
    request.end_headers()
    for _byte in range(40):
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(0.05)


def drip_headers(request: BaseHTTPRequestHandler, _: str) -> None:
    # Each byte comes well within the time for one, and all of them together never end.
    with suppress(OSError):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _byte in range(60):
            request.wfile.write(b"a")
            request.wfile.flush()
            time.sleep(0.05)


def hang(request: BaseHTTPRequestHandler, _: str) -> None:
    time.sleep(1.5)


SLOW = (drip, drip_headers, hang)


def facts() -> FactRecord:
    return explained_record(np.random.default_rng(0))


def generator(server: Server, *, seconds: float = 0.4) -> EndpointGenerator:
    return EndpointGenerator(Endpoint(server.url, "m", seconds=seconds))


def test_a_true_text_is_shown_and_marked(serve: Callable[[Answer], Server]) -> None:
    record = facts()
    text = f"Thanks to <H{record.supporters[0].rank}> in your history."
    found = justify(record, generator=generator(serve(say(text)), seconds=20))
    assert (found.produced_by, found.slotted, found.generated) == ("endpoint", text, True)
    assert record.supporters[0].title in found.text
    assert found.model_digest
    assert found.prompt_digest


def test_a_false_text_is_tried_again_and_then_replaced(serve: Callable[[Answer], Server]) -> None:
    server = serve(say("You will love this award-winning film!"))
    found = justify(facts(), generator=generator(server, seconds=20))
    assert found.produced_by == "template"
    assert found.slotted == template_text(facts(), language="en", audience="user")
    assert len(server.asked) == len(found.attempts) == 1 + RETRIES
    assert "say it otherwise" in server.asked[1]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (redirect, "status 302"),
        (say("x", status=500), "status 500"),
        (lambda request, _: send(request, "not json"), "not of an OpenAI-compatible"),
        (lambda request, _: send(request, "[]"), "not of an OpenAI-compatible"),
        (
            lambda request, _: send(request, '{"choices": [{"message": {"content": 3}}]}'),
            "holds no text",
        ),
        (say("x" * 70_000), "too long"),
        (drip, "takes too long"),
        (drip_headers, "takes too long"),
        (hang, "takes too long"),
        (lambda request, _: request.close_connection, "no usable answer"),
    ],
)
def test_a_bad_answer_is_an_error_and_leaves_the_fixed_words(
    serve: Callable[[Answer], Server], answer: Answer, reason: str
) -> None:
    # A busy machine is slow too; only those that are meant to be are cut short.
    asked = generator(serve(answer), seconds=0.4 if answer in SLOW else 20)
    with pytest.raises(ServiceError, match=reason):
        asked.write(facts(), language="en", audience="user")
    found = justify(facts(), generator=asked)
    assert found.produced_by == "template"
    assert reason in str(found.trouble)


@pytest.mark.parametrize("answer", SLOW)
def test_nobody_waits_longer_than_the_time_given(
    serve: Callable[[Answer], Server], answer: Answer
) -> None:
    begin = time.monotonic()
    with pytest.raises(ServiceError, match="takes too long"):
        generator(serve(answer)).write(facts(), language="en", audience="user")
    assert time.monotonic() - begin < 2.4


def test_nobody_there_is_an_error() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
        with pytest.raises(ServiceError, match="no usable answer"):
            EndpointGenerator(Endpoint(url, "m", seconds=1)).write(
                facts(), language="en", audience="user"
            )


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("file:///etc/passwd", "no address"),
        ("ftp://127.0.0.1/x", "no address"),
        ("http://user:word@127.0.0.1/v1", "no address"),
        ("127.0.0.1:80", "no address"),
        ("http://169.254.169.254/v1", "not allowed"),
        ("http://127.1/v1", "not allowed"),
        ("http://2130706433/v1", "not allowed"),
        ("http://[::ffff:169.254.169.254]/v1", "not allowed"),
        ("https://example.org/v1", "not allowed"),
    ],
)
def test_other_places_are_refused(url: str, problem: str) -> None:
    with pytest.raises(OptionError, match=problem):
        Endpoint(url, "m")


def test_plain_text_leaves_this_machine_for_nobody() -> None:
    with pytest.raises(OptionError, match="use https"):
        Endpoint("http://llm.example/v1", "m", hosts=frozenset({"llm.example"}))
    assert Endpoint("https://llm.example/v1", "m", hosts=frozenset({"llm.example"}))


def test_a_name_that_leads_to_the_link_itself_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    endpoint = Endpoint("https://llm.example/v1", "m", hosts=frozenset({"llm.example"}))
    with pytest.raises(ServiceError, match="no address of a server"):
        EndpointGenerator(endpoint).write(facts(), language="en", audience="user")


def test_the_operator_says_where() -> None:
    assert endpoint_from({}) is None
    found = endpoint_from(
        {
            "RECSCOPE_LLM_URL": "https://llm.example/v1",
            "RECSCOPE_LLM_HOSTS": "llm.example, other.example",
            "RECSCOPE_LLM_SECONDS": "3",
        }
    )
    assert found is not None
    assert (found.seconds, "other.example" in found.hosts) == (3.0, True)
    with pytest.raises(OptionError, match="RECSCOPE_LLM_SECONDS is soon"):
        endpoint_from({"RECSCOPE_LLM_URL": "http://127.0.0.1/v1", "RECSCOPE_LLM_SECONDS": "soon"})
