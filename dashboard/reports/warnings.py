"""What an audit warns of, in the reader's language."""

from __future__ import annotations

import re

from dashboard.i18n import N_, Translator

__all__ = ["warning_text"]

_KNOWN = (
    N_("{n} of {users} audited users have no list; their accuracy counts as 0"),
    N_("{n} of {users} audited users have fewer than {k} items; gaps are misses"),
    N_("{n} of {users} users have a list but nothing held out; accuracy omits them"),
    N_("no items table: the catalogue is what the logs hold, without categories"),
    N_("expected exposure rests on up to {draws} draws of each list; all else looks at the first"),
    N_(
        "places were left to chance and each list is known once: disparity and loss of expected "
        "exposure are those of the drawn lists, more than the policy's; further draws in a column "
        "draw would tell"
    ),
    N_(
        "{permutations} permutations are too few for {family} comparisons: one gap alone could "
        "not stand out"
    ),
)


def warning_text(warning: str, _: Translator) -> str:
    """Translate a warning, which a report holds in English with its numbers filled in.

    One that is not known, as in a report of another version, stays as it is.

    Examples
    --------
    >>> from dashboard.i18n import translator
    >>> warning_text("999 permutations are too few for 64 comparisons: one gap alone could not "
    ...     "stand out", translator("zh"))
    '999 次置换不足以支撑 64 项比较：任何单独一项差距都无法显著'
    """
    for template in _KNOWN:
        found = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\d+)", re.escape(template)), warning)
        if found is not None:
            return _(template, **found.groupdict()) if found.groupdict() else _(template)
    return warning
