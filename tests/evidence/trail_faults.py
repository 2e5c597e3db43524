"""10,000 random faults of the trail are all found against a checkpoint that was kept elsewhere.

Each trial makes a trail of one to twelve entries, keeps its signed checkpoint, and then damages the
file once: a byte flipped in an entry, the tail cut, an entry dropped, two exchanged, one rewritten
with its hash, all of it rewritten, the file cut short, a random byte of the file changed. A fault
that leaves every entry as it was (a byte no entry is made of) is counted apart: nothing was lost.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audits.ledger import Ledger, check_ledger, sign_checkpoint
from audits.merkle import hash_leaf
from engine.errors import RecscopeError

__all__ = ["FAULTS", "apply_fault", "make_trail", "run"]

TRIALS = 10_000
FAULTS = ("edit", "tail", "drop", "swap", "rewrite", "rewrite all", "cut short")
RAW = "raw byte"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def run() -> dict[str, object]:
    """Return how many faults of each kind were made, found, and harmless."""
    rng = np.random.default_rng(8)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    counts = {fault: {"made": 0, "found": 0, "harmless": 0} for fault in (*FAULTS, RAW)}
    with TemporaryDirectory(prefix="recscope-trail-") as name:
        for trial in range(TRIALS):
            fault = (*FAULTS, RAW)[trial % (len(FAULTS) + 1)]
            outcome = _try(Path(name) / f"{trial}.db", fault, rng, key)
            counts[fault]["made"] += 1
            if outcome != "missed":
                counts[fault][outcome] += 1
    missed = sum(c["made"] - c["found"] - c["harmless"] for c in counts.values())
    return {
        "headline": f"{TRIALS} faults, {missed} missed",
        "holds": missed == 0,
        "settings": {"trials": TRIALS, "entries": "1 to 12"},
        "faults": counts,
    }


def _try(path: Path, fault: str, rng: np.random.Generator, key: Ed25519PrivateKey) -> str:
    ledger = make_trail(path, int(rng.integers(1, 13)))
    before = ledger.rows()
    kept = sign_checkpoint(ledger, key)
    apply_fault(path, fault, rng)
    found = bool(check_ledger(ledger, [kept]))
    harmless = not found and _rows(ledger) == before
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    return "found" if found else "harmless" if harmless else "missed"


def _rows(ledger: Ledger) -> list[tuple[int, str, str]] | None:
    try:
        return ledger.rows()
    except RecscopeError:
        return None


def make_trail(path: Path, size: int, *, note: str = "as agreed") -> Ledger:
    """Return a trail of so many entries, all of them in one file."""
    ledger = Ledger(path)
    for number in range(size):
        ledger.append("made", f"{number:064x}", actor="p", note=f"{note} {number}", at=_AT)
    return ledger


def apply_fault(path: Path, fault: str, rng: np.random.Generator) -> None:
    """Damage the file once, as somebody who may write to it could."""
    if fault in ("cut short", RAW):
        _damage_bytes(path, fault, rng)
        return
    with closing(sqlite3.connect(path)) as connection, connection:
        for verb in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER no_{verb}")
        rows = connection.execute("SELECT * FROM entries ORDER BY number").fetchall()
        connection.execute("DELETE FROM entries")
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", _tampered(rows, fault, rng))


def _tampered(
    rows: list[tuple[int, str, str]], fault: str, rng: np.random.Generator
) -> list[tuple[int, str, str]]:
    place = int(rng.integers(len(rows)))
    number, content, leaf = rows[place]
    if fault == "edit":
        at = int(rng.integers(len(content)))
        sign = chr((ord(content[at]) - 32 + int(rng.integers(1, 95))) % 95 + 32)
        rows[place] = (number, content[:at] + sign + content[at + 1 :], leaf)
    elif fault == "tail":
        rows = rows[: int(rng.integers(len(rows)))]
    elif fault == "drop":
        del rows[place]
    elif fault == "swap" and len(rows) > 1:
        other = (place + 1 + int(rng.integers(len(rows) - 1))) % len(rows)
        first, second = rows[place], rows[other]
        rows[place], rows[other] = (first[0], *second[1:]), (second[0], *first[1:])
    else:
        places = range(len(rows)) if fault == "rewrite all" else [place]
        for i in places:
            changed = json.loads(rows[i][1]) | {"note": "rewritten"}
            text = json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            rows[i] = (rows[i][0], text, hash_leaf(text.encode()).hex())
    return rows


def _damage_bytes(path: Path, fault: str, rng: np.random.Generator) -> None:
    content = bytearray(path.read_bytes())
    if fault == "cut short":
        content = content[: int(rng.integers(1, len(content) // 2))]
    else:
        content[int(rng.integers(len(content)))] ^= int(rng.integers(1, 256))
    path.write_bytes(content)
