"""`recscope app`: where it listens, how it is hardened, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

from dashboard.access.sign_in_settings import read_sign_in
from dashboard.cli import main
from dashboard.web.admission import MOST_SESSIONS
from engine.errors import TableError

SIGN_IN = """
[auth]
redirect_uri = "https://recscope.example.org/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "recscope"
client_secret = "hush"
server_metadata_url = "https://login.example.org/.well-known/openid-configuration"
"""
COMMAND = [sys.executable, "-m", "dashboard.cli"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.address", "127.0.0.1"),
        ("server.enableXsrfProtection", True),
        ("server.enableCORS", True),
        ("server.enableStaticServing", False),
        ("server.fileWatcherType", "none"),
        ("server.allowedHosts", ["127.0.0.1", "localhost"]),
        ("browser.gatherUsageStats", False),
        ("client.showErrorDetails", "none"),
        ("client.toolbarMode", "minimal"),
    ],
)
def test_the_server_starts_hardened(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _started(monkeypatch)[name] == value


def test_it_is_reached_under_the_names_that_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    given = _started(monkeypatch, "--allow-host", "recscope.example.org", "--allow-host", "other")
    assert given["server.allowedHosts"] == [
        *("127.0.0.1", "localhost"),
        *("recscope.example.org", "other"),
    ]


def _started(monkeypatch: pytest.MonkeyPatch, *options: str) -> dict[str, object]:
    """Return what the server would be started with."""
    given: list[dict[str, object]] = []

    def serve(listener: socket.socket, settings: dict[str, object], *, opened: object) -> bool:
        listener.close()
        given.append(settings)
        return True

    _run_with(serve, monkeypatch, *options)
    return given[0]


def _run_with(serve: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    """Run the command with another server, and leave the process as it was."""
    monkeypatch.setattr("dashboard.web.serving.serve", serve)
    monkeypatch.setenv(MOST_SESSIONS, "")
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert main(["app", "--no-browser", "--port", "0", *options]) == 0
    finally:
        signal.signal(signal.SIGTERM, before)


def test_no_piece_of_an_answer_waits_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = writer.get_extra_info("socket")
        found.append(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def ask(listener: socket.socket) -> None:
        async with await asyncio.start_server(answer, sock=listener):
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()

    def serve(listener: socket.socket, _: object, *, opened: object) -> bool:
        asyncio.run(ask(listener))
        return True

    _run_with(serve, monkeypatch)
    assert found == [1]


def test_a_port_in_use_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["app", "--no-browser", "--port", str(port)]) == 2
    assert f"port {port} cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["203.0.113.7", "nowhere.invalid"])
def test_an_address_this_machine_lacks_is_named_as_that(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, sign_in = tmp_path / "people.toml", tmp_path / "sign-in.toml"
    people.write_text('default = "viewer"\n', encoding="utf-8")
    sign_in.write_text(SIGN_IN, encoding="utf-8")
    options = ["--people", str(people), "--sign-in", str(sign_in), "--port", "0"]
    assert main(["app", "--no-browser", "--address", address, *options]) == 2
    assert f"this machine has no address {address}" in capsys.readouterr().err


def test_a_port_out_of_range_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--no-browser", "--port", "70000"]) == 2
    assert "give a number from 0 to 65535" in capsys.readouterr().err


@contextmanager
def _running(**variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    code = "import sys; from dashboard.cli import main; sys.exit(main())"
    started = subprocess.Popen(
        [sys.executable, "-c", code, "app", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )
    assert started.stdout is not None
    try:
        yield started, started.stdout.readline()
    finally:
        started.terminate()
        started.communicate(timeout=30)


SLOW = """
import asyncio, socket, sys, time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import ModuleType
from starlette.requests import Request
from dashboard.web.serving import serve

threads = ThreadPoolExecutor(1)


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    if scope["path"] == "/left":
        await Request(scope, receive).body()
    print("asked", flush=True)
    await asyncio.get_running_loop().run_in_executor(threads, time.sleep, 60)


server = sys.modules["dashboard.server"] = ModuleType("dashboard.server")
server.app = app
listener = socket.create_server(("127.0.0.1", 0))
with suppress(KeyboardInterrupt):
    serve(listener, {}, opened=lambda: print(listener.getsockname()[1], flush=True))
