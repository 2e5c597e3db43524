"""nginx with the configuration of the notes, and a certificate of its own, at 127.0.0.1 alone."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from grp import getgrgid
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from pathlib import Path
from pwd import getpwuid

from tests.browser.chromium import free_port
from tests.dashboard.messages import ROOT

__all__ = ["NAME", "Proxy", "can_proxy", "proxied"]

NAME = "recscope.example.org"
NOTES = ROOT / "docs" / "nginx.conf"
PLACES = "/usr/sbin:/usr/local/sbin"
FRAME = """
user {user} {group}; daemon off; worker_processes 1;
pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
access_log off;
client_body_temp_path {folder}/body; proxy_temp_path {folder}/kept;
fastcgi_temp_path {folder}/fast; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{servers}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where nginx listens, and what it shows itself with.

    Attributes
    ----------
    http, https
        Ports of 127.0.0.1.
    certificate
        File of the certificate that it signed itself.
    """

    http: int
    https: int
    certificate: Path

    @property
    def rule(self) -> str:
        """Return the flag by which Chromium takes the name for this proxy."""
        return (
            f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{self.https},"
            f"MAP {NAME}:80 127.0.0.1:{self.http}"
        )

    def ask(
        self, path: str, *, plain: bool = False, **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Return status, headers and body of an answer; ``_`` in a header's name is a dash."""
        asked: HTTPConnection
        if plain:
            asked = HTTPConnection("127.0.0.1", self.http, timeout=30)
        else:
            trusted = ssl.create_default_context(cafile=self.certificate)
            asked = HTTPSConnection("127.0.0.1", self.https, timeout=30, context=trusted)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked.request("GET", path, headers={"Host": NAME, **named})
        answer = asked.getresponse()
        body = b"" if answer.status == 101 else answer.read()
        asked.close()
        return answer.status, answer.headers, body


def can_proxy() -> bool:
    """Whether this machine has what it takes."""
    return _nginx() is not None and shutil.which("openssl") is not None


@contextmanager
def proxied(folder: Path, app: str) -> Iterator[Proxy]:
    """Start nginx before an app at an address of this machine."""
    nginx = _nginx()
    assert nginx is not None
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    _certify(certificate, key)
    proxy = Proxy(free_port(), free_port(), certificate)
    file = folder / "nginx.conf"
    servers = _servers(proxy, app, key)
    user, group = getpwuid(os.getuid()).pw_name, getgrgid(os.getgid()).gr_name
    file.write_text(FRAME.format(folder=folder, servers=servers, user=user, group=group))
    command = [nginx, "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(proxy)
        yield proxy
    finally:
        started.terminate()
        started.wait(timeout=30)


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path=PLACES)


def _servers(proxy: Proxy, app: str, key: Path) -> str:
    """Return the notes with other ports, paths and no other change; it listens here alone."""
    text = re.sub(r"listen \[::\]:.*;", "", NOTES.read_text(encoding="utf-8"))
    for told, here in {
        "listen 80;": f"listen 127.0.0.1:{proxy.http};",
        "listen 443 ": f"listen 127.0.0.1:{proxy.https} ",
        "http://127.0.0.1:8501": app,
        "/etc/ssl/certs/recscope.pem": str(proxy.certificate),
        "/etc/ssl/private/recscope.key": str(key),
    }.items():
        assert text.count(told) == 1, told
        text = text.replace(told, here)
    assert all(part.startswith("127.0.0.1:") for part in re.findall(r"listen (\S+)", text))
    return text


def _certify(certificate: Path, key: Path) -> None:
    names = f"subjectAltName=DNS:{NAME},IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={NAME}", "-addext", names]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)


def _wait_for(proxy: Proxy) -> None:
    for _ in range(100):
        try:
            proxy.ask("/_stcore/health")
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("nginx does not answer")
