"""The deterministic sentence: fixed words around facts."""

from __future__ import annotations

from engine.errors import UnknownNameError
from engine.justifications.facts import Contributor, FactRecord
from engine.justifications.justification import Justification
from engine.justifications.templates.en import ENGLISH
from engine.justifications.templates.wording import Wording
from engine.justifications.templates.zh import CHINESE

__all__ = ["LANGUAGES", "justify"]

LANGUAGES: dict[str, Wording] = {"en": ENGLISH, "zh": CHINESE}

_MOST_FOR = 2
_MOST_AGAINST = 1


def justify(facts: FactRecord, *, language: str = "en") -> Justification:
    """Say why an item is in a list, in the words of one language.

    Names up to two contributors that spoke for the item and one that spoke against it, the
    strongest of each. "Mainly" is said only where those that spoke for it make up half of all
    that the history did. Chance, an empty history and a model that is the same for everyone
    are said as such; where no contributor spoke for the item no reason is named.

    Raises
    ------
    UnknownNameError
        No such language.
    """
    if language not in LANGUAGES:
        raise UnknownNameError(
            "there are no sentences in {language}; choose one of {names}",
            language=language,
            names=", ".join(LANGUAGES),
        )
    wording = LANGUAGES[language]
    without_reasons = _without_reasons(facts, wording)
    if without_reasons is not None:
        return Justification(without_reasons, language, "template", facts, ())
    for_it = [each for each in facts.contributors if each.sign > 0][:_MOST_FOR]
    against = [each for each in facts.contributors if each.sign < 0][:_MOST_AGAINST]
    if not for_it:
        return Justification(wording.no_reason, language, "refused", facts, ())
    text = _reasons(facts, wording, for_it=for_it, against=against)
    cited = tuple(each.item_id for each in (*for_it, *against))
    return Justification(text, language, "template", facts, cited)


def _without_reasons(facts: FactRecord, wording: Wording) -> str | None:
    """Return the sentence for an item whose place the history cannot explain."""
    if facts.explored:
        return wording.chance
    if not facts.personalised:
        return wording.same_for_all
    if facts.history_size == 0:
        return wording.no_history
    return None


def _reasons(
    facts: FactRecord,
    wording: Wording,
    *,
    for_it: list[Contributor],
    against: list[Contributor],
) -> str:
    unnamed = facts.supporting - len(for_it)
    if sum(each.share for each in for_it) >= 0.5:
        sentence = wording.mainly
    else:
        sentence = wording.among_others if unnamed else wording.partly
    # Filled in one pass, so a title that looks like a field stays a title.
    text = sentence.format(
        for_it=wording.list_titles([each.title for each in for_it]),
        others=wording.count_others(unnamed),
    )
    if against:
        titles = wording.list_titles([each.title for each in against])
        second = wording.against if facts.opposing == 1 else wording.most_against
        text += second.format(against=titles)
    return text
