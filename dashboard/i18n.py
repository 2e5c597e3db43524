"""Sentences and numbers in the reader's language.

English sentences stand in the code and are the keys; every other language is a gettext catalogue,
kept as text under ``locales/`` and read at the first use, so nothing has to be compiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TypeGuard

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from engine.errors import RecscopeError

__all__ = ["LANGUAGES", "N_", "Translator", "asked_language", "best_language", "translator"]

LANGUAGES = {"en": "English", "zh": "中文"}
LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
SENTENCE_GAP = {"en": " ", "zh": ""}
CLAUSE_GAP = {"en": "; ", "zh": "；"}
SOURCE = "en"


@dataclass(frozen=True)
class Translator:
    """Turns English sentences into those of one language; by convention it is called ``_``.

    Examples
    --------
    >>> _ = translator("en")
    >>> _("On average {chosen} of {n} places", chosen=2, n=10)
    'On average 2 of 10 places'
    >>> _.ngettext("{n} person", "{n} people", 1)
    '1 person'
    """

    language: str
    catalogue: NullTranslations

    def __call__(self, message: str, /, **fields: object) -> str:
        """Translate a sentence, then fill in its ``{fields}``."""
        text = self.catalogue.gettext(message)
        return text.format(**fields) if fields else text

    def ngettext(self, one: str, many: str, n: int, /, **fields: object) -> str:
        """Translate a sentence about n things; ``{n}`` is filled in as a grouped number."""
        text = self.catalogue.ngettext(one, many, n)
        return text.format(n=self.number(n, digits=0), **fields)

    def error(self, error: RecscopeError) -> str:
        """Translate an error's sentence and fill in its values."""
        values = {name: self._part(value) for name, value in error.values.items()}
        return self.catalogue.gettext(error.template).format(**values)

    def _part(self, value: object) -> object:
        """Translate what an error says in words that are not its own."""
        if isinstance(value, RecscopeError):
            return self.error(value)
        return self.catalogue.gettext(value) if _is_of_the_system(value) else value

    def number(self, value: float, *, digits: int = 3) -> str:
        """Write a number with so many decimals.

        Examples
        --------
        >>> translator("en").number(1682, digits=0), translator("zh").number(-0.25, digits=2)
        ('1,682', '−0.25')
        """
        return _decimal(value + 0.0, digits, self._locale)  # no zero with a minus

    def signed(self, value: float, *, digits: int = 3) -> str:
        """Write a change, with its sign.

        Examples
        --------
        >>> translator("en").signed(0.0125, digits=2)
        '+0.01'
        """
        sign = "+" if value >= 0 else ""
        return sign + self.number(value, digits=digits)

    def percent(self, share: float) -> str:
        """Write a share as whole per cent.

        Examples
        --------
        >>> translator("en").percent(0.3)
        '30%'
        """
        return str(format_decimal(100 * share, "0", locale=self._locale)) + "%"

    def share(self, share: float, *, digits: int = 1) -> str:
        """Write a share as per cent with so many decimals.

        Examples
        --------
        >>> translator("en").share(0.0634)
        '6.3%'
        """
        return self.number(100 * share, digits=digits) + "%"

    def date(self, seconds: float) -> str:
        """Write the day of a moment, in UTC.

        Examples
        --------
        >>> translator("en").date(874724710), translator("zh").date(874724710)
        ('Sep 20, 1997', '1997年9月20日')
        """
        day = datetime.fromtimestamp(seconds, UTC)
        return str(format_date(day, "medium", locale=self._locale))

    def moment(self, iso: str) -> str:
        """Write a moment given as ISO text, in UTC, to the second.

        Examples
        --------
        >>> translator("zh").moment("2026-11-28T14:03:53+00:00")
        '2026年11月28日 14:03:53'
        """
        when = datetime.fromisoformat(iso).astimezone(UTC)
        day = format_date(when, "medium", locale=self._locale)
        return f"{day} {when:%H:%M:%S}"

    def listing(self, parts: Sequence[str]) -> str:
        """Join names.

        Examples
        --------
        >>> translator("en").listing(["a", "b", "c"]), translator("zh").listing(["甲", "乙"])
        ('a, b, and c', '甲和乙')
        """
        return str(format_list(list(parts), locale=self._locale))

    def clauses(self, parts: Sequence[str]) -> str:
        """Join the clauses of one sentence, which may hold commas of their own."""
        return CLAUSE_GAP[self.language].join(parts)

    def paragraph(self, sentences: Sequence[str]) -> str:
        """Put whole sentences after one another."""
        return SENTENCE_GAP[self.language].join(sentences)

    @property
    def _locale(self) -> str:
        return LOCALES[self.language]


@lru_cache(maxsize=65_536)
def _decimal(value: float, digits: int, locale: str) -> str:
    """Write a number; a page writes the same hundreds of them again at every move."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, f"{pattern};−{pattern}", locale=locale))


@cache
def translator(language: str) -> Translator:
    """Return the translator of a language in `LANGUAGES`; it is shared and never changes."""
    if language == SOURCE:
        return Translator(language, NullTranslations())
    text = Path(__file__).parent / "locales" / language / "LC_MESSAGES" / "recscope.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text.read_bytes()), locale=language))
    compiled.seek(0)
    return Translator(language, GNUTranslations(compiled))


def best_language(locale: str | None) -> str:
    """Choose a language for a browser's locale; English where we have no better.

    Examples
    --------
    >>> best_language("zh-CN"), best_language("fr-FR"), best_language(None)
    ('zh', 'en', 'en')
    """
    asked = (locale or "").replace("_", "-").split("-")[0].lower()
    return asked if asked in LANGUAGES else SOURCE


def asked_language(accept_language: str | None) -> str:
    """Choose a language for what a browser asks for first in ``Accept-Language``.

    Examples
    --------
    >>> asked_language("zh-TW,zh;q=0.9"), asked_language("de;q=0.5"), asked_language(None)
    ('zh', 'en', 'en')
    """
    return best_language((accept_language or "").split(",")[0].split(";")[0].strip())


def N_(message: str) -> str:  # noqa: N802 - the customary gettext mark
    """Mark a sentence for translation where it stands, to be translated where it is shown."""
    return message


def _is_of_the_system(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value in _OF_THE_SYSTEM


# Reasons of the system, which tells them in English whatever a page speaks.
_OF_THE_SYSTEM = (
    N_("Address already in use"),
    N_("Input/output error"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Permission denied"),
    N_("Read-only file system"),
)
