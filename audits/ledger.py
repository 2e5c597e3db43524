"""A tamper-evident trail: who ran, signed or rejected what, when, on which data and code.

Entries are only ever appended, to an SQLite file that is flushed to the disk before anyone is told
it was done. Each entry is canonical JSON and a leaf of a Merkle tree (RFC 6962). A checkpoint signs
size and root with an Ed25519 key; kept elsewhere, it shows whether the file has since lost, changed
or rewritten anything it then held. Nothing here is tamper-proof: what was appended after the last
checkpoint that is kept elsewhere can be cut off unseen.

People stand in it under a pseudonym, an HMAC of their name with a key of the deployment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from audits.merkle import hash_leaf, root_of
from engine.errors import OptionError, OutputError, TableError

__all__ = [
    "Action",
    "Checkpoint",
    "Entry",
    "Fault",
    "Ledger",
    "check_ledger",
    "pseudonym",
    "sign_checkpoint",
]

Action = Literal["made", "signed", "rejected"]
ACTIONS: tuple[Action, ...] = get_args(Action)
_TABLE = """
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY CHECK (number >= 0),
    content TEXT NOT NULL,
    leaf TEXT NOT NULL
) STRICT
"""
_REFUSE = """
CREATE TRIGGER IF NOT EXISTS no_{verb} BEFORE {verb} ON entries
BEGIN SELECT RAISE(ABORT, 'entries are only ever appended'); END
"""


@dataclass(frozen=True)
class Entry:
    """One act.

    Attributes
    ----------
    action
        "made", "signed" or "rejected".
    report_hash
        Content hash of the report it is about.
    actor
        A pseudonym, see `pseudonym`.
    at
        UTC, ISO 8601.
    note
        Why, in words.
    inputs
        Fingerprints of the data, and the version of the code.
    """

    action: Action
    report_hash: str
    actor: str
    at: str
    note: str
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of the trail at one time, signed; meant to be kept elsewhere."""

    size: int
    root: str
    at: str
    key: str
    signature: str

    def to_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Checkpoint:
        """Read what `to_json` wrote; anything else is a named error."""
        try:
            return Checkpoint(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise TableError(
                "the checkpoint cannot be read: {reason}", reason=" ".join(str(error).split())
            ) from error


@dataclass(frozen=True)
class Fault:
    """What is wrong with a trail: where, and what."""

    where: str
    what: str


class Ledger:
    """A trail in one file.

    Parameters
    ----------
    path
        The file; it is made if it is not there.
    patience
        Seconds to wait for another program that holds it.
    """

    def __init__(self, path: str | Path, *, patience: float = 30.0) -> None:
        self.path = Path(path)
        self.patience = patience
        with self._open() as connection:
            connection.execute(_TABLE)
            for verb in ("UPDATE", "DELETE"):
                connection.execute(_REFUSE.format(verb=verb))

    def append(
        self,
        action: Action,
        report_hash: str,
        *,
        actor: str,
        note: str = "",
        inputs: Mapping[str, str] | None = None,
        at: datetime | None = None,
    ) -> Entry:
        """Add an entry; when this returns, it is on the disk.

        Raises
        ------
        OptionError
            The action is none of those known.
        OutputError
            The file cannot be written, for instance because the disk is full; nothing was added.
        """
        if action not in ACTIONS:
            raise OptionError(
                "no action {action}; there are {known}", action=action, known=", ".join(ACTIONS)
            )
        when = (at or datetime.now(UTC)).isoformat()
        entry = Entry(action, report_hash, actor, when, note, dict(inputs or {}))
        content = _canonical(entry)
        with self._open() as connection:
            number = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
            leaf = hash_leaf(content.encode()).hex()
            connection.execute("INSERT INTO entries VALUES (?, ?, ?)", (number, content, leaf))
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries in their order.

        Raises
        ------
        TableError
            The file is no trail, or an entry cannot be read.
        OutputError
            Another program holds the file.
        """
        return tuple(_entry(content) for _, content, _ in self.rows())

    def rows(self) -> list[tuple[int, str, str]]:
        """Return number, content and leaf hash of every entry, as they stand in the file."""
        try:
            with self._open() as connection:
                query = "SELECT number, content, leaf FROM entries ORDER BY number"
                return [(int(n), str(c), str(h)) for n, c, h in connection.execute(query)]
        except (OutputError, ValueError, TypeError) as error:
            if _is_held(error.__cause__):
                raise
            raise TableError(
                "{file} cannot be read as a trail: {reason}",
                file=self.path,
                reason=" ".join(str(error).split()),
            ) from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open, do all or nothing, and close; the disk has it before this ends."""
        try:
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=self.patience)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                # Without a COMMIT, closing undoes whatever was begun.
                connection.close()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if _is_held(error):
                raise OutputError(
                    "the trail {file} is held by another program; nothing is lost, try again in a "
                    "moment",
                    file=self.path,
                ) from error
            raise OutputError(
                "the trail {file} cannot be used: {reason}", file=self.path, reason=error
            ) from error


