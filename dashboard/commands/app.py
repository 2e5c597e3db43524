"""`recscope app`: the dashboard on this machine, for this machine."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import time
import tomllib
import webbrowser
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from engine.errors import OptionError, OutputError

__all__ = ["HELP", "add_arguments", "command_line", "run"]

HELP = "open the dashboard in the browser"
HOST = "127.0.0.1"
DEFAULT_PORT = 8501
PATIENCE = 60.0
PATIENCE_AT_THE_END = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="default: %(default)s; 0 takes a free one"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(args: argparse.Namespace) -> int:
    """Start the server, say where it is, and stay until it ends or Ctrl-C is pressed."""
    port = _free_port(args.port)
    address = f"http://{HOST}:{port}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: no orphan server
    server = subprocess.Popen(command_line(port), stdin=subprocess.DEVNULL)
    try:
        _wait_until_ready(server, address)
        print(f"recscope is open at {address} (Ctrl-C ends it)", flush=True)
        if not args.no_browser:
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        print("recscope: stopped", file=sys.stderr)
        return 0
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop; one that still waits for an open page is not asked twice."""
    server.terminate()
    try:
        server.wait(PATIENCE_AT_THE_END)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def command_line(port: int) -> list[str]:
    """Return what starts the server, with every line of theme/server.toml as a flag."""
    package = Path(__file__).parents[1]
    look = package / "theme"
    settings = tomllib.loads((look / "server.toml").read_text(encoding="utf-8"))
    flags = [f"--{name}={value}" for name, value in _flat(settings)]
    flags += [f"--server.port={port}", f"--theme.base={look / 'theme.toml'}"]
    return [sys.executable, "-m", "streamlit", "run", str(package / "app.py"), *flags]


def _flat(table: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted names and texts of all settings; a list gives its name once for each part."""
    flat: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            flat += _flat(value, f"{prefix}{name}.")
            continue
        parts = value if isinstance(value, list) else [value]
        flat += [
            (prefix + name, str(part).lower() if isinstance(part, bool) else str(part))
            for part in parts
        ]
    return flat


def _free_port(port: int) -> int:
    """Return the port, or any free one for 0, if nobody listens there."""
    if not 0 <= port <= 65535:
        raise OptionError("the port is {port}; give a number from 0 to 65535", port=port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise OptionError(
                "port {port} cannot be used: {reason}; choose another with --port",
                port=port,
                reason=error.strerror or error,
            ) from error
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise OutputError(
        "the dashboard did not start at {address}; its messages stand above", address=address
    )
