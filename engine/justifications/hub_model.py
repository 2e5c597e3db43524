"""Any causal model of transformers, and its tokeniser, from a folder."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.justifications.transformers_library import transformers_library

__all__ = ["HubModel", "HubTokenizer"]


class HubModel:
    """A network of transformers, in evaluation mode on the CPU.

    Parameters
    ----------
    folder
        In transformers' layout, weights in safetensors only.

    Raises
    ------
    CapabilityError
        The extra ``llm`` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        # Never code from the folder, and never weights that could run code when they are read.
        self._model = transformers_library().AutoModelForCausalLM.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, local_files_only=True
        )
        self._model.train(False)
        # What was read before goes by either name, as the library's releases have it.
        known = inspect.signature(self._model.forward).parameters
        self._past = "cache" if "cache" in known else "past_key_values"

    def likely(self, tokens: list[int], past: Any) -> tuple[NDArray[np.float64], Any]:
        """(V,) log probability of what follows some tokens, and what to give along next time."""
        import torch

        with torch.inference_mode():
            answer = self._model(torch.tensor([tokens]), use_cache=True, **{self._past: past})
            found: NDArray[np.float64] = answer.logits[0, -1].double().log_softmax(-1).numpy()
        return found, getattr(answer, self._past)


class HubTokenizer:
    """A tokeniser of transformers.

    Parameters
    ----------
    folder
        As of `HubModel`.

    Attributes
    ----------
    end
        The token that ends a text.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = transformers_library().AutoTokenizer.from_pretrained(
            folder, trust_remote_code=False, local_files_only=True
        )
        self.end = int(self._tokenizer.eos_token_id)

    def tokens(self, text: str, *, start: bool) -> list[int]:
        """Return the tokens of a text; ``start`` adds what the model expects before a text."""
        return list(self._tokenizer(text, add_special_tokens=start)["input_ids"])

    def text(self, tokens: list[int]) -> str:
        """Return the text of some tokens."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))
