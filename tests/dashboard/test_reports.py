"""Renderings of a report: complete in every mode and language, and nothing but text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fpdf import FPDF

from audits.report import audit
from audits.settings import Settings
from audits.thresholds import Threshold
from dashboard.cli import main
from dashboard.i18n import translator
from dashboard.reports import pdf
from dashboard.reports.document import Document, Figure, Interval, Section, Table, Text
from dashboard.reports.html import to_html
from dashboard.reports.pdf import find_font, write_pdf
from dashboard.reports.sections import MODES, SECTIONS, make_document
from dashboard.reports.svg import draw_figure
from engine.errors import CapabilityError, OutputError
from tests.dashboard.apptest import HOSTILE
from tests.provenance import ROOT

POINTS = (Interval("甲", 0.5, 0.4, 0.6, "0.500"), Interval("乙", 0.3, None, None, "–"))


def make_report(*, group: str = "F", provider: str = "P") -> dict[str, Any]:
    people = [f"u{i:02d}" for i in range(24)]
    things = pl.DataFrame(
        {"item_id": list("abcd"), "provider": [provider, "Q"] * 2, "categories": [["x"], ["y"]] * 2}
    )
    shown = pl.DataFrame({"user_id": people, "item_id": ["b", "c"] * 12, "rank": 1})
    report = audit(
        interactions=pl.DataFrame({"user_id": people, "item_id": "a"}),
        held_out=pl.DataFrame({"user_id": people, "item_id": ["b", "d", "b"] * 8}),
        recommendations=shown.with_columns(score=pl.Series(range(24), dtype=pl.Float64)),
        users=pl.DataFrame({"user_id": people, "gender": [group] * 12 + ["M"] * 12}),
        items=things,
        k=1,
        by=("gender",),
        by_items=("provider",),
        settings=Settings(resamples=50, permutations=50),
        thresholds=(
            Threshold("ndcg", "agreed", at_least=0.99),
            Threshold("coverage", "agreed", at_least=0.01),
            Threshold("ndcg", "agreed", by="gender", group="every", at_least=0.0),
        ),
    )
    return dict(json.loads(report.to_json({"rerun": {"seed": 1}})))


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return make_report()


class Reader(HTMLParser):
    """What a browser would make of a page: its tags, addresses and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        links = ("href", "src", "action", "data", "srcset")
        self.addresses += [value or "" for name, value in attrs if name in links]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_needs_nothing_but_itself(report: dict[str, Any], mode: str, language: str) -> None:
    text = to_html(make_document(report, mode, translator(language)))
    page = Reader(text)
    assert not {"script", "link", "iframe", "img", "object", "embed"} & set(page.tags)
    assert all(address.startswith("#") for address in page.addresses)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert "@import" not in text
    assert "url(" not in text
    assert report["hash"] in "".join(page.words)


def test_a_mode_chooses_sections_and_never_numbers(report: dict[str, Any]) -> None:
    _ = translator("en")
    documents = {mode: make_document(report, mode, _) for mode in MODES}
    assert len({tuple(s.id for s in d.sections) for d in documents.values()}) == len(MODES)
    for name in SECTIONS.keys() - {"changes", "reviews"}:
        shown = [s for d in documents.values() for s in d.sections if s.id == name]
        assert shown, name
        assert all(section == shown[0] for section in shown)


def test_verdicts_come_worst_first_with_reason_and_number(report: dict[str, Any]) -> None:
    document = make_document(report, "plain", translator("en"))
    [section] = [section for section in document.sections if section.id == "verdicts"]
    [table] = section.blocks
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["fails", "not enough evidence", "holds"]
    assert table.rows[0][1] == "Accuracy (NDCG); at least 0.990"
    assert "to" in table.rows[0][2]


def test_chinese_report_has_no_english_sentence_of_ours(report: dict[str, Any]) -> None:
    document = make_document(report, "plain", translator("zh"))
    [verdicts] = [section for section in document.sections if section.id == "verdicts"]
    [table] = verdicts.blocks
    assert isinstance(table, Table)
    for row in table.rows:
        for cell in row[:4]:
            assert not re.search("[a-z]{4}", cell), cell


def test_hostile_names_stay_text() -> None:
    report = make_report(group=HOSTILE, provider=HOSTILE)
    text = to_html(make_document(report, "plain", translator("en")))
    page = Reader(text)
    assert "img" not in page.tags
    assert HOSTILE in page.words
    assert "<img" not in text


