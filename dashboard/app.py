"""The router: page frame, navigation, and what is chosen for all pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.components.chrome import chrome
from dashboard.components.doorway import admit, who_is_in
from dashboard.components.sidebar import sidebar
from dashboard.state import keep, read

HERE = Path(__file__).parent

# As wide as the longest name of a policy.
SIDEBAR = 352

st.set_page_config(
    page_title="recscope",
    page_icon=str(HERE / "theme" / "icon.svg"),
    layout="wide",
    initial_sidebar_state=SIDEBAR,
)
st.logo(str(HERE / "theme" / "logo.svg"), size="large", icon_image=str(HERE / "theme" / "icon.svg"))
_ = read().translate
chrome(_)
person = admit(_)


def _view(name: str, title: str, icon: str, *, default: bool = False) -> st.Page:
    """Return one page, which is a file of its own."""
    file = HERE / "views" / f"{name}.py"
    return st.Page(file, title=title, icon=f":material/{icon}:", default=default)


page = st.navigation(
    {
        _("What is it doing?"): [_view("overview", _("Overview"), "dashboard", default=True)],
        _("For whom?"): [_view("person", _("One person's list"), "person")],
        _("Is it even-handed?"): [
            _view("groups", _("Groups"), "groups"),
            _view("providers", _("Providers"), "storefront"),
        ],
        _("Does it narrow?"): [
            _view("feedback", _("Rounds of feedback"), "filter_tilt_shift"),
        ],
        _("What if we explore more?"): [
            _view("explore", _("Explore or exploit"), "tune"),
            _view("settings", _("Policies and rates"), "explore"),
            _view("off_policy", _("What would it have earned?"), "payments"),
        ],
        _("Show me the evidence"): [
            _view("verdicts", _("Verdicts"), "gavel"),
            _view("report", _("Report"), "description"),
            _view("trail", _("Trail"), "history"),
            _view("metrics", _("Metrics"), "straighten"),
            _view("models", _("Models"), "compare"),
            _view("parameters", _("Main parameters"), "balance"),
            _view("data", _("Data"), "database"),
            _view("jobs", _("Work in progress"), "pending"),
        ],
        _("Bring your own"): [_view("own_data", _("Your data"), "upload_file")],
    },
    position="top",
)
keep(page.url_path)
sidebar(_)
who_is_in(person, _)
page.run()
