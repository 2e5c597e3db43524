"""The list of people: whose role is what, whose token is whose, and what it may hold."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from dashboard.access.person import LOCAL, Person
from dashboard.access.role import Role
from dashboard.access.roster import PEOPLE, read_roster, roster_in_use
from dashboard.access.session import current_person, person_of
from engine.errors import AccessError, TableError

TOKEN = "correct horse battery staple"
WHOLE = f"""
[people]
"Ana@example.org" = "analyst"
"rev@example.org" = "reviewer"
"sub:42" = "viewer"

[tokens]
"{sha256(TOKEN.encode()).hexdigest()}" = "ana@example.org"
"""


def _write(folder: Path, text: str) -> Path:
    file = folder / "people.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email": "ana@example.org"}, Person("ana@example.org", Role.ANALYST)),
        ({"email": " ANA@Example.org "}, Person("ana@example.org", Role.ANALYST)),
        ({"email": "rev@example.org", "email_verified": True, "is_logged_in": True},
         Person("rev@example.org", Role.REVIEWER)),
        ({"sub": "42"}, Person("sub:42", Role.VIEWER)),
        ({"email": "rev@example.org", "email_verified": False, "sub": "42"},
         Person("sub:42", Role.VIEWER)),
    ],
)  # fmt: skip
def test_claims_name_a_person(claims: dict[str, object], expected: Person, tmp_path: Path) -> None:
    assert person_of(claims, read_roster(_write(tmp_path, WHOLE))) == expected


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"is_logged_in": False, "email": "rev@example.org"},
        {"email": "stranger@example.org"},
        {"email": ""},
        {"email": "rev@example.org", "email_verified": False},
        {"sub": "rev@example.org"},
        {"sub": "43"},
    ],
)
def test_who_is_not_on_the_list_is_refused(claims: dict[str, object], tmp_path: Path) -> None:
    roster = read_roster(_write(tmp_path, WHOLE))
    with pytest.raises(AccessError):
        person_of(claims, roster)


def test_everybody_else_has_the_default_role_where_there_is_one(tmp_path: Path) -> None:
    roster = read_roster(_write(tmp_path, 'default = "viewer"\n' + WHOLE))
    assert roster.person("stranger@example.org").role is Role.VIEWER
    assert roster.person("ana@example.org").role is Role.ANALYST


def test_a_token_is_known_by_its_digest_alone(tmp_path: Path) -> None:
    roster = read_roster(_write(tmp_path, WHOLE))
    assert roster.holder(TOKEN) == Person("ana@example.org", Role.ANALYST)
    for wrong in ("", TOKEN + " ", sha256(TOKEN.encode()).hexdigest()):
        with pytest.raises(AccessError):
            roster.holder(wrong)
    assert TOKEN not in repr(roster)


def test_a_token_of_somebody_off_the_list_opens_nothing(tmp_path: Path) -> None:
    gone = WHOLE.replace('"Ana@example.org" = "analyst"', "")
    with pytest.raises(AccessError, match="not on the list"):
        read_roster(_write(tmp_path, gone)).holder(TOKEN)


def test_a_change_counts_from_the_next_look(tmp_path: Path) -> None:
    file = _write(tmp_path, WHOLE)
    assert read_roster(file).person("ana@example.org").role is Role.ANALYST
    _write(tmp_path, WHOLE.replace('"analyst"', '"viewer"'))
    os.utime(file, ns=(1, 1))
    assert read_roster(file).person("ana@example.org").role is Role.VIEWER


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("people = 3", "people of the list"),
        ('[people]\n"a@x" = "boss"', "'boss'; choose one of viewer, analyst, reviewer"),
        ('[people]\n"a@x" = 3', "has the role 3"),
        ('default = "everybody"', "default of the list"),
        ('[roles]\n"a@x" = "viewer"', "holds roles; it may hold default, people, tokens"),
        ("[people", "is no TOML"),
        (f'[tokens]\n"{TOKEN}" = "a@x"', "not the sha256 of a token"),
        (f'[tokens]\n"{"0" * 64}" = 1', "not the sha256 of a token"),
    ],
)
def test_a_wrong_roster_is_told_by_name(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        read_roster(_write(tmp_path, text))
    assert told in str(error.value)
    assert TOKEN not in str(error.value)


def test_a_roster_that_is_gone_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PEOPLE, str(tmp_path / "gone.toml"))
    with pytest.raises(TableError, match="cannot read the list of people"):
        roster_in_use()


def test_without_a_roster_it_is_the_person_at_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(PEOPLE, raising=False)
    assert current_person() == LOCAL
