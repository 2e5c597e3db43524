"""`recscope app`: the dashboard, on this machine for this machine, or for people who sign in."""

from __future__ import annotations

import argparse
import os
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

from dashboard.access.address import is_loopback
from dashboard.access.roster import PEOPLE, read_roster
from dashboard.access.sign_in_settings import SignIn, read_sign_in
from dashboard.web.admission import MOST_SESSIONS, USUAL_SESSIONS
from dashboard.web.cookies import HTTPS
from engine.errors import OptionError, OutputError

__all__ = ["HELP", "add_arguments", "command_line", "run"]

HELP = "open the dashboard in the browser, or serve it to people who sign in"
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
    people = parser.add_argument_group("other people")
    people.add_argument(
        "--address",
        default=HOST,
        help="where it listens (default: %(default)s, this machine alone); others need --people",
    )
    people.add_argument(
        "--people",
        metavar="FILE",
        default=os.environ.get(PEOPLE),
        help=f"TOML: who may sign in, as viewer, analyst or reviewer (default: {PEOPLE})",
    )
    people.add_argument(
        "--sign-in",
        metavar="FILE",
        help="TOML with [auth], the OpenID Connect provider (default: .streamlit/secrets.toml)",
    )
    people.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        default=[],
        help="a name it is reached under, beside that of redirect_uri; may be repeated",
    )
    people.add_argument(
        "--most-sessions",
        type=int,
        default=USUAL_SESSIONS,
        help="open pages at once; others are asked to wait (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Start the server, say where it is, and stay until it ends or Ctrl-C is pressed."""
    sign_in = _checked(args)
    port = _free_port(args.address, args.port)
    address = f"http://{_reached_at(args.address)}:{port}"
    environment = {**os.environ, MOST_SESSIONS: str(args.most_sessions)}
    if args.people:
        environment[PEOPLE] = str(Path(args.people).resolve())
    if sign_in is not None and sign_in.https:
        environment[HTTPS] = "1"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: no orphan server
    flags = [*_where(args, sign_in), *(() if sign_in is None else sign_in.flags)]
    server = subprocess.Popen(command_line(port, flags), stdin=subprocess.DEVNULL, env=environment)
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


def _checked(args: argparse.Namespace) -> SignIn | None:
    """Refuse what would leave the door open, or nobody in."""
    if args.most_sessions < 1:
        raise OptionError(
            "--most-sessions is {given}; give a number from 1", given=args.most_sessions
        )
    if args.people:
        read_roster(args.people)
        return read_sign_in(args.sign_in)
    if args.sign_in:
        raise OptionError("--sign-in says how people sign in; --people FILE says who may")
    if not is_loopback(args.address):
        raise OptionError(
            "at {address} whoever reaches the port could do everything; give --people FILE and "
            "--sign-in FILE, or stay at 127.0.0.1",
            address=args.address,
        )
    return None


def _where(args: argparse.Namespace, sign_in: SignIn | None) -> list[str]:
    """Return where it listens and under which names it is reached, beside what always holds."""
    hosts = [*args.allow_host, *(() if sign_in is None else sign_in.hosts)]
    flags = [f"--server.allowedHosts={host}" for host in dict.fromkeys(hosts)]
    if args.address != HOST:
        flags.append(f"--server.address={args.address}")
    return flags


def _reached_at(address: str) -> str:
    """Return how this machine itself reaches what listens at an address."""
    if address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return HOST
    return f"[{address}]" if ":" in address else address


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop; one that still waits for an open page is not asked twice."""
    server.terminate()
    try:
        server.wait(PATIENCE_AT_THE_END)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def command_line(port: int, more: list[str] | None = None) -> list[str]:
    """Return what starts the server, with every line of theme/server.toml as a flag."""
    package = Path(__file__).parents[1]
    look = package / "theme"
    settings = tomllib.loads((look / "server.toml").read_text(encoding="utf-8"))
    flags = [f"--{name}={value}" for name, value in _flat(settings)]
    flags += [f"--server.port={port}", f"--theme.base={look / 'theme.toml'}", *(more or ())]
    return [sys.executable, "-m", "streamlit", "run", str(package / "server.py"), *flags]


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


def _free_port(address: str, port: int) -> int:
    """Return the port, or any free one for 0, if nobody listens there."""
    if not 0 <= port <= 65535:
        raise OptionError("the port is {port}; give a number from 0 to 65535", port=port)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
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
