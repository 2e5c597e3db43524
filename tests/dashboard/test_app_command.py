"""`recscope app`: where it listens, how it is hardened, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from dashboard.cli import main
from dashboard.commands.app import command_line

COMMAND = [sys.executable, "-m", "dashboard.cli"]


def _flags() -> list[str]:
    return [part for part in command_line(8501) if part.startswith("--")]


@pytest.mark.parametrize(
    "flag",
    [
        "--server.address=127.0.0.1",
        "--server.port=8501",
        "--server.enableXsrfProtection=true",
        "--server.enableCORS=true",
        "--server.enableStaticServing=false",
        "--server.fileWatcherType=none",
        "--server.allowedHosts=127.0.0.1",
        "--server.allowedHosts=localhost",
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
    ],
)
def test_the_server_starts_hardened(flag: str) -> None:
    assert flag in _flags()


def test_a_port_in_use_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["app", "--no-browser", "--port", str(port)]) == 2
    assert f"port {port} cannot be used" in capsys.readouterr().err


def test_a_port_out_of_range_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--no-browser", "--port", "70000"]) == 2
    assert "give a number from 0 to 65535" in capsys.readouterr().err


@contextmanager
def _running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    code = "import sys; from dashboard.cli import main; sys.exit(main())"
    started = subprocess.Popen(
        [sys.executable, "-c", code, "app", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    try:
        yield started, started.stdout.readline()
    finally:
        started.terminate()
        started.communicate(timeout=30)


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
