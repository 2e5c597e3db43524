"""Texts that a job had a language model write, on disk: one file an item, as placeholders.

No title and no name of a person is in them. What is read is checked against the facts again.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from dashboard.commands.output import write_text
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification
from engine.justifications.justify import restore

__all__ = ["keep_words", "kept_words"]


def keep_words(found: Justification, folder: Path) -> None:
    """Write a text into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    kept = {
        "slotted": found.slotted if found.generated else None,
        "produced_by": found.produced_by,
        "language": found.language,
        "audience": found.audience,
        "attempts": found.attempts,
        "model_digest": found.model_digest,
        "prompt_digest": found.prompt_digest,
    }
    write_text(json.dumps(kept, ensure_ascii=False), _file(folder, found.facts.item_id))


def kept_words(facts: FactRecord, folder: Path) -> Justification | None:
    """Return the text about a record that was written into a folder; None if there is none."""
    try:
        kept = json.loads(_file(folder, facts.item_id).read_text(encoding="utf-8"))
        return restore(
            facts,
            kept["slotted"],
            language=kept["language"],
            audience=kept["audience"],
            produced_by=kept["produced_by"],
            attempts=tuple(kept["attempts"]),
            model_digest=kept["model_digest"],
            prompt_digest=kept["prompt_digest"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _file(folder: Path, item_id: str) -> Path:
    return folder / f"words-{sha256(item_id.encode()).hexdigest()[:24]}.json"
