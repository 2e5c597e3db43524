"""Lets made-up requests name what there is, so that they come to more than "no such thing".

Schemathesis loads this in its own environment. What a request gets wrong on purpose stays wrong.
"""

from __future__ import annotations

from random import Random
from typing import Any

import schemathesis

SHARE = 0.85
USERS = [f"u{number:03d}" for number in range(1, 20)]
ITEMS = [f"i{number:03d}" for number in range(1, 40)]
KNOWN = {"dataset": ["planted"], "user": USERS, "item": ITEMS, "against": ITEMS}
# These learn in a job of their own, which is not what is looked at here.
SLOW = {
    "als",
    "bpr",
    "factorisation-machine",
    "lightgcn",
    "lightgcn-kg",
    "logistic-mf",
    "lstm",
    "mult-vae",
    "sasrec",
    "two-tower",
}
# Three people, four items.
LOG = "dXNlcl9pZCxpdGVtX2lkLHdlaWdodAp1MSxpMSw0CnUxLGkyLDUKdTEsaTMsMQp1MixpMSwzCnUyLGkyLDQKdTIsaTQsMgp1MyxpMyw0CnUzLGk0LDUKdTMsaTEsMQo="  # noqa: E501


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_body(_context: Any, body: Any) -> Any:
    """Return most bodies with names that exist."""
    if not isinstance(body, dict):
        return body
    rng = Random(repr(body))  # noqa: S311 - no secret
    if rng.random() > SHARE:
        return body
    named = dict(body)
    for name, known in KNOWN.items():
        if _is_name(body.get(name)):
            named[name] = rng.choice(known)
    users = body.get("users")
    if isinstance(users, list) and users and all(map(_is_name, users)):
        named["users"] = rng.sample(USERS, min(len(set(users)), 5))
    if body.get("model") in SLOW:
        named["model"] = "ease"
    for name in ("rounds", "seeds"):
        if type(body.get(name)) is int and 0 < body[name] <= 100:
            named[name] = 1
    if isinstance(body.get("tables"), dict):
        named["tables"] = {name: _filled(part) for name, part in body["tables"].items()}
    return named


def _is_name(given: Any) -> bool:
    return isinstance(given, str) and 0 < len(given) <= 200


def _filled(table: Any) -> Any:
    is_table = isinstance(table, dict) and _is_name(table.get("file"))
    if not is_table or not isinstance(table.get("base64"), str):
        return table
    return {**table, "file": "log.csv", "base64": LOG}
