"""A recommendation log larger than memory, read through DuckDB a block of users at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from engine.errors import OptionError, TableError

__all__ = ["LogBlocks"]

ROWS = 2_000_000
CHUNK = 1 << 20
_READERS = {
    ".parquet": "read_parquet(?)",
    ".csv": "read_csv(?, all_varchar = true)",
}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LogBlocks:
    """A log in a file, as blocks that hold whole users.

    Attributes
    ----------
    path
        A Parquet or CSV file with the columns of the recommendations table.
    memory
        The most DuckDB may hold, for instance "2GB".
    rows
        About how many rows a block has; less means less memory and more passes over the file.
    progress
        Called with blocks done and blocks in all; raising in it stops the reading.
    """

    path: Path
    memory: str = "2GB"
    rows: int = ROWS
    progress: Progress | None = None

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the blocks; every user is in exactly one.

        Raises
        ------
        OptionError
            The file is neither Parquet nor CSV, or the memory cannot be read.
        TableError
            The file cannot be read, or has no user_id.
        """
        source = _READERS.get(self.path.suffix.lower())
        if source is None:
            raise OptionError(
                "{file} cannot be read by blocks; write it as Parquet or CSV", file=self.path.name
            )
        try:
            connection = duckdb.connect(config={"memory_limit": self.memory})
        except duckdb.Error as error:
            raise OptionError(
                "cannot keep to the memory {memory}; write it as 500MB or 2GB", memory=self.memory
            ) from error
        with connection:
            yield from self._blocks(connection, source)

    def _blocks(self, connection: duckdb.DuckDBPyConnection, source: str) -> Iterator[pl.DataFrame]:
        file = str(self.path)
        try:
            (n,) = connection.execute(f"SELECT count(*) FROM {source}", [file]).fetchall()[0]
            blocks = max(1, -(-n // self.rows))
            for block in range(blocks):
                rows = f"SELECT * FROM {source} WHERE hash(user_id) % ? = ?"
                answer = connection.sql(rows, params=[file, blocks, block])
                yield pl.DataFrame(answer.to_arrow_table())
                if self.progress:
                    self.progress(block + 1, blocks)
        except duckdb.Error as error:
            raise TableError(
                "cannot read {file}: {reason}",
                file=self.path.name,
                reason=" ".join(str(error).split())[:300],
            ) from error

    def fingerprint(self) -> str:
        """SHA-256 of the file's bytes."""
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise TableError(
                "cannot read {file}: {reason}",
                file=self.path.name,
                reason=error.strerror or error,
            ) from error
        return digest.hexdigest()