def _is_held(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _canonical(entry: Entry) -> str:
    """Sorted keys, no spaces, no floats: one entry has one spelling."""
    return json.dumps(asdict(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _entry(content: str) -> Entry:
    try:
        return Entry(**json.loads(content))
    except (TypeError, ValueError) as error:
        raise TableError(
            "an entry of the trail cannot be read: {reason}", reason=" ".join(str(error).split())
        ) from error


def pseudonym(name: str, *, key: bytes) -> str:
    """Return what stands for a person: the same every time, and meaningless without the key.

    Examples
    --------
    >>> pseudonym("Ada", key=b"k") == pseudonym("Ada", key=b"k") != pseudonym("Ada", key=b"l")
    True
    """
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16]


def sign_checkpoint(
    ledger: Ledger, key: Ed25519PrivateKey, *, at: datetime | None = None
) -> Checkpoint:
    """Sign how large the trail is now and what it holds; a trail with a fault is not signed.

    Raises
    ------
    TableError
        The trail has a fault.
    """
    faults = check_ledger(ledger)
    if faults:
        raise TableError(
            "the trail is not signed, for it has a fault at {where}: {what}",
            where=faults[0].where,
            what=faults[0].what,
        )
    rows = ledger.rows()
    root = root_of([bytes.fromhex(leaf) for _, _, leaf in rows]).hex()
    when = (at or datetime.now(UTC)).isoformat()
    public = key.public_key().public_bytes_raw().hex()
    return Checkpoint(len(rows), root, when, public, key.sign(_signed(len(rows), root, when)).hex())


def _signed(size: int, root: str, at: str) -> bytes:
    return f"recscope trail\n{size}\n{root}\n{at}\n".encode()


def check_ledger(
    ledger: Ledger, checkpoints: Sequence[Checkpoint] = (), *, key: str | None = None
) -> tuple[Fault, ...]:
    """Say what is wrong with a trail: by itself, and against checkpoints kept elsewhere.

    Parameters
    ----------
    checkpoints
        From `sign_checkpoint`, of the same trail at any earlier time.
    key
        The public key (hex) they must be signed with; without it any key will do, which shows
        accidents and not forgery.
    """
    try:
        rows = ledger.rows()
    except TableError as error:
        return (Fault(str(ledger.path), str(error)),)
    faults = list(_faults_of_rows(rows))
    leaves = [hash_leaf(content.encode()) for _, content, _ in rows]
    for checkpoint in checkpoints:
        faults += _faults_against(leaves, checkpoint, key)
    return tuple(faults)


def _faults_of_rows(rows: Sequence[tuple[int, str, str]]) -> Iterator[Fault]:
    for place, (number, content, leaf) in enumerate(rows):
        where = f"entry {number}"
        if number != place:
            yield Fault(where, f"entry {place} is missing")
            return
        if hash_leaf(content.encode()).hex() != leaf:
            yield Fault(where, "its content is not what was hashed")
        try:
            entry = _entry(content)
        except TableError as error:
            yield Fault(where, str(error))
            continue
        if _canonical(entry) != content:
            yield Fault(where, "it is not in canonical form")


def _faults_against(
    leaves: Sequence[bytes], checkpoint: Checkpoint, key: str | None
) -> Iterator[Fault]:
    where = f"checkpoint at size {checkpoint.size}"
    if key is not None and checkpoint.key != key:
        yield Fault(where, "it is signed with another key")
    if not _is_signed(checkpoint):
        yield Fault(where, "its signature does not fit")
    elif checkpoint.size > len(leaves):
        yield Fault(where, f"the trail has {len(leaves)} entries; later ones are gone")
    elif root_of(leaves[: checkpoint.size]).hex() != checkpoint.root:
        yield Fault(where, "an entry up to it was changed since it was signed")


def _is_signed(checkpoint: Checkpoint) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.key))
        signature = bytes.fromhex(checkpoint.signature)
        public.verify(signature, _signed(checkpoint.size, checkpoint.root, checkpoint.at))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
