"""A recommendation log larger than memory, read through DuckDB a block of users at a time.

The rows are sorted by user into files of a temporary folder (TMPDIR), about as large as the log;
so the file is read once, however many blocks there are.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from engine.errors import OptionError, TableError
from engine.tables import DRAWS, RECOMMENDATIONS, Origin, conform

__all__ = ["ENDINGS", "LogBlocks"]

ENDINGS = (".parquet", ".csv")
ROWS = 2_000_000
CHUNK = 1 << 20
BLOCK = "recscope_block"
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
        About how many rows a block has; less means less memory.
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
        source = self._source()
        with TemporaryDirectory(prefix="recscope-log-") as folder:
            try:
                # What does not fit into memory goes there too, and not into the working folder.
                spill = f"{folder}/spill"
                connection = duckdb.connect(
                    config={"memory_limit": self.memory, "temp_directory": spill}
                )
            except duckdb.Error as error:
                raise OptionError(
                    "cannot keep to the memory {memory}; write it as 500MB or 2GB",
                    memory=self.memory,
                ) from error
            with connection:
                yield from self._blocks(connection, source, f"{folder}/blocks")

    def _source(self) -> str:
        ending = self.path.suffix.lower()
        if ending == ".parquet":
            return "read_parquet(?)"
        if ending == ".csv":
            # Told, not guessed: a guess takes a broken row for the header.
            columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in self._header())
            return (
                "read_csv(?, auto_detect = false, header = true, delim = ',', quote = '\"', "
                f"escape = '\"', columns = {{{columns}}})"
            )
        raise OptionError(
            "{file} cannot be read by blocks; write it as Parquet or CSV", file=self.path.name
        )

    def _header(self) -> list[str]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                header = next(csv.reader(file), [])
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise self._unreadable(error) from error
        if not header or len(set(header)) < len(header):
            raise TableError(
                "{file} has a header with nothing in it, or with a column twice; name each once",
                file=self.path.name,
            )
        return header

    def _blocks(
        self, connection: duckdb.DuckDBPyConnection, source: str, folder: str
    ) -> Iterator[pl.DataFrame]:
        file = str(self.path)
        try:
            (n,) = connection.execute(f"SELECT count(*) FROM {source}", [file]).fetchall()[0]
            blocks = max(1, -(-n // self.rows))
            if blocks > 1:
                first = connection.sql(f"SELECT * FROM {source} LIMIT 1", params=[file])
                row = pl.DataFrame(first.to_arrow_table())
                conform(
                    row, DRAWS if "draw" in row.columns else RECOMMENDATIONS, source=self.path.name
                )
                self._divide(connection, source, folder, blocks)
            for block in range(blocks):
                yield self._read(connection, source, folder, block, blocks)
                if self.progress:
                    self.progress(block + 1, blocks)
        except duckdb.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> TableError:
        reason = " ".join(str(error).split()).partition(" Possible fixes:")[0]
        return TableError("cannot read {file}: {reason}", file=self.path.name, reason=reason[:300])

    def _divide(
        self, connection: duckdb.DuckDBPyConnection, source: str, folder: str, blocks: int
    ) -> None:
        """Sort the rows into a folder for each block, in one pass over the file."""
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(
            f"COPY (SELECT *, hash(user_id) % {blocks} AS {BLOCK} FROM {source}) "
            f"TO '{folder}' (FORMAT parquet, PARTITION_BY ({BLOCK}), OVERWRITE_OR_IGNORE)",
            [str(self.path)],
        )

    def _read(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: str,
        folder: str,
        block: int,
        blocks: int,
    ) -> pl.DataFrame:
        if blocks == 1:
            answer = connection.sql(f"SELECT * FROM {source}", params=[str(self.path)])
            return pl.DataFrame(answer.to_arrow_table())
        files = sorted(Path(folder, f"{BLOCK}={block}").glob("*.parquet"))
        frame = pl.concat([pl.read_parquet(file) for file in files]) if files else pl.DataFrame()
        for file in files:
            file.unlink()
        return frame

    def check_cells(self) -> None:
        """Name the first row that holds a bad cell, as the file counts it.

        A block has rows of its own count; so this reads the file anew, in its own order.

        Raises
        ------
        TableError
            There is such a row, or the file cannot be read.
        """
        spec = replace(DRAWS if "draw" in self.shape()[1] else RECOMMENDATIONS, key=())
        row = 1
        try:
            with duckdb.connect(config={"memory_limit": self.memory}) as connection:
                query = connection.sql(f"SELECT * FROM {self._source()}", params=[str(self.path)])
                for batch in query.to_arrow_reader(self.rows):
                    piece = pl.DataFrame(pl.from_arrow(batch))
                    conform(piece, spec, source=Origin(self.path.name, first_row=row))
                    row += piece.height
        except duckdb.Error as error:
            raise self._unreadable(error) from error

    def shape(self) -> tuple[int, dict[str, str]]:
        """Count the rows, and name the columns with their types."""
        file, source = str(self.path), self._source()
        try:
            with duckdb.connect() as connection:
                query = f"SELECT count(*) FROM {source}"
                (rows,) = connection.execute(query, [file]).fetchall()[0]
                query = f"DESCRIBE SELECT * FROM {source}"
                described = connection.execute(query, [file]).fetchall()
        except duckdb.Error as error:
            raise self._unreadable(error) from error
        return int(rows), {str(row[0]): str(row[1]) for row in described}

    def fingerprint(self) -> str:
        """SHA-256 of the file's bytes."""
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise self._unreadable(error) from error
        return digest.hexdigest()


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
