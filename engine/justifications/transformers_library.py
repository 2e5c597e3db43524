"""The library transformers, loaded at the first use and told to be quiet."""

from __future__ import annotations

from typing import Any

from engine.errors import CapabilityError

__all__ = ["transformers_library"]


def transformers_library() -> Any:
    """Return the module.

    Raises
    ------
    CapabilityError
        It is not installed.
    """
    try:
        import transformers
        from transformers.utils import logging
    except ImportError as error:
        raise CapabilityError(
            "a language model needs the package transformers; install recscope[llm]"
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return transformers
