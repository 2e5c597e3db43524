"""What reviewers decided about texts, kept with the record each text was made from."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import platformdirs

from dashboard.access.person import LOCAL
from engine.errors import OptionError, OutputError
from engine.justifications.justification import Justification

__all__ = ["DECISIONS", "Decision", "Review", "reviews_file", "reviews_of", "save_review"]

Decision = Literal["accepted", "edited", "rejected"]
DECISIONS: tuple[Decision, ...] = ("accepted", "edited", "rejected")
_LONGEST = 2000
_TABLE = """
create table if not exists reviews (
    id integer primary key, decided_at text not null, facts_digest text not null,
    facts text not null, language text not null, audience text not null,
    produced_by text not null, model_digest text, prompt_digest text, text text not null,
    decision text not null, edited text, note text not null, actor text not null default 'local'
)
"""


@dataclass(frozen=True)
class Review:
    """One decision.

    Attributes
    ----------
    decided_at
        UTC, ISO 8601.
    decision, note
        What was decided and why.
    text, edited
        The text as it was made, and as the reviewer wrote it; None unless it was edited.
    """

    decided_at: str
    decision: Decision
    text: str
    edited: str | None
    note: str


def reviews_file() -> Path:
    """Return where reviews are kept: RECSCOPE_DATA, else the system's data folder."""
    chosen = os.environ.get("RECSCOPE_DATA")
    folder = Path(chosen) if chosen else platformdirs.user_data_path("recscope")
    return folder / "reviews.sqlite"


def save_review(
    found: Justification,
    decision: Decision,
    *,
    note: str = "",
    edited: str | None = None,
    actor: str = LOCAL.identity,
) -> None:
    """Keep a decision about a text, with all that the text was made from.

    ``actor`` is whose it is: a pseudonym, or the person at this machine.

    Raises
    ------
    OptionError
        An edit without a text, or a text or note of more than 2,000 characters.
    OutputError
        The file cannot be written.
    """
    if decision == "edited" and not (edited or "").strip():
        raise OptionError("an edited text is empty; write the text, or reject it instead")
    for words in (note, edited or ""):
        if len(words) > _LONGEST:
            raise OptionError(
                "the text has {given} characters; shorten it to {most}",
                given=len(words),
                most=_LONGEST,
            )
    row = (
        datetime.now(UTC).isoformat(timespec="seconds"), found.facts.digest,
        found.facts.to_json(), found.language, found.audience, found.produced_by,
        found.model_digest, found.prompt_digest, found.text, decision,
        edited if decision == "edited" else None, note, actor,
    )  # fmt: skip
    marks = ", ".join("?" * len(row))
    with _opened() as connection, connection:
        connection.execute(f"insert into reviews values (null, {marks})", row)


def reviews_of(found: Justification, *, actor: str = LOCAL.identity) -> tuple[Review, ...]:
    """Return one's decisions about texts of the same record and audience, latest first."""
    if not reviews_file().is_file():
        return ()
    with _opened() as connection:
        rows = connection.execute(
            "select decided_at, decision, text, edited, note from reviews "
            "where facts_digest = ? and language = ? and audience = ? and actor = ? "
            "order by id desc",
            (found.facts.digest, found.language, found.audience, actor),
        ).fetchall()
    return tuple(Review(*row) for row in rows)


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    file = reviews_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=5)) as connection:
            connection.execute(_TABLE)
            _add_actor(connection)
            yield connection
    except (OSError, sqlite3.Error) as error:
        raise OutputError(
            "the reviews in {file} cannot be read or written: {reason}; set RECSCOPE_DATA to a "
            "folder you may write to",
            file=file,
            reason=error,
        ) from error


def _add_actor(connection: sqlite3.Connection) -> None:
    """Bring a file from before there were several people up to date."""
    if not any(row[1] == "actor" for row in connection.execute("pragma table_info(reviews)")):
        connection.execute("alter table reviews add column actor text not null default 'local'")
