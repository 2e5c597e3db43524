"""Who is in which group, however the groups are asked for."""

import polars as pl
import pytest

from audits.group_expressions import find_groups
from audits.groups import MISSING, make_groups
from engine.errors import OptionError, UnknownNameError

USERS = pl.DataFrame(
    {
        "user_id": list("abcdef"),
        "gender": ["F", "M", "F", None, "M", "F"],
        "age": [17, 18, 24, 25, None, 60],
    }
)
HAD = pl.Series([1, 2, 3, 4, 5, 6])


def groups_of(expression):
    groups = find_groups(USERS, expression, activity=HAD)
    return [groups.names[code] for code in groups.codes]


def test_missing_values_are_a_group_of_their_own():
    groups = make_groups("gender", pl.Series(["M", None, "F"]))
    assert groups.names == ("F", "M", MISSING)
    assert groups.codes.tolist() == [1, 2, 0]


def test_bands_are_cut_where_they_say_and_the_cut_belongs_to_the_upper_one():
    assert groups_of("age[18|25]") == [
        "< 18",
        "18 to < 25",
        "18 to < 25",
        "≥ 25",
        MISSING,
        "≥ 25",
    ]


def test_equal_bands_hold_about_as_many_people_each():
    assert groups_of("activity") == ["< 3", "< 3", "3 to < 5", "3 to < 5", "≥ 5", "≥ 5"]
    assert len(set(groups_of("activity[q2]"))) == 2


def test_a_column_called_activity_is_meant_before_the_level_of_activity():
    users = USERS.with_columns(activity=pl.lit("own"))
    assert find_groups(users, "activity", activity=HAD).names == ("own",)


def test_crossing_joins_the_names_and_keeps_who_lacks_one_apart():
    assert groups_of("gender*age[25]") == [
        "F & < 25",
        "M & < 25",
        "F & < 25",
        MISSING,
        MISSING,
        "F & ≥ 25",
    ]


@pytest.mark.parametrize(
    ("expression", "error", "message"),
    [
        ("shoe", UnknownNameError, "no user attribute shoe; there are gender, age, activity"),
        ("shoe[1]", UnknownNameError, "no user attribute shoe"),
        ("user_id", UnknownNameError, "no user attribute user_id"),
        ("gender[1]", OptionError, "gender is not a number"),
        ("age[25|18]", OptionError, "write rising cuts"),
        ("age[nan]", OptionError, "write rising cuts"),
        ("age[x]", OptionError, "write rising cuts"),
        ("age[q1]", OptionError, "makes no two bands"),
        ("gender*age*activity*gender", OptionError, "crosses 4 attributes; cross at most 3"),
    ],
)
def test_what_cannot_be_read_is_named(expression, error, message):
    with pytest.raises(error, match=message):
        groups_of(expression)
