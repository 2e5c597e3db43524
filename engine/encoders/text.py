"""Sentences as vectors, by a transformer from a folder; every list of sentences is encoded once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.assets import asset_folder, find_asset
from engine.cache import cache_folder, filling
from engine.errors import AssetError, CapabilityError

__all__ = ["encode", "encoder_folder", "is_encoded"]

_BATCH = 64
# What the default encoder was trained with; longer texts are cut.
_MOST_TOKENS = 256


def encoder_folder() -> Path:
    """Return the folder of the sentence encoder: RECSCOPE_ENCODER, else all-MiniLM-L6-v2.

    Raises
    ------
    AssetError
        None was named, and the default is not on this machine: a fit downloads nothing.
    """
    if chosen := os.environ.get("RECSCOPE_ENCODER"):
        return Path(chosen).absolute()
    folder = asset_folder(find_asset("minilm"))
    if not folder.is_dir():
        raise AssetError(
            "the sentence encoder is not on this machine yet; get it by: recscope fetch minilm, "
            "or set RECSCOPE_ENCODER to the folder of another one"
        )
    return folder


def encode(texts: Sequence[str], *, folder: Path | None = None) -> NDArray[np.float32]:
    """(n, d) vectors of length 1, one a text: the mean of a transformer's last hidden states.

    The mean is over the tokens that are there (the attention mask), as the default encoder was
    trained; a text is cut after 256 tokens. What was encoded before, by content of texts and
    encoder, comes from the cache, without torch or transformers.

    Parameters
    ----------
    texts
        One sentence each; an empty one is encoded like any other.
    folder
        Of an encoder that transformers loads (config.json, a tokenizer, model.safetensors); the
        one of `encoder_folder` by default.

    Raises
    ------
    AssetError
        The folder holds no such encoder, or the cache cannot be written.
    CapabilityError
        transformers or torch is not installed.

    Notes
    -----
    Reimers and Gurevych, "Sentence-BERT", EMNLP 2019. No code of the folder is run, and weights
    are read from safetensors alone.
    """
    source = encoder_folder() if folder is None else folder
    target = _target(texts, source)
    kept = _kept(target, rows=len(texts))
    if kept is None:
        kept = _encode(texts, source)
        with filling(target) as staging:
            np.save(staging / target.name, kept, allow_pickle=False)
            (staging / target.name).replace(target)
    return kept


def is_encoded(texts: Sequence[str]) -> bool:
    """Whether these texts come from the cache: `encode` otherwise takes a second for some hundred.

    False where there is no encoder.
    """
    try:
        return _target(texts, encoder_folder()).is_file()
    except AssetError:
        return False


def _target(texts: Sequence[str], folder: Path) -> Path:
    return cache_folder() / "embeddings" / f"{_key(texts, folder)}.npy"


def _key(texts: Sequence[str], folder: Path) -> str:
    """SHA-256 over the texts and over every file the encoder is made of."""
    digest = hashlib.sha256()
    parts = sorted([*folder.glob("*.json"), *folder.glob("*.safetensors"), *folder.glob("*.txt")])
    for part in parts:
        digest.update(f"{part.name}\0{part.stat().st_size}\0".encode())
        with part.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    for text in texts:
        sentence = text.encode()
        digest.update(f"{len(sentence)}\0".encode() + sentence)
    return digest.hexdigest()


def _kept(target: Path, *, rows: int) -> NDArray[np.float32] | None:
    """Return what the file holds; nothing where there is none, or where it is not whole."""
    try:
        vectors = np.load(target, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = vectors.ndim == 2 and len(vectors) == rows and vectors.dtype == np.float32
    return vectors if whole else None


def _encode(texts: Sequence[str], folder: Path) -> NDArray[np.float32]:
    tokenizer, model = _load(folder)
    import torch

    from engine.models.training import one_thread

    vectors = np.empty((len(texts), int(model.config.hidden_size)), dtype=np.float32)
    # Texts of about one length share a batch, so that little of it is padding.
    order = np.argsort([len(text) for text in texts], kind="stable")
    most = min(_MOST_TOKENS, tokenizer.model_max_length)
    with one_thread(), torch.inference_mode():
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            tokens = tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=most,
                return_tensors="pt",
            )
            states = model(**tokens).last_hidden_state
            there = tokens["attention_mask"][:, :, None]
            means = (states * there).sum(dim=1) / there.sum(dim=1)
            vectors[rows] = torch.nn.functional.normalize(means, dim=1).numpy()
    return vectors


def _load(folder: Path) -> tuple[Any, Any]:
    """Return the tokenizer and the model in the folder; this alone needs transformers."""
    try:
        import torch  # noqa: F401
        from transformers import AutoModel, AutoTokenizer
    except ModuleNotFoundError as error:
        raise CapabilityError(
            "encoding text needs {library}, which is not installed; "
            "install it by: pip install 'recscope[llm]'",
            library=error.name,
        ) from error
    if not (folder / "config.json").is_file():
        raise _no_encoder(folder, "it has no config.json")
    try:
        with _quietly():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model, report = AutoModel.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
    except Exception as error:  # A broken folder fails in ways that transformers does not name.
        raise _no_encoder(folder, str(error).splitlines()[0] if str(error) else error) from error
    # transformers would make up what is missing; a pooler is not asked for anything here.
    missing = sorted(name for name in report["missing_keys"] if not name.startswith("pooler."))
    if missing:
        raise _no_encoder(folder, f"its weights lack {missing[0]}")
    return tokenizer, model.eval()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep transformers from drawing bars and giving advice; it goes on as before outside."""
    from transformers.utils import logging

    talk: Any = logging
    had_bars, level = talk.is_progress_bar_enabled(), talk.get_verbosity()
    talk.disable_progress_bar()
    talk.set_verbosity_error()
    try:
        yield
    finally:
        talk.set_verbosity(level)
        if had_bars:
            talk.enable_progress_bar()


def _no_encoder(folder: Path, reason: object) -> AssetError:
    return AssetError(
        "{folder} holds no sentence encoder that transformers can load ({reason}); give a folder "
        "with config.json, a tokenizer and model.safetensors",
        folder=folder,
        reason=reason,
    )
