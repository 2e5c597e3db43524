"""Which generator a name stands for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from engine.assets import silent
from engine.errors import AssetError, CapabilityError, OptionError
from engine.justifications.endpoint import EndpointGenerator, endpoint_from
from engine.justifications.generators import Generator
from engine.justifications.language_model import load_language_model
from engine.justifications.local import LocalGenerator
from engine.justifications.local_weights import is_at_hand, local_model_folder
from engine.wheels import Progress

__all__ = ["GENERATORS", "GeneratorName", "at_hand", "find_model_folder", "make_generator"]

GeneratorName = Literal["template", "local", "endpoint"]
GENERATORS: tuple[GeneratorName, ...] = ("template", "local", "endpoint")


def at_hand(environment: Mapping[str, str] = os.environ) -> tuple[GeneratorName, ...]:
    """Return the generators that need nothing fetched or configured first."""
    found: list[GeneratorName] = ["template"]
    if is_at_hand():
        found.append("local")
    if environment.get("RECSCOPE_LLM_URL"):
        found.append("endpoint")
    return tuple(found)


def make_generator(
    name: GeneratorName,
    *,
    model: str | None = None,
    progress: Progress = silent,
    environment: Mapping[str, str] = os.environ,
) -> Generator | None:
    """Return the generator; None for fixed words.

    Parameters
    ----------
    name
        One of `GENERATORS`.
    model
        For "local": a folder or a hub's id; None is SmolLM2-135M-Instruct.
    progress
        Called while weights are fetched.
    environment
        Where "endpoint" is configured: see `endpoint_from`.

    Raises
    ------
    OptionError
        No endpoint is configured.
    AssetError, CapabilityError
        The local model cannot be had.
    """
    if name == "template":
        return None
    if name == "local":
        folder = find_model_folder(model, progress=progress)
        return LocalGenerator(load_language_model(folder))
    endpoint = endpoint_from(environment)
    if endpoint is None:
        raise OptionError(
            "no language model server is configured; set RECSCOPE_LLM_URL, for example to "
            "http://127.0.0.1:8080/v1"
        )
    return EndpointGenerator(endpoint)


def find_model_folder(name: str | None, *, progress: Progress = silent) -> Path:
    """Return the folder of a model: the given one, a hub's, or the one that comes with recscope."""
    if name is None:
        return local_model_folder(progress=progress)
    folder = Path(name)
    if folder.is_dir():
        return folder
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError as error:
        raise CapabilityError(
            "a language model needs the package transformers; install recscope[llm]"
        ) from error
    try:
        # Weights that could run code when they are read are never asked for.
        return Path(snapshot_download(name, allow_patterns=["*.safetensors", "*.json", "*.txt"]))
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        raise AssetError(
            "{name} is neither a folder nor a model the hub gives: {reason}; give the path of a "
            "folder with config.json, tokenizer.json and *.safetensors",
            name=name,
            reason=str(error).splitlines()[0],
        ) from error
