"""A causal language model that is asked how likely a sentence is, not to write one."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import AssetError, CapabilityError

__all__ = ["LanguageModel", "Reading", "digest_of", "load_language_model"]

_DIGEST_FILE = "recscope.json"
_BLOCK = 1 << 22


class LanguageModel:
    """A causal model of transformers with its tokeniser, in evaluation mode on the CPU.

    Attributes
    ----------
    digest
        SHA-256 of its weights, configuration and tokeniser.
    tokens_read, times_asked
        Tokens evaluated so far, and in how many calls.
    kept_as
        What the model's forward pass calls the keys and values of what it has read.
    """

    def __init__(self, model: Any, tokenizer: Any, *, digest: str) -> None:
        self.model = model
        self._tokenizer = tokenizer
        self.digest = digest
        self.tokens_read = 0
        self.times_asked = 0
        # What was read before is handed on under this name, before and after transformers 5.24.
        asks = inspect.signature(model.forward).parameters
        self.kept_as = "cache" if "cache" in asks else "past_key_values"

    def read(self, prompt: str) -> Reading:
        """Read a prompt, so that what may follow it can be scored."""
        return Reading(self, self.tokens(prompt, start=True))

    def write(self, prompt: str, *, most_tokens: int, least_tokens: int = 0) -> str:
        """Return what the model would write by itself, its likeliest token each time.

        Nothing constrains it; this is for measuring what constraints are worth.
        """
        import torch

        ids = torch.tensor([self.tokens(prompt, start=True)])
        with torch.inference_mode():
            written = self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=most_tokens,
                min_new_tokens=least_tokens,
                do_sample=False,
                pad_token_id=self.end,
            )[0, ids.shape[1] :]
        self.tokens_read += ids.shape[1] + len(written)
        self.times_asked += len(written)
        return str(self._tokenizer.decode(written, skip_special_tokens=True))

    def tokens(self, text: str, *, start: bool = False) -> list[int]:
        """Return the tokens of a text; ``start`` adds what the model expects before a text."""
        tokens = self._tokenizer(text, add_special_tokens=start)["input_ids"]
        return list(tokens)

    @property
    def end(self) -> int:
        """The token that ends a text."""
        return int(self._tokenizer.eos_token_id)


class Reading:
    """What the model has read so far; `choose` decides between texts that may follow.

    What was read is kept in the model's own cache, so that nothing is read twice; what is forced
    is only noted, and read in one go when the model is next asked.
    """

    def __init__(self, model: LanguageModel, tokens: list[int]) -> None:
        self._of = model
        self._cache: Any = None
        self._unread = tokens

    def choose(self, continuations: Sequence[str]) -> int:
        """Return which of the texts the model goes on with, and go on with it.

        The texts are a tree of tokens. Where all that are left agree, the token is forced; where
        they part, the likeliest branch is taken, ties to the earlier text. The empty text stands
        for the end.
        """
        rows = [self._of.tokens(text) if text else [self._of.end] for text in continuations]
        left = list(range(len(rows)))
        place = 0
        while len(left) > 1:
            branches = list(dict.fromkeys(_token(rows[row], place, self._of.end) for row in left))
            if len(branches) > 1:
                likely = self._likely()[branches]
                taken = branches[int(np.argmax(likely))]
                left = [row for row in left if _token(rows[row], place, self._of.end) == taken]
            else:
                taken = branches[0]
            if place >= max(len(rows[row]) for row in left):
                break
            self._unread.append(taken)
            place += 1
        self._unread += rows[left[0]][place:]
        return left[0]

    def _likely(self) -> NDArray[np.float64]:
        """(V,) log probability of the next token, after reading what is noted."""
        import torch

        with torch.inference_mode():
            answer = self._of.model(
                torch.tensor([self._unread]), use_cache=True, **{self._of.kept_as: self._cache}
            )
        self._of.tokens_read += len(self._unread)
        self._of.times_asked += 1
        self._cache, self._unread = getattr(answer, self._of.kept_as), []
        likely: NDArray[np.float64] = answer.logits[0, -1].double().log_softmax(-1).numpy()
        return likely


def _token(row: list[int], place: int, end: int) -> int:
    return row[place] if place < len(row) else end


def load_language_model(folder: Path) -> LanguageModel:
    """Load a causal model from a folder in transformers' layout, weights in safetensors only.

    Raises
    ------
    CapabilityError
        The extra ``llm`` is not installed.
    AssetError
        The folder holds no such model.
    """
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise CapabilityError(
            "a language model needs the package transformers; install recscope[llm]"
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if not any(folder.glob("*.safetensors")):
        raise AssetError(
            "{folder} holds no model in safetensors; give a folder with config.json, "
            "tokenizer.json and *.safetensors",
            folder=folder,
        )
    try:
        # Never code from the folder, and never weights that could run code when they are read.
        model = AutoModelForCausalLM.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, local_files_only=True
        )
        tokenizer = AutoTokenizer.from_pretrained(
            folder, trust_remote_code=False, local_files_only=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise AssetError(
            "the model in {folder} cannot be read: {reason}; give a folder with config.json, "
            "tokenizer.json and *.safetensors of a causal model",
            folder=folder,
            reason=str(error).splitlines()[0],
        ) from error
    model.train(False)
    return LanguageModel(model, tokenizer, digest=_digest(folder))


def _digest(folder: Path) -> str:
    """Return the digest that was written with the weights, else compute it."""
    noted = folder / _DIGEST_FILE
    if noted.is_file():
        return str(json.loads(noted.read_text(encoding="utf-8"))["digest"])
    return digest_of(folder)


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and bytes of weights, configuration and tokeniser."""
    whole = hashlib.sha256()
    names = ("config.json", "tokenizer.json")
    files = [folder / name for name in names if (folder / name).is_file()]
    for file in (*files, *sorted(folder.glob("*.safetensors"))):
        whole.update(file.name.encode())
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK):
                whole.update(block)
    return whole.hexdigest()
