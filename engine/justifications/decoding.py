"""A text inside the grammar of what is true: the model chooses plan, order and wording."""

from __future__ import annotations

from dataclasses import dataclass

from engine.justifications.clauses import Audience, Step, wordings
from engine.justifications.language_model import LanguageModel
from engine.justifications.templates.wording import Wording

__all__ = ["Ban", "decode"]

# Sentences that were refused before, and are not offered again.
Ban = frozenset[str]


@dataclass(frozen=True)
class _Option:
    step: int
    sentence: str


def decode(
    model: LanguageModel,
    prompt: str,
    steps: tuple[Step, ...],
    *,
    wording: Wording,
    audience: Audience,
    banned: Ban = frozenset(),
) -> str:
    """Return the text, with placeholders, that the model finds likeliest, sentence by sentence.

    The model is asked where sentences part, and nowhere else: see `Reading.choose`.

    Parameters
    ----------
    model, prompt
        Who chooses, and after which words.
    steps
        From `plan`: the first one comes first, then the others in the order the model likes; it
        may end the text when all that is needed has been said.
    banned
        Sentences not to offer, as long as another one says the same step.
    """
    reading = model.read(prompt)
    left = dict(enumerate(steps))
    said: list[str] = []
    while left:
        options = _options(left, wording, audience, banned, first=not said)
        choice = options[reading.choose([_after(each.sentence, wording) for each in options])]
        if not choice.sentence:
            break
        said.append(choice.sentence)
        del left[choice.step]
    return wording.separator.join(said)


def _options(
    left: dict[int, Step], wording: Wording, audience: Audience, banned: Ban, *, first: bool
) -> list[_Option]:
    """Return the sentences that may come next; an empty one where the text may end."""
    found = []
    for number, step in left.items():
        sentences = [
            sentence for clause in step.choices for sentence in wordings(clause, wording, audience)
        ]
        allowed = [sentence for sentence in sentences if sentence not in banned] or sentences
        found += [_Option(number, sentence) for sentence in dict.fromkeys(allowed)]
        if first:
            return found
    if not any(step.needed for step in left.values()):
        found.append(_Option(-1, ""))
    return found


def _after(sentence: str, wording: Wording) -> str:
    """Return a sentence as it follows other text; nothing stays nothing."""
    return wording.separator + sentence if sentence else ""
