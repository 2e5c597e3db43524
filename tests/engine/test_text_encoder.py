"""Sentences as vectors: by definition, from a cache, and with clear words where they cannot be."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.numpy import load_file, save_file
from transformers import AutoModel, AutoTokenizer

from engine.assets import asset_folder, find_asset
from engine.encoders import text
from engine.encoders.item_text import item_texts
from engine.encoders.text import encode, encoder_folder
from engine.errors import AssetError, CapabilityError
from tests.tiny_encoder import write_tiny_encoder

TEXTS = ["Ship in space", "war", "", "A long title of love and war, part 2. Drama, War", "war"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is encoded yet."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "embeddings"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_encoder(tmp_path / "tiny")


def by_definition(texts: list[str], folder: Path) -> np.ndarray:
    """One text at a time, so without padding: the plain mean of all tokens."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        states = [model(**tokenizer(one, return_tensors="pt")).last_hidden_state for one in texts]
    means = torch.stack([state[0].mean(dim=0) for state in states])
    return (means / means.norm(dim=1, keepdim=True)).numpy()


def refuse(*_: object) -> None:
    raise AssertionError("it was encoded again")


class Trap:
    """Goes off when somebody unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return refuse, ()


def test_a_vector_is_the_mean_over_the_tokens_that_are_there(folder: Path) -> None:
    np.testing.assert_allclose(
        encode(TEXTS, folder=folder), by_definition(TEXTS, folder), atol=1e-6
    )


def test_batches_do_not_show(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = encode(TEXTS, folder=folder)
    monkeypatch.setattr(text, "_BATCH", 2)
    np.testing.assert_allclose(text._encode(TEXTS, folder), whole, atol=1e-6)


def test_no_text_gives_no_rows(folder: Path) -> None:
    assert encode([], folder=folder).shape == (0, 32)


def test_a_long_text_is_cut_where_the_model_ends(folder: Path) -> None:
    long = " ".join(["war"] * 500)
    np.testing.assert_array_equal(*encode([long, long + " love"], folder=folder))


def test_what_is_kept_is_not_encoded_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encode(TEXTS, folder=folder)
    monkeypatch.setattr(text, "_load", refuse)
    np.testing.assert_array_equal(encode(TEXTS, folder=folder), first)


def test_other_texts_and_other_encoders_are_not_taken_for_these(
    folder: Path, tmp_path: Path
) -> None:
    first = encode(["ab", "c"], folder=folder)
    # Joined they read the same.
    assert not np.allclose(encode(["a", "bc"], folder=folder), first, atol=1e-3)
    other = write_tiny_encoder(tmp_path / "other", seed=1)
    assert not np.allclose(encode(["ab", "c"], folder=other), first, atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"not an array"])
def test_a_broken_file_in_the_cache_is_made_anew(content: bytes, folder: Path, cache: Path) -> None:
    first = encode(TEXTS, folder=folder)
    (kept,) = cache.glob("*.npy")
    kept.write_bytes(content)
    np.testing.assert_array_equal(encode(TEXTS, folder=folder), first)
    np.testing.assert_array_equal(np.load(kept, allow_pickle=False), first)


def test_a_pickle_in_the_cache_is_never_opened(folder: Path, cache: Path) -> None:
    first = encode(TEXTS, folder=folder)
    (kept,) = cache.glob("*.npy")
    np.save(kept, np.array([Trap()], dtype=object), allow_pickle=True)
    np.testing.assert_array_equal(encode(TEXTS, folder=folder), first)


def test_a_folder_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(AssetError, match=r"no sentence encoder .*no config.json"):
        encode(TEXTS, folder=tmp_path / "empty")


@pytest.mark.parametrize("broken", ["config.json", "model.safetensors"])
def test_a_broken_folder_is_told(broken: str, folder: Path) -> None:
    (folder / broken).write_bytes(b"{")
    with pytest.raises(AssetError, match="no sentence encoder that transformers can load"):
        encode(TEXTS, folder=folder)


def test_weights_that_are_missing_are_not_made_up(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["encoder.layer.0.output.dense.weight"]
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(AssetError, match=r"weights lack encoder\.layer\.0\.output\.dense\.weight"):
        encode(TEXTS, folder=folder)


@pytest.mark.parametrize("library", ["transformers", "torch"])
def test_a_missing_library_is_told_with_the_way_to_it(
    library: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(CapabilityError, match=rf"needs {library}.*recscope\[llm\]"):
        encode(TEXTS, folder=folder)


def test_an_encoder_that_is_not_here_is_told_with_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RECSCOPE_ENCODER")
    with pytest.raises(AssetError, match="recscope fetch minilm"):
        encoder_folder()


def test_nothing_is_said_while_loading(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    encode(TEXTS, folder=folder)
    assert capfd.readouterr() == ("", "")


def test_minilm_finds_what_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    folder = asset_folder(find_asset("minilm"))
    pairs = [
        "A doctor treats patients",
        "The physician cares for the sick",
        "Spaceships fight among the stars",
        "A war between starships in outer space",
        "Children bake a cake",
        "Kids make a birthday dessert",
    ]
    vectors = text._encode(pairs, folder)
    np.testing.assert_allclose(vectors, by_definition(pairs, folder), atol=1e-5)
    alike = vectors @ vectors.T - 2 * np.eye(len(pairs))
    assert alike.argmax(axis=1).tolist() == [1, 0, 3, 2, 5, 4]
    assert json.loads((folder / "config.json").read_text())["hidden_size"] == vectors.shape[1]


def test_an_item_says_all_that_is_known_of_it_once() -> None:
    items = pl.DataFrame(
        {
            "title": ["Heat", "Ran (1985)", "No\nyear"],
            "year": [1995, 1985, None],
            "categories": [["Crime", "Drama"], [], ["War"]],
            "plot": ["Cops  and robbers.", None, ""],
        }
    )
    assert item_texts(items) == [
        "Heat (1995). Crime, Drama. Cops and robbers.",
        "Ran (1985)",
        "No year. War",
    ]
