"""The last word: a text is shown only if every claim in it follows from the record.

It reads the text with placeholders and knows nothing of who made it. The vocabulary is closed, so
a name, a number or a promise from outside the record is an unknown word.
"""

from __future__ import annotations

import re

from engine.errors import UnknownNameError
from engine.justifications.clauses import HALF, Audience
from engine.justifications.facts import Contributor, FactRecord
from engine.justifications.lexicons.en import ENGLISH
from engine.justifications.lexicons.lexicon import Lexicon
from engine.justifications.lexicons.zh import CHINESE
from engine.justifications.reading import Said, read_clauses
from engine.justifications.slots import SLOT
from engine.justifications.verdict import Check, Verdict

__all__ = ["LEXICONS", "verify"]

LEXICONS: dict[str, Lexicon] = {"en": ENGLISH, "zh": CHINESE}

_LONGEST = {"user": 240, "reviewer": 800}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_SENTENCE_END = (".", "!", "?", "。", "！", "？")
# Kinds of claims a placeholder may stand in.
_ONLY_IN = {"R": "without", "M": "next_item", "P": "odds", "J": "joint", "REST": "less"}


def verify(text: str, facts: FactRecord, *, language: str, audience: Audience) -> Verdict:
    """Check a text, with placeholders, against the record.

    Every placeholder stands for something the record holds; words of sign, rank and quantity
    agree with it, clause by clause; the strongest contributor is named; no other word, number,
    name, promise, attribute of a person or markup stands in it; its length and language are
    right. A clause that points both ways is refused, because it cannot be read safely.

    Raises
    ------
    UnknownNameError
        No words are known of that language.
    """
    if language not in LEXICONS:
        raise UnknownNameError(
            "there are no sentences in {language}; choose one of {names}",
            language=language,
            names=", ".join(LEXICONS),
        )
    lexicon = LEXICONS[language]
    clauses = read_clauses(text, lexicon)
    checks = _form(text, language=language, audience=audience)
    for clause in clauses:
        checks += _words(clause, lexicon)
        checks += _slots(clause, facts)
        checks += _claims(clause, facts)
    checks += _coverage(clauses, facts, audience)
    return Verdict(tuple(checks))


def _form(text: str, *, language: str, audience: Audience) -> list[Check]:
    bare = SLOT.sub("", text)
    foreign = _LATIN if language == "zh" else _HAN
    return [
        Check("length", f"{len(text)}", bool(text.strip()) and len(text) <= _LONGEST[audience]),
        Check("markup", bare, not re.search(r"[<>\[\]{}*_#`$\\|~^=@&]|://|www\.", bare)),
        Check("language", bare, not foreign.search(bare)),
        Check("form", text[-1:], text.endswith(_SENTENCE_END)),
    ]


def _words(clause: Said, lexicon: Lexicon) -> list[Check]:
    return [Check(_kind_of(word, lexicon), word, False) for word in clause.unknown]


def _kind_of(word: str, lexicon: Lexicon) -> str:
    if word in lexicon.promises:
        return "promise"
    if word in lexicon.attributes:
        return "attribute"
    return "invented" if any(letter.isalnum() for letter in word) else "word"


def _slots(clause: Said, facts: FactRecord) -> list[Check]:
    """Check that placeholders stand for something, and where that can be said."""
    checks = []
    for slot in clause.slots:
        checks.append(Check("slot", slot, _exists(slot, facts)))
        if slot in _ONLY_IN:
            checks.append(Check("slot", slot, _ONLY_IN[slot] in clause.classes))
    return checks


def _exists(slot: str, facts: FactRecord) -> bool:
    if slot[0] in "HS" and slot[1:].isdigit():
        return int(slot[1:]) <= len(facts.contributors)
    return {
        "R": facts.removal is not None,
        "M": facts.next_title is not None,
        "P": facts.propensity is not None,
    }.get(slot, True)


def _claims(clause: Said, facts: FactRecord) -> list[Check]:
    said = clause.classes
    checks: list[Check] = []
    if "chance" in said or "odds" in said:
        checks.append(Check("chance", "chance", facts.explored))
    if "nobody" in said:
        checks.append(Check("refusal", "no single title", facts.refusal is not None))
    if "everyone" in said:
        checks.append(Check("refusal", "everyone alike", not facts.personalised))
    if "new" in said:
        checks.append(Check("refusal", "new", facts.history_size == 0))
    if said & {"without", "leaves"} and "new" not in said:
        whole = {"without", "leaves"} <= said and "R" in clause.slots and not clause.ranks
        checks.append(Check("counterfactual", "without", whole and facts.removal is not None))
    checks += _kinds(said, facts)
    if "next_item" in said:
        checks.append(Check("next", "next", "M" in clause.slots and facts.next_title is not None))
    if "joint" in said:
        checks.append(Check("share", "joint", "J" in clause.slots))
    return checks + _signs(clause, facts) + _quantities(clause, facts)


