"""The trail: what it keeps, what it refuses, and that every kind of tampering shows."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audits.ledger import Checkpoint, Ledger, check_ledger, pseudonym, sign_checkpoint
from engine.errors import OptionError, OutputError, TableError
from tests.evidence.trail_faults import FAULTS, apply_fault, make_trail
from tests.provenance import ROOT

KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def faults(ledger, *checkpoints):
    return check_ledger(ledger, checkpoints, key=PUBLIC)


def test_entries_come_back_as_they_were_made(tmp_path):
    ledger = Ledger(tmp_path / "trail.db")
    who = pseudonym("Ada Lovelace", key=b"secret")
    made = ledger.append("made", "a" * 64, actor=who, inputs={"held_out": "f" * 64})
    signed = ledger.append("signed", "a" * 64, actor=who, note="seen, 好")
    assert Ledger(tmp_path / "trail.db").entries() == (made, signed)
    assert faults(ledger) == ()
    assert "Ada" not in (tmp_path / "trail.db").read_bytes().decode("latin-1")


def test_an_unknown_act_is_named(tmp_path):
    with pytest.raises(OptionError, match="no action blessed; there are made, signed, rejected"):
        Ledger(tmp_path / "trail.db").append("blessed", "a" * 64, actor="x")


def test_the_file_itself_refuses_to_change_an_entry(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 3)
    with closing(sqlite3.connect(ledger.path)) as connection:
        for statement in ("UPDATE entries SET leaf = ''", "DELETE FROM entries"):
            with pytest.raises(sqlite3.DatabaseError, match="only ever appended"):
                connection.execute(statement)


def test_a_checkpoint_holds_for_every_later_state(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 5)
    early = sign_checkpoint(ledger, KEY)
    ledger.append("rejected", "b" * 64, actor="x")
    late = sign_checkpoint(ledger, KEY)
    assert faults(ledger, early, late) == ()
    assert Checkpoint.from_json(early.to_json()) == early


def test_a_cut_tail_is_called_that(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 5)
    kept = sign_checkpoint(ledger, KEY)
    apply_fault(ledger.path, "tail", np.random.default_rng(0))
    assert "later ones are gone" in faults(ledger, kept)[0].what


def test_a_forged_or_foreign_checkpoint_shows(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 3)
    good = sign_checkpoint(ledger, KEY)
    forged = Checkpoint(2, good.root, good.at, good.key, good.signature)
    assert "signature does not fit" in faults(ledger, forged)[0].what
    foreign = sign_checkpoint(ledger, Ed25519PrivateKey.from_private_bytes(b"2" * 32))
    assert "another key" in faults(ledger, foreign)[0].what
    with pytest.raises(TableError, match="checkpoint cannot be read"):
        Checkpoint.from_json('{"size": 1}')


@pytest.mark.parametrize("fault", FAULTS)
def test_every_kind_of_tampering_shows(tmp_path, fault):
    rng = np.random.default_rng(FAULTS.index(fault))
    for trial in range(4):
        ledger = make_trail(tmp_path / f"{trial}.db", 6)
        checkpoint = sign_checkpoint(ledger, KEY)
        apply_fault(ledger.path, fault, rng)
        assert faults(ledger, checkpoint), (fault, trial)


def test_rewriting_all_of_it_shows_against_a_checkpoint_alone(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 4)
    kept = sign_checkpoint(ledger, KEY)
    ledger.path.unlink()
    rewritten = make_trail(ledger.path, 4, note="never happened")
    assert faults(rewritten) == ()
    [fault] = faults(rewritten, kept)
    assert "changed since it was signed" in fault.what


def test_a_trail_with_a_fault_is_not_signed(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 4)
    apply_fault(ledger.path, "edit", np.random.default_rng(0))
    with pytest.raises(TableError, match="not signed, for it has a fault at entry"):
        sign_checkpoint(ledger, KEY)


def test_a_file_that_is_no_trail_is_one_sentence(tmp_path):
    path = tmp_path / "trail.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(OutputError, match="cannot be used"):
        Ledger(path)
    with pytest.raises(OutputError, match="cannot be used"):
        Ledger(tmp_path / "nowhere" / "trail.db")


def test_a_full_disk_adds_nothing_and_breaks_nothing(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 3)
    with closing(sqlite3.connect(ledger.path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    small = Limited(ledger.path, pages)
    with pytest.raises(OutputError, match="full"):
        fill(small)
    kept = ledger.entries()
    assert faults(ledger) == ()
    ledger.append("made", "d" * 64, actor="x")
    assert len(ledger.entries()) == len(kept) + 1


def fill(ledger):
    for _ in range(200):
        ledger.append("made", "c" * 64, actor="x", note="n" * 500)


class Limited(Ledger):
    """A trail on a disk with so many pages left."""

    def __init__(self, path, pages):
        self.path, self.pages, self.patience = path, pages, 1.0

    def _open(self):
        return limited(super()._open(), self.pages)


class limited:
    def __init__(self, opened, pages):
        self.opened, self.pages = opened, pages

    def __enter__(self):
        connection = self.opened.__enter__()
        connection.execute(f"PRAGMA max_page_count={self.pages}")
        return connection

    def __exit__(self, *why):
        return self.opened.__exit__(*why)


WRITER = """
import sys
from audits.ledger import Ledger
ledger = Ledger(sys.argv[1])
for number in range(100000):
    ledger.append("made", "a" * 64, actor="x", note=str(number))
    print(number, flush=True)
"""


def test_whoever_is_killed_loses_nothing_that_was_acknowledged(tmp_path):
    path = tmp_path / "trail.db"
    for wait in (0.0, 0.05, 0.15):
        before = len(Ledger(path).entries())
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = int(writer.stdout.readline())
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        told = int(rest[-1]) if rest else told
        ledger = Ledger(path)
        assert faults(ledger) == ()
        assert len(ledger.entries()) - before >= told + 1


def test_canonical_form_is_one_spelling(tmp_path):
    ledger = make_trail(tmp_path / "trail.db", 1)
    [(_, content, _)] = ledger.rows()
    assert content == json.dumps(
        json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
