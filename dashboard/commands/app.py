"""`recscope app`: the dashboard, on this machine for this machine, or for people who sign in."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import sys
import webbrowser
from pathlib import Path
from threading import Thread

from dashboard.access.address import is_loopback
from dashboard.access.roster import PEOPLE, read_roster
from dashboard.access.sign_in_settings import SignIn, read_sign_in
from dashboard.web.admission import MOST_SESSIONS, USUAL_SESSIONS
from dashboard.web.cookies import HTTPS
from dashboard.web.settings import settings
from engine.errors import OptionError, OutputError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "open the dashboard in the browser, or serve it to people who sign in"
HOST = "127.0.0.1"
DEFAULT_PORT = 8501


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
    listener = _listener(args.address, args.port)
    port = listener.getsockname()[1]
    address = f"http://{_reached_at(args.address)}:{port}"
    os.environ[MOST_SESSIONS] = str(args.most_sessions)
    if args.people:
        os.environ[PEOPLE] = str(Path(args.people).resolve())
    if sign_in is not None and sign_in.https:
        os.environ[HTTPS] = "1"

    def opened() -> None:
        print(f"recscope is open at {address} (Ctrl-C ends it)", flush=True)
        if not args.no_browser:
            # A browser of the terminal would hold up who calls it.
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    # What cannot work is told before anything heavy is imported.
    from dashboard.web.serving import serve

    try:
        well = serve(listener, _settings(args, sign_in, port), opened=opened)
    except KeyboardInterrupt:
        print("recscope: stopped", file=sys.stderr)
        return 0
    if not well:
        raise OutputError(
            "the dashboard did not start at {address}; its messages stand above", address=address
        )
    return 0


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


def _settings(args: argparse.Namespace, sign_in: SignIn | None, port: int) -> dict[str, object]:
    """Return where it listens and under which names it is reached, beside what always holds."""
    fixed = settings()
    usual = fixed["server.allowedHosts"]
    hosts = [*usual] if isinstance(usual, list) else []
    hosts += [*args.allow_host, *(() if sign_in is None else sign_in.hosts)]
    return {
        **fixed,
        "server.address": args.address,
        "server.port": port,
        "server.allowedHosts": list(dict.fromkeys(hosts)),
        **({} if sign_in is None else sign_in.settings),
    }


def _reached_at(address: str) -> str:
    """Return how this machine itself reaches what listens at an address."""
    if address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return HOST
    return f"[{address}]" if ":" in address else address


def _listener(address: str, port: int) -> socket.socket:
    """Take the port, or any free one for 0."""
    if not 0 <= port <= 65535:
        raise OptionError("the port is {port}; give a number from 0 to 65535", port=port)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio sends small answers at once only where the socket names its protocol; else each piece
    # waits up to 40 ms for the word that the one before it came (Nagle 1984, RFC 896).
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        taken.bind((address, port))
        taken.listen()
    except OSError as error:
        taken.close()
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise OptionError(
                "this machine has no address {address} ({reason}); choose another with --address",
                address=address,
                reason=error.strerror or error,
            ) from error
        raise OptionError(
            "port {port} cannot be used: {reason}; choose another with --port",
            port=port,
            reason=error.strerror or error,
        ) from error
    return taken
