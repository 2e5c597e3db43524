"""Every sentence a person can see, taken from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

import engine.errors
from audits.catalogue import EVERYTHING
from audits.validity import NOT_CHECKED
from engine.off_policy.cautions import ASSUMPTIONS, CAUTIONS

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "audits", "dashboard")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
TEMPLATES = {"Meaning", *(name for name in engine.errors.__all__ if name.endswith("Error"))}


@dataclass(frozen=True)
class Message:
    """One sentence to translate, with its plural where it has one, and where it stands."""

    id: str
    plural: str | None
    where: str


def all_messages() -> list[Message]:
    """Return marked sentences, templates of the engine and the texts of the measures."""
    return [*marked(), *templates(), *catalogue_texts()]


def marked() -> Iterator[Message]:
    for path in sources("dashboard"):
        found = extract("python", BytesIO(path.read_bytes()), keywords=KEYWORDS)
        for line, text, _comments, _context in found:
            one, many = (text, None) if isinstance(text, str) else text[:2]
            yield Message(one, many, f"{path.relative_to(ROOT)}:{line}")


def templates() -> Iterator[Message]:
    for package in PACKAGES:
        for path in sources(package):
            for call in _calls(path):
                if isinstance(call.func, ast.Name) and call.func.id in TEMPLATES and call.args:
                    template = call.args[0]
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    assert isinstance(template, ast.Constant), f"{where}: not a plain literal"
                    yield Message(template.value, None, where)


def catalogue_texts() -> Iterator[Message]:
    for spec in EVERYTHING:
        yield Message(spec.label, None, f"audits/catalogue.py {spec.id}")
        yield Message(spec.definition, None, f"audits/catalogue.py {spec.id}")
        yield Message(spec.formula, None, f"audits/catalogue.py {spec.id}")
    for sentence in NOT_CHECKED:
        yield Message(sentence, None, "audits/validity.py")
    for sentence in (*ASSUMPTIONS.values(), *CAUTIONS.values()):
        yield Message(sentence, None, "engine/off_policy/cautions.py")


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def literals(package: str) -> set[str]:
    """Return every string in the code of a package."""
    return {
        node.value
        for path in sources(package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node
