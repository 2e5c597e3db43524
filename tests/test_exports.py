"""What each module offers: exactly its public functions and classes, in sorted order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provenance import ROOT

# A page is run by its path and never imported, so it offers nothing.
PAGES = ROOT / "dashboard" / "views"
MODULES = sorted(
    path
    for package in ("engine", "audits", "dashboard")
    for path in (ROOT / package).rglob("*.py")
    if path.parent != PAGES
)


def _public_definitions(tree: ast.Module) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and node.name[0] != "_"}


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _offered(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_all_is_the_sorted_public_names(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    offered, defined = _offered(tree), _public_definitions(tree)
    constants = set(_constants(tree))

    assert len(offered) == len(set(offered))
    assert offered == sorted(offered, key=_constants_then_classes_then_functions)
    assert defined <= set(offered) <= defined | constants


def _constants_then_classes_then_functions(name: str) -> tuple[int, str]:
    """The order of the linter's rule for ``__all__``."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name