def _kinds(said: frozenset[str], facts: FactRecord) -> list[Check]:
    """Check whether the item is near or new, and by what: its category, or its text."""
    known, unknown = said & {"near", "kin", "alike"}, said & {"novel", "no_kin", "unlike"}
    if not known | unknown:
        return []
    right = facts.known_kind is bool(known) and not (known and unknown)
    if said & {"kin", "no_kin"}:
        right = right and facts.kind_from == "category"
    if said & {"alike", "unlike"}:
        right = right and facts.kind_from == "text"
    return [Check("kind", "near" if known else "novel", right)]


def _signs(clause: Said, facts: FactRecord) -> list[Check]:
    """Check that whoever is named is on the one side the clause says."""
    positive, negative = "supports" in clause.classes, "opposes" in clause.classes
    checks = []
    for rank in clause.ranks:
        if clause.shares:
            checks.append(Check("share", f"H{rank}", not (positive or negative)))
        else:
            agrees = positive != negative and _sign(rank, facts) == (1 if positive else -1)
            checks.append(Check("sign", f"H{rank}", agrees))
    for slot, right in (("FOR", positive), ("AGAINST", negative), ("REST", positive)):
        if slot in clause.slots:
            checks.append(Check("count", slot, right and positive != negative))
    about = {"FOR", "AGAINST", "REST"} & set(clause.slots)
    excused = clause.classes & {"nobody", "chance", "everyone"}
    if (positive or negative) and not (clause.ranks or about or excused):
        checks.append(Check("sign", "nothing named", False))
    return checks


def _quantities(clause: Said, facts: FactRecord) -> list[Check]:
    said, ranks = clause.classes, clause.ranks
    named = [each for each in facts.contributors if each.rank in ranks]
    together = sum(each.share for each in named)
    checks = []
    if "mainly" in said:
        checks.append(Check("rank", "mainly", bool(named) and together >= HALF))
    if "partly" in said:
        checks.append(Check("rank", "partly", bool(named) and together < HALF))
    if "strongest" in said:
        checks.append(Check("rank", "strongest", _are_strongest(named, facts)))
    if "less" in said:
        checks.append(Check("rank", "less", "REST" in clause.slots))
    for rank in clause.shares:
        checks.append(Check("share", f"S{rank}", ranks == (rank,) and "share" in said))
    if "share" in said and not clause.shares:
        checks.append(Check("share", "share", "J" in clause.slots))
    return checks


def _are_strongest(named: list[Contributor], facts: FactRecord) -> bool:
    """Whether these are the first few of one side, and not all of that side."""
    for side, size in ((facts.supporters, facts.supporting), (facts.opponents, facts.opposing)):
        if named and tuple(named) == side[: len(named)]:
            return len(named) < size
    return False


def _sign(rank: int, facts: FactRecord) -> int:
    return next((each.sign for each in facts.contributors if each.rank == rank), 0)


def _coverage(clauses: list[Said], facts: FactRecord, audience: Audience) -> list[Check]:
    """Check that the strongest is named, or what takes the place of reasons is said."""
    named = {rank for clause in clauses if not clause.shares for rank in clause.ranks}
    said = frozenset[str]().union(*(clause.classes for clause in clauses))
    checks = []
    if any("REST" in clause.slots for clause in clauses):
        count = sum(each.rank in named for each in facts.supporters)
        first = all(each.rank in named for each in facts.supporters[:count])
        checks.append(Check("count", "REST", first and count < facts.supporting))
    instead = _instead(facts)
    if instead is not None:
        checks.append(Check("coverage", instead, instead in said and not named))
        return checks
    checks.append(Check("coverage", "H", facts.supporters[0].rank in named))
    if audience == "reviewer" and facts.opponents:
        checks.append(Check("coverage", "against", facts.opponents[0].rank in named))
    if audience == "user":
        checks.append(Check("audience", "against", "opposes" not in said))
    return checks


def _instead(facts: FactRecord) -> str | None:
    """Name the class of words that must stand where no reason can."""
    if facts.explored:
        return "chance"
    if not facts.personalised:
        return "everyone"
    if facts.history_size == 0:
        return "new"
    return "nobody" if facts.refusal is not None else None
