"""The mechanism is tried for real: pip fetches a small wheel from a folder, without a network."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from engine.assets import ASSETS, Asset, asset_folder, fetch, find_asset, install
from engine.cache import keep_file
from engine.errors import AssetError, UnknownNameError
from engine.wheels import Wheel, unpack

CONTENT = {
    "parcel/__init__.py": b"raise SystemExit('a wheel is never run')",
    "parcel/data/films.csv": b"item_id\n1\n",
    "parcel/data/deep/people.csv": b"user_id\n1\n",
    "parcel/data/.DS_Store": b"",
    "parcel-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: parcel\nVersion: 1.0\n",
    "parcel-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
    "parcel-1.0.dist-info/RECORD": b"",
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a cache of its own, and a pip that knows one folder and no network."""
    folder = tmp_path / "cache"
    (tmp_path / "index").mkdir()
    monkeypatch.setenv("RECSCOPE_CACHE", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    return folder


@pytest.fixture
def parcel(cache: Path, tmp_path: Path) -> Asset:
    file = tmp_path / "index" / "parcel-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in CONTENT.items():
            archive.writestr(name, content)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    wheel = Wheel("parcel", "1.0", digest, file.stat().st_size)
    return Asset("parcel", wheel, ("parcel/data/",), "CC0", "Use it as you like.\n")


def refuse_to_run(*_: object, **__: object) -> None:
    raise AssertionError("a process was started")


def fake_pip(monkeypatch: pytest.MonkeyPatch, folder: Path, source: str | None) -> None:
    """Put another pip before the real one; without a source it cannot be run at all."""
    (folder / "pip").mkdir(parents=True)
    (folder / "pip" / "__init__.py").touch()
    if source is not None:
        (folder / "pip" / "__main__.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def leftovers(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.suffix != ".lock")


WHOLE = ["TERMS.txt", "deep", "films.csv", "people.csv"]


def assert_whole(asset: Asset, cache: Path) -> None:
    assert leftovers(cache) == sorted(["assets", asset_folder(asset).name, *WHOLE])
    assert (asset_folder(asset) / "films.csv").read_bytes() == CONTENT["parcel/data/films.csv"]


def test_fetches_once_and_is_offline_afterwards(
    parcel: Asset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms: list[str] = []
    folder = install(parcel, show_terms=terms.append)
    assert_whole(parcel, cache)
    assert (folder / "TERMS.txt").read_text() == parcel.terms
    monkeypatch.setattr(subprocess, "Popen", refuse_to_run)
    monkeypatch.setattr("engine.assets.filling", refuse_to_run)
    assert install(parcel, show_terms=terms.append) == folder
    assert terms == [parcel.terms]


def test_progress_ends_with_all_the_bytes(
    parcel: Asset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next((tmp_path / "index").iterdir())
    quick = (
        f"import shutil, sys; shutil.copy({str(file)!r}, sys.argv[sys.argv.index('--dest') + 1])"
    )
    fake_pip(monkeypatch, tmp_path / "fake", quick)
    seen: list[tuple[int, int]] = []
    install(parcel, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (parcel.wheel.size, parcel.wheel.size)


def test_fetch_goes_by_name(parcel: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.assets.ASSETS", (parcel,))
    assert (fetch("parcel") / "films.csv").is_file()
    with pytest.raises(UnknownNameError, match="no package with other is known; there are parcel"):
        fetch("other")


def test_a_wheel_the_user_has_needs_no_pip(
    parcel: Asset, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", refuse_to_run)
    file = next((tmp_path / "index").iterdir())
    with pytest.raises(AssetError, match=r"no\.whl is not a file"):
        install(parcel, file=tmp_path / "no.whl")
    install(parcel, file=file)
    assert_whole(parcel, cache)
    assert file.is_file()


@pytest.mark.parametrize("given", [False, True])
def test_a_wrong_hash_is_refused_whoever_brings_the_file(
    parcel: Asset, cache: Path, tmp_path: Path, given: bool
) -> None:
    other = replace(parcel, wheel=replace(parcel.wheel, sha256="0" * 64))
    file = next((tmp_path / "index").iterdir()) if given else None
    with pytest.raises(AssetError, match="parcel 1.0 is not the one recscope knows"):
        install(other, file=file)
    assert leftovers(cache) == ["assets"]
    install(parcel)


def test_no_network_is_one_clear_sentence(
    parcel: Asset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as offline:
        offline.setenv("PIP_FIND_LINKS", str(cache))
        with pytest.raises(AssetError) as caught:
            install(parcel)
    assert "pip cannot download parcel 1.0 (No matching distribution" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert leftovers(cache) == ["assets"]
    install(parcel)


def test_a_python_without_pip_is_told_how_to_get_it(
    parcel: Asset, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_pip(monkeypatch, tmp_path / "fake", None)
    with pytest.raises(AssetError, match="has no pip .* -m ensurepip"):
        install(parcel)
    assert leftovers(cache) == ["assets"]


def test_a_disk_that_fills_under_pip(
    parcel: Asset, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        fake_pip(
            full, tmp_path / "fake", f"raise OSError({errno.ENOSPC}, {os.strerror(errno.ENOSPC)!r})"
        )
        with pytest.raises(AssetError, match="the disk is full: parcel 1.0 needs 1 MB"):
            install(parcel)
    assert leftovers(cache) == ["assets"]
    install(parcel)


def test_a_disk_that_fills_while_unpacking(
    parcel: Asset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfileobj", fill)
        with pytest.raises(AssetError, match="the disk that holds .* is full; free some space"):
            install(parcel)
    assert leftovers(cache) == ["assets"]
    install(parcel)


def test_a_cache_that_cannot_be_written(parcel: Asset, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(AssetError, match="cannot be filled: .*; set RECSCOPE_CACHE"):
        install(parcel)


def start(asset: Asset, tick: str = "None") -> subprocess.Popen[bytes]:
    """Install in another process, which runs ``tick`` while pip works."""
    script = f"""
        import os, signal
        from engine.assets import Asset, install
        from engine.wheels import Wheel
        install({asset!r}, progress=lambda done, total: {tick})
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])


def test_a_killed_download_leaves_nothing_in_the_way(parcel: Asset, cache: Path) -> None:
    killed = start(parcel, tick="os.kill(os.getpid(), signal.SIGKILL)")
    assert killed.wait() < 0
    assert any("staging" in name for name in leftovers(cache))
    install(parcel)
    assert not any("staging" in name for name in leftovers(cache))
    assert (asset_folder(parcel) / "films.csv").is_file()


def test_what_a_killed_process_left_makes_room_first(parcel: Asset, cache: Path) -> None:
    stale = cache / "assets" / f".{asset_folder(parcel).name}.staging-dead"
    (stale / "wheel").mkdir(parents=True)
    seen: list[bool] = []
    install(parcel, progress=lambda done, total: seen.append(stale.exists()))
    assert not any(seen)


def test_two_at_once_both_have_it(parcel: Asset, cache: Path) -> None:
    both = [start(parcel), start(parcel)]
    assert [process.wait() for process in both] == [0, 0]
    assert_whole(parcel, cache)


@pytest.mark.parametrize("name", ["../../../evil", "..\\evil", "c:evil"])
def test_a_member_that_points_outside_is_not_unpacked(tmp_path: Path, name: str) -> None:
    file = tmp_path / "wheel.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"parcel/data/{name}", b"")
    with pytest.raises(AssetError, match="points outside its own folder"):
        unpack(file, ["parcel/data/"], into=tmp_path / "a" / "b" / "c")
    assert not list(tmp_path.rglob("*evil"))


def test_a_wheel_without_the_members_is_refused(parcel: Asset, cache: Path) -> None:
    with pytest.raises(AssetError, match="holds nothing under parcel/nothing/"):
        install(replace(parcel, members=("parcel/nothing/",)))
    assert leftovers(cache) == ["assets"]


def test_a_member_may_be_one_file(parcel: Asset) -> None:
    folder = install(replace(parcel, members=("parcel/data/films.csv",)))
    assert sorted(path.name for path in folder.iterdir()) == ["TERMS.txt", "films.csv"]


def test_a_kept_file_is_a_copy_and_is_replaced_whole(cache: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.zip"
    mine.write_bytes(b"one")
    kept = keep_file(mine, name="kept.zip")
    assert mine.read_bytes() == b"one"
    mine.write_bytes(b"two")
    assert kept.read_bytes() == b"one"
    assert keep_file(mine, name="kept.zip").read_bytes() == b"two"
    assert leftovers(cache) == ["given", "kept.zip"]


def test_the_rows_are_complete() -> None:
    names = ["ml-100k", "minilm", "smollm2", "open-bandit", "open-bandit-prior"]
    assert [asset.name for asset in ASSETS] == names
    assert all(len(bytes.fromhex(asset.wheel.sha256)) == 32 for asset in ASSETS)
    assert all("https://" in asset.terms and asset.licence for asset in ASSETS)


def test_the_real_films_are_where_the_row_says() -> None:
    files = {path.name for path in install(find_asset("ml-100k")).iterdir()}
    assert files == {
        "TERMS.txt",
        *(f"ml-100k.{e}" for e in ("inter", "user", "item", "kg", "link")),
    }
