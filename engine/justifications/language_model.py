"""A causal language model that is asked how likely a sentence is, not to write one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import AssetError, CapabilityError

__all__ = ["LanguageModel", "Network", "Reading", "Tokenizer", "digest_of", "load_language_model"]

_DIGEST_FILE = "recscope.json"
_BLOCK = 1 << 22


class Network(Protocol):
    """What says how likely each token is."""

    def likely(self, tokens: list[int], past: Any) -> tuple[NDArray[np.float64], Any]:
        """(V,) log probability of what follows some tokens, and what to give along next time."""
        ...


class Tokenizer(Protocol):
    """What turns texts into tokens and back."""

    @property
    def end(self) -> int:
        """The token that ends a text."""
        ...

    def tokens(self, text: str, *, start: bool) -> list[int]:
        """Return the tokens of a text; ``start`` adds what the model expects before a text."""
        ...

    def text(self, tokens: list[int]) -> str:
        """Return the text of some tokens."""
        ...


class LanguageModel:
    """A causal model with its tokeniser.

    Attributes
    ----------
    digest
        SHA-256 of its weights, configuration and tokeniser.
    tokens_read, times_asked
        Tokens evaluated so far, and in how many calls.
    """

    def __init__(self, network: Network, tokenizer: Tokenizer, *, digest: str) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self.digest = digest
        self.tokens_read = 0
        self.times_asked = 0

    def read(self, prompt: str) -> Reading:
        """Read a prompt, so that what may follow it can be scored."""
        return Reading(self, self.tokens(prompt, start=True))

    def likely(self, tokens: list[int], past: Any = None) -> tuple[NDArray[np.float64], Any]:
        """(V,) log probability of what follows some tokens, and what to give along next time."""
        self.tokens_read += len(tokens)
        self.times_asked += 1
        return self._network.likely(tokens, past)

    def write(self, prompt: str, *, most_tokens: int, least_tokens: int = 0) -> str:
        """Return what the model would write by itself, its likeliest token each time.

        Nothing constrains it; this is for measuring what constraints are worth.
        """
        unread, past, written = self.tokens(prompt, start=True), None, list[int]()
        while len(written) < most_tokens:
            found, past = self.likely(unread, past)
            if len(written) < least_tokens:
                found[self.end] = -np.inf
            unread = [int(np.argmax(found))]
            if unread == [self.end]:
                break
            written += unread
        return self._tokenizer.text(written)

    def tokens(self, text: str, *, start: bool = False) -> list[int]:
        """Return the tokens of a text; ``start`` adds what the model expects before a text."""
        return self._tokenizer.tokens(text, start=start)

    @property
    def end(self) -> int:
        """The token that ends a text."""
        return self._tokenizer.end


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
        likely, self._cache = self._of.likely(self._unread, self._cache)
        self._unread = []
        return likely


def _token(row: list[int], place: int, end: int) -> int:
    return row[place] if place < len(row) else end


def load_language_model(folder: Path) -> LanguageModel:
    """Load a causal model from a folder in transformers' layout, weights in safetensors only.

    A plain Llama is read directly, for that takes a third of the time; others by transformers.

    Raises
    ------
    CapabilityError
        The extra ``llm`` is not installed.
    AssetError
        The folder holds no such model.
    """
    if not any(folder.glob("*.safetensors")):
        raise AssetError(
            "{folder} holds no model in safetensors; give a folder with config.json, "
            "tokenizer.json and *.safetensors",
            folder=folder,
        )
    try:
        return LanguageModel(_network(folder), _tokenizer(folder), digest=_digest(folder))
    except ImportError as error:
        raise CapabilityError(
            "a language model needs the package transformers; install recscope[llm]"
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise AssetError(
            "the model in {folder} cannot be read: {reason}; give a folder with config.json, "
            "tokenizer.json and *.safetensors of a causal model",
            folder=folder,
            reason=str(error).splitlines()[0],
        ) from error


def _network(folder: Path) -> Network:
    from engine.justifications.llama import is_plain, load_llama

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if is_plain(config):
        return load_llama(folder, config)
    from engine.justifications.hub_model import HubModel

    return HubModel(folder)


def _tokenizer(folder: Path) -> Tokenizer:
    from engine.justifications.plain_tokenizer import PlainTokenizer, is_plain_tokenizer

    if is_plain_tokenizer(folder):
        return PlainTokenizer(folder)
    from engine.justifications.hub_model import HubTokenizer

    return HubTokenizer(folder)


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
