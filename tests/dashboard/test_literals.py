"""No sentence reaches a page without passing the translator."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.messages import ROOT

SHOWN = {
    "altair_chart", "badge", "button", "caption", "checkbox", "error", "expander", "header", "info",
    "markdown", "metric", "multiselect", "number_input", "pills", "popover", "progress", "radio",
    "segmented_control", "select_slider", "selectbox", "slider", "spinner", "status", "subheader",
    "success", "text", "text_input", "title", "toast", "toggle", "warning", "write", "Page",
}  # fmt: skip
OURS = {"heading", "numbers_table"}
WORDS = {"alt", "body", "delta_description", "help", "label", "placeholder", "text", "title"}
PAGES = [
    ROOT / "dashboard" / "app.py",
    *sorted((ROOT / "dashboard" / "views").glob("*.py")),
    *sorted((ROOT / "dashboard" / "components").glob("*.py")),
]
CHARTS = sorted((ROOT / "dashboard" / "charts").glob("*.py"))


def bare_sentences(source: str) -> list[str]:
    """Return the untranslated words handed to something that shows them."""
    return [
        f"line {argument.lineno}: {words}"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        for argument in _shown_arguments(call)
        for words in _words(argument)
    ]


def _shown_arguments(call: ast.Call) -> Iterator[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg in WORDS]
    if isinstance(call.func, ast.Name) and call.func.id in OURS:
        yield from [*call.args, *named]
    if isinstance(call.func, ast.Attribute) and call.func.attr in SHOWN:
        # A page is named by its file first; its title is a keyword.
        yield from [*([] if call.func.attr == "Page" else call.args[:1]), *named]


def _words(node: ast.expr) -> Iterator[str]:
    """Letters in literals and in the fixed parts of f-strings, outside any call."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if any(sign.isalpha() for sign in node.value):
            yield node.value
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _words(child)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_show_translated_words_alone(path: Path) -> None:
    assert bare_sentences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.name)
def test_charts_are_given_their_titles(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "title":
            assert not (isinstance(node.value, ast.Constant) and node.value.value), path.name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_options_break_into_rows_and_have_no_english_of_their_own(path: Path) -> None:
    """In a column they would else stand on one row that scrolls; “Select all” is always English."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        asked = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if node.func.attr in ("multiselect", "segmented_control", "pills"):
            assert asked.get("wrap") == "True", f"{path.name}:{node.lineno}"
        if node.func.attr == "multiselect":
            assert asked.get("select_all") == "False", f"{path.name}:{node.lineno}"
            assert "placeholder" in asked, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_turns_text_into_markup(path: Path) -> None:
    assert "unsafe_allow_html" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    ['st.title("Groups")', 'st.caption(f"n = {n}")', 'st.metric(_("x"), 1, help="words")',
     'left.button("Go" if ready else _("Wait"))'],
)  # fmt: skip
def test_bare_words_are_found(line: str) -> None:
    assert bare_sentences(line)


@pytest.mark.parametrize(
    "line",
    ['st.title(_("Groups"))', 'st.caption(f"**{words}** · {n}")', 'st.button(label, key="go")'],
)
def test_translated_words_are_let_through(line: str) -> None:
    assert not bare_sentences(line)
