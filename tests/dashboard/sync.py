"""Bring the catalogues in step with the code: ``python -m tests.dashboard.sync``.

New sentences are added without a translation, sentences that are gone are dropped; a person then
fills in what is empty, and the tests hold the result.
"""

from __future__ import annotations

from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from dashboard.i18n import LANGUAGES, LOCALES, SOURCE
from tests.dashboard.messages import ROOT, all_messages

HEADER = """\
# Sentences of recscope; the English ones are the keys. Keep every {{field}}.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def sync(language: str) -> tuple[int, int]:
    """Rewrite one catalogue; return how many sentences it has, and how many lack a translation."""
    path = ROOT / "dashboard" / "locales" / language / "LC_MESSAGES" / "recscope.po"
    old = read_po(path.open("rb"), locale=LOCALES[language]) if path.exists() else Catalog()
    new = Catalog(locale=LOCALES[language])
    for message in all_messages():
        key = (message.id, message.plural) if message.plural else message.id
        known = old.get(message.id)
        new.add(key, known.string if known else None)
    header = HEADER.format(language=LOCALES[language], plurals=new.plural_forms)
    body = BytesIO()
    write_po(body, new, width=100, sort_output=True, omit_header=True)
    path.write_bytes(header.encode() + body.getvalue().lstrip())
    return len(new), sum(not _is_whole(entry) for entry in new if entry.id)


def _is_whole(entry: Message) -> bool:
    return all(entry.string if isinstance(entry.string, list | tuple) else (entry.string,))


if __name__ == "__main__":
    for name in LANGUAGES:
        if name != SOURCE:
            total, untranslated = sync(name)
            print(f"{name}: {total} sentences, {untranslated} without translation")