"""


def test_work_that_takes_long_does_not_hold_up_the_end_and_who_left_is_no_fault() -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    asked = HTTPConnection("127.0.0.1", int(started.stdout.readline()), timeout=30)
    asked.request("GET", "/")
    assert started.stdout.readline() == "asked\n"
    begun = time.monotonic()
    _leave_halfway(asked.port)
    started.send_signal(signal.SIGINT)
    _, told = started.communicate(timeout=60)
    asked.close()
    assert time.monotonic() - begun < 8
    assert "Traceback" not in told


def _leave_halfway(port: int) -> None:
    """Send the beginning of something, and go."""
    with socket.create_connection(("127.0.0.1", port)) as left:
        left.sendall(b"PUT /left HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsome")
        time.sleep(0.5)
    time.sleep(0.5)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_leaves_nothing_behind(ending: signal.Signals) -> None:
    with _running() as (started, line):
        address = line.split(" at ")[1].split(" ")[0]
        assert urlopen(f"{address}/_stcore/health", timeout=10).read() == b"ok"
        started.send_signal(ending)
        _, err = started.communicate(timeout=30)
        assert started.returncode == 0
        assert "Traceback" not in err
        with pytest.raises(OSError, match="refused"):
            urlopen(f"{address}/_stcore/health", timeout=2)


def test_a_page_of_another_site_is_refused_and_makes_the_server_call_nobody() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with _running(http_proxy=proxy, https_proxy=proxy, no_proxy="") as (_, line):
            port = line.rsplit(":", 1)[1].split(" ")[0]
            assert _opened(port, f"http://127.0.0.1:{port}") == 101
            for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
                assert _opened(port, origin) == 403
            with pytest.raises(BlockingIOError):
                listening.accept()


def _opened(port: str, origin: str) -> int:
    """Return the status with which the pages' WebSocket is answered to a page of an origin."""
    asked = HTTPConnection("127.0.0.1", int(port), timeout=30)
    asked.request(
        "GET",
        "/_stcore/stream",
        headers={
            "Origin": origin,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
        },
    )
    status = asked.getresponse().status
    asked.close()
    return status


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--address", "0.0.0.0"], "at 0.0.0.0 whoever reaches the port could do everything"),
        (["--address", "::"], "at :: whoever reaches the port could do everything"),
        (["--people", "gone.toml"], "cannot read the list of people gone.toml"),
        (["--sign-in", "secrets.toml"], "--people FILE says who may"),
        (["--most-sessions", "0"], "give a number from 1"),
    ],
)
def test_an_open_door_is_refused_in_one_sentence(
    options: list[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("the server was started")

    monkeypatch.setattr("dashboard.web.serving.serve", started)
    assert main(["app", "--no-browser", *options]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("auth", "told"),
    [
        ("", "has no [auth]"),
        ("[auth]", "lacks redirect_uri, cookie_secret, client_id"),
        (SIGN_IN.replace("/oauth2callback", "/"), "ends in /oauth2callback"),
        (SIGN_IN.replace("0123456789abcdef", "", 1), "fewer than 32 characters"),
        ("[auth", "cannot be read"),
    ],
)
def test_a_sign_in_that_cannot_work_is_told_before_the_start(
    auth: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(auth, encoding="utf-8")
    with pytest.raises(TableError) as error:
        read_sign_in(str(file))
    assert told in str(error.value)


def test_a_sign_in_file_that_streamlit_would_not_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sign-in"
    file.write_text(SIGN_IN, encoding="utf-8")
    with pytest.raises(TableError, match="does not end in .toml"):
        read_sign_in(str(file))


def test_people_come_back_under_the_name_of_the_redirect(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(SIGN_IN, encoding="utf-8")
    found = read_sign_in(str(file))
    assert found.hosts == ("recscope.example.org",)
    assert found.settings == {"secrets.files": [str(file)]}
    assert found.https
    file.write_text(SIGN_IN.replace("https://recscope", "http://recscope"), encoding="utf-8")
    assert not read_sign_in(str(file)).https