def test_what_nobody_stated_and_tested_is_said(report: dict[str, Any]) -> None:
    text = to_html(make_document(report, "dsa", translator("en")))
    assert "not stated" in text
    assert "not tested" in text
    told = {**report, "statements": {"main_parameters": "Your history"}}
    told["checks"] = [{"test": "empty_history", "held": 24, "n": 24}]
    text = to_html(make_document(told, "dsa", translator("en")))
    assert "Your history" in text
    assert "24 of 24 people: 100%" in text


def test_a_pdf_holds_chinese_and_every_block(tmp_path: Path) -> None:
    blocks = (
        Text("推荐系统审计"),
        Table(("列",), (("格",),)),
        Figure(
            "图", (Interval("甲", 0.5, 0.4, 0.6, "0.500"), Interval("乙", 0.3, None, None, "–"))
        ),
    )
    path = tmp_path / "report.pdf"
    write_pdf(Document("审计", "zh", (Section("a", "一览", blocks),)), path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"FontFile" in content
    with pytest.raises(OutputError, match="cannot write"):
        write_pdf(Document("a", "en", ()), tmp_path / "nowhere" / "r.pdf")


def test_without_font_or_package_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FPDF is not None
    with pytest.raises(OutputError, match="needs a font with Chinese signs"):
        find_font("/nowhere/font.ttf")

    def refuse(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(pdf, "import_module", refuse)
    with pytest.raises(CapabilityError, match=r"install recscope\[pdf\]"):
        write_pdf(Document("a", "en", ()), "r.pdf")


def test_names_in_a_picture_are_text() -> None:
    figure = Figure("<i>", (Interval("<b>&", 0.5, 0.4, 0.6, "<u>"),))
    picture = draw_figure(figure)
    assert not {"<i>", "<b>", "<u>"} & set(re.findall("<[a-z]+>", picture))
    assert "&lt;b&gt;&amp;" in picture


def test_a_picture_shows_every_point_and_the_reference() -> None:
    figure = Figure(
        "t", (Interval("F", 0.5, 0.4, 0.6, "x"), Interval("M", 0.7, None, None, "y")), 1
    )
    text = to_html(Document("d", "en", (Section("a", "s", (figure,)),)))
    assert text.count("<circle") == 2
    assert text.count("<line") == 2


PLANTED = ["--dataset", "planted", "--model", "popularity", "--resamples", "50", "--by", "group"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.json"
    assert main(["audit", *PLANTED, "--preset", "diversity_floor", "--out", str(path)]) in (0, 1, 3)
    return path


def verify(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["verify", str(path), "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_a_report_made_again_is_the_same(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, answer = verify(capsys, made)
    assert (code, answer["verified"], answer["differences"]) == (0, True, [])


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("results", 0, "value"), 0.9, 10),
        (("rerun", "seed"), 8, 11),
        (("rerun", "resamples"), 60, 12),
    ],
)
def test_each_kind_of_difference_has_its_code(
    capsys: pytest.CaptureFixture[str],
    made: Path,
    tmp_path: Path,
    path: tuple[str | int, ...],
    value: object,
    code: int,
) -> None:
    report = json.loads(made.read_text())
    place = report
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    spoiled = tmp_path / "spoiled.json"
    spoiled.write_text(json.dumps(report))
    found, answer = verify(capsys, spoiled)
    assert found == code, answer
    assert not answer["verified"]


def test_an_edited_report_is_not_rendered(
    capsys: pytest.CaptureFixture[str], made: Path, tmp_path: Path
) -> None:
    html = tmp_path / "r.html"
    assert main(["report", str(made), "--html", str(html), "--mode", "ll144"]) == 0
    assert "Local Law 144" in html.read_text()
    report = json.loads(made.read_text())
    report["results"][0]["value"] = 0.5
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(report))
    assert main(["report", str(edited), "--html", str(html)]) == 2
    assert "was changed after it was made" in capsys.readouterr().err
    assert main(["report", str(made)]) == 2
    assert "nothing to write" in capsys.readouterr().err
    assert verify(capsys, edited, "--hash-only")[0] == 10


def test_statements_are_read_or_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "said.yaml"
    path.write_text("auditor: someone\n")
    out = tmp_path / "r.json"
    assert main(["audit", *PLANTED, "--statements", str(path), "--out", str(out)]) == 0
    assert json.loads(out.read_text())["statements"] == {"auditor": "someone"}
    path.write_text("colour: red\n")
    assert main(["audit", *PLANTED, "--statements", str(path)]) == 2
    assert "hold something else than a text for each of auditor" in capsys.readouterr().err


def test_the_template_is_part_of_the_package() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    assert '"reports/templates/*"' in settings
    assert '"report_schema.json"' in settings
