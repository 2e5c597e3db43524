"""How a person asks for groups of users, in one short expression.

==================  ==============================================================
``gender``          the values of a column of the users table
``age[18|25|50]``   bands of a number, cut where it says
``age[q4]``         bands of a number that hold about as many people each
``activity``        three bands of how much each person had in training
``gender*age``      two or three of these at once
==================  ==============================================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from audits.groups import Groups, intersect, make_bands, make_groups
from engine.errors import OptionError, UnknownNameError

__all__ = ["ACTIVITY", "find_groups"]

ACTIVITY = "activity"
TIMES = "*"
MOST_PARTS = 3
_BANDS = re.compile(r"(?P<name>.+)\[(?P<cuts>[^\[\]]+)\]")


def find_groups(users: pl.DataFrame, expression: str, *, activity: pl.Series) -> Groups:
    """Return the groups an expression asks for.

    Parameters
    ----------
    users
        user_id and attributes, one row a user.
    activity
        How many training interactions each of them has; used for ``activity`` where the users
        have no column of that name.

    Raises
    ------
    UnknownNameError
        There is no such attribute.
    OptionError
        The expression cannot be read, or bands are asked of something that is not a number.

    Examples
    --------
    >>> users = pl.DataFrame({"user_id": ["a", "b"], "age": [17, 40]})
    >>> find_groups(users, "age[18]", activity=pl.Series([5, 9])).names
    ('< 18', '≥ 18')
    """
    parts = expression.split(TIMES)
    if len(parts) > MOST_PARTS:
        raise OptionError(
            "{expression} crosses {n} attributes; cross at most {most}",
            expression=expression,
            n=len(parts),
            most=MOST_PARTS,
        )
    groups = [_single(users, part.strip(), activity) for part in parts]
    return groups[0] if len(groups) == 1 else intersect(expression, groups)


def _single(users: pl.DataFrame, expression: str, activity: pl.Series) -> Groups:
    if expression in users.columns and expression != "user_id":
        return make_groups(expression, users[expression])
    if expression == ACTIVITY:
        return make_bands(ACTIVITY, activity, _equal_cuts(activity, 3, ACTIVITY))
    match = _BANDS.fullmatch(expression)
    if match is None:
        raise _unknown(users, expression)
    name = match["name"]
    values = activity if name == ACTIVITY and name not in users.columns else _column(users, name)
    if not values.dtype.is_numeric():
        raise OptionError("{attribute} is not a number, so it has no bands", attribute=name)
    return make_bands(expression, values, _cuts(values, match["cuts"], expression))


def _column(users: pl.DataFrame, name: str) -> pl.Series:
    if name not in users.columns or name == "user_id":
        raise _unknown(users, name)
    return users[name]


def _unknown(users: pl.DataFrame, name: str) -> UnknownNameError:
    known = [column for column in users.columns if column != "user_id"]
    return UnknownNameError(
        "no user attribute {attribute}; there are {known}",
        attribute=name,
        known=", ".join([*known, ACTIVITY]),
    )


def _cuts(values: pl.Series, text: str, expression: str) -> Sequence[float]:
    if re.fullmatch(r"q\d+", text):
        return _equal_cuts(values, int(text[1:]), expression)
    try:
        cuts = [float(part) for part in text.split("|")]
    except ValueError:
        cuts = []
    if not cuts or not np.isfinite(cuts).all() or sorted(set(cuts)) != cuts:
        raise OptionError(
            "cannot read the bands of {expression}; write rising cuts, as in age[18|25|50], or "
            "a number of equal bands, as in age[q4]",
            expression=expression,
        )
    return cuts


def _equal_cuts(values: pl.Series, bands: int, expression: str) -> Sequence[float]:
    """Cuts between bands of about equal size; equal numbers never part."""
    known = values.cast(pl.Float64).fill_nan(None).drop_nulls().to_numpy()
    if bands < 2 or len(np.unique(known)) < 2:
        raise OptionError(
            "{expression} makes no two bands; ask for at least two, of a number that varies",
            expression=expression,
        )
    inner = np.quantile(known, np.arange(1, bands) / bands, method="higher")
    cuts = [float(cut) for cut in np.unique(inner) if cut > known.min()]
    return cuts or [float(np.unique(known)[1])]
