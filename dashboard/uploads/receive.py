"""Taking a file in: counted while it streams, unpacked while it is counted, never trusted."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from dashboard.uploads.limits import LIMITS, UploadLimits
from dashboard.uploads.shape import check_shape
from engine.errors import TableError

__all__ = ["ENDINGS", "PACKED", "ending_of", "receive"]

ENDINGS = ("csv", "tsv", "parquet", "jsonl")
PACKED = ("gz", "zst")
CHUNK = 1 << 18
WIDEST_WINDOW = 31


def ending_of(name: str) -> tuple[str, str | None]:
    """Return what a file is and how it is packed, by its name; nothing else of the name is used.

    Raises
    ------
    TableError
        It is no table that recscope reads.

    Examples
    --------
    >>> ending_of("My Ratings.CSV.gz"), ending_of("../../x.parquet")
    (('csv', 'gz'), ('parquet', None))
    """
    parts = name.lower().rsplit(".", 2)
    packed = parts[-1] if parts[-1] in PACKED and len(parts) > 2 else None
    kind = parts[-2] if packed else parts[-1]
    if len(parts) < 2 or kind not in ENDINGS:
        raise TableError(
            "the file is none of {endings} (these may be packed as {packed}); save it as one of "
            "them",
            endings=", ".join(ENDINGS),
            packed=", ".join(PACKED),
        )
    return kind, packed


def receive(
    stream: BinaryIO,
    target: Path,
    *,
    packed: str | None = None,
    limits: UploadLimits = LIMITS,
) -> None:
    """Write what comes into ``target``, whose ending says what it is, and check its shape.

    Nothing beyond a cap is ever held or written: counting goes chunk by chunk. A file that breaks
    a cap leaves nothing behind.

    Raises
    ------
    TableError
        The file is too large, unpacks to too much, or has too many rows, columns or cells.
    """
    try:
        with target.open("xb") as file:
            for chunk in _unpacked(stream, target.name, packed=packed, limits=limits):
                file.write(chunk)
        check_shape(target, limits)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _unpacked(
    stream: BinaryIO, name: str, *, packed: str | None, limits: UploadLimits
) -> Iterator[bytes]:
    """Yield the content in chunks; the caps are looked at before each is given out."""
    counted = _Counted(stream, name, limits)
    source = counted.chunks() if packed is None else _decompressed(counted, name, packed)
    written = 0
    for chunk in source:
        written += len(chunk)
        if written > limits.unpacked_bytes or (
            packed is not None and written > limits.ratio * max(counted.taken, CHUNK // 16)
        ):
            raise TableError(
                "{file} unpacks to more than {most} MB, or to more than {ratio} times its size; "
                "send fewer rows, or the file unpacked",
                file=name,
                most=limits.unpacked_bytes // 1_000_000,
                ratio=limits.ratio,
            )
        yield chunk


class _Counted:
    """A stream that knows how much was taken from it, and refuses to give more than the cap."""

    def __init__(self, stream: BinaryIO, name: str, limits: UploadLimits) -> None:
        self.stream, self.name, self.limits, self.taken = stream, name, limits, 0

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next so many bytes or fewer; empty at the end."""
        chunk = self.stream.read(min(size, CHUNK))
        self.taken += len(chunk)
        if self.taken > self.limits.file_bytes:
            raise TableError(
                "{file} has more than {most} MB; send fewer rows, or pack it as {packed}",
                file=self.name,
                most=self.limits.file_bytes // 1_000_000,
                packed=", ".join(PACKED),
            )
        return chunk

    def chunks(self) -> Iterator[bytes]:
        """Yield everything, chunk by chunk."""
        while chunk := self.read():
            yield chunk


def _decompressed(counted: _Counted, name: str, packed: str) -> Iterator[bytes]:
    try:
        yield from (_gunzipped(counted) if packed == "gz" else _unzstd(counted))
    except (zlib.error, EOFError, OSError) as error:
        raise TableError(
            "{file} cannot be unpacked: {reason}; pack it again, or send it unpacked",
            file=name,
            reason=" ".join(str(error).split()) or "it ends too early",
        ) from error


def _gunzipped(counted: _Counted) -> Iterator[bytes]:
    """Unpack at most a chunk at a time, whatever a chunk would unpack to."""
    unpacker = zlib.decompressobj(WIDEST_WINDOW)
    is_whole = True
    while chunk := counted.read():
        while chunk:
            yield unpacker.decompress(chunk, CHUNK)
            is_whole = unpacker.eof
            chunk = unpacker.unused_data if is_whole else unpacker.unconsumed_tail
            if is_whole:
                unpacker = zlib.decompressobj(WIDEST_WINDOW)
    if not is_whole:
        raise EOFError("it ends too early")


class _Readable:
    """What pyarrow asks of a file that it unpacks."""

    def __init__(self, counted: _Counted) -> None:
        self.counted, self.closed = counted, False

    def read(self, size: int = CHUNK) -> bytes:
        return self.counted.read(size)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


def _unzstd(counted: _Counted) -> Iterator[bytes]:
    readable = pa.PythonFile(_Readable(counted), mode="r")
    with pa.CompressedInputStream(readable, "zstd") as unpacked:
        while chunk := unpacked.read(CHUNK):
            yield chunk
