"""A tokeniser that is wholly described by its tokenizer.json, read without transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["PlainTokenizer", "is_plain_tokenizer"]

_FILE, _ABOUT = "tokenizer.json", "tokenizer_config.json"
# Classes of transformers that add nothing to the file.
_PLAIN = ("TokenizersBackend", "PreTrainedTokenizerFast")


def is_plain_tokenizer(folder: Path) -> bool:
    """Whether a folder has such a tokeniser."""
    about = _about(folder)
    known = about.get("tokenizer_class") in _PLAIN and isinstance(about.get("eos_token"), str)
    return known and not about.get("add_bos_token") and (folder / _FILE).is_file()


class PlainTokenizer:
    """The library `tokenizers` over one file.

    Parameters
    ----------
    folder
        One for which `is_plain_tokenizer` holds.

    Attributes
    ----------
    end
        The token that ends a text.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / _FILE))
        end = self._tokenizer.token_to_id(_about(folder)["eos_token"])
        if end is None:
            raise ValueError("the token that ends a text is not in its vocabulary")
        self.end = end

    def tokens(self, text: str, *, start: bool) -> list[int]:
        """Return the tokens of a text; ``start`` adds what the model expects before a text."""
        return list(self._tokenizer.encode(text, add_special_tokens=start).ids)

    def text(self, tokens: list[int]) -> str:
        """Return the text of some tokens."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))


def _about(folder: Path) -> dict[str, Any]:
    file = folder / _ABOUT
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found if isinstance(found, dict) else {}
