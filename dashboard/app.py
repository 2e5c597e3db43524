"""The router: page frame, navigation, and what is chosen for all pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

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
person = admit(_)
page = st.navigation(
    [
        st.Page(
            HERE / "views" / "explore.py",
            title=_("Explore or exploit"),
            icon=":material/tune:",
            default=True,
        ),
        st.Page(
            HERE / "views" / "person.py", title=_("One person's list"), icon=":material/person:"
        ),
        st.Page(HERE / "views" / "groups.py", title=_("Groups"), icon=":material/groups:"),
        st.Page(
            HERE / "views" / "providers.py", title=_("Providers"), icon=":material/storefront:"
        ),
        st.Page(
            HERE / "views" / "feedback.py",
            title=_("Does it narrow?"),
            icon=":material/filter_tilt_shift:",
        ),
        st.Page(
            HERE / "views" / "settings.py",
            title=_("What if we explore more?"),
            icon=":material/explore:",
        ),
        st.Page(
            HERE / "views" / "off_policy.py",
            title=_("What would it have earned?"),
            icon=":material/payments:",
        ),
        st.Page(HERE / "views" / "verdicts.py", title=_("Verdicts"), icon=":material/gavel:"),
        st.Page(HERE / "views" / "report.py", title=_("Report"), icon=":material/description:"),
        st.Page(HERE / "views" / "models.py", title=_("Models"), icon=":material/compare:"),
        st.Page(
            HERE / "views" / "parameters.py",
            title=_("Main parameters"),
            icon=":material/balance:",
        ),
        st.Page(HERE / "views" / "jobs.py", title=_("Work in progress"), icon=":material/pending:"),
        st.Page(HERE / "views" / "metrics.py", title=_("Metrics"), icon=":material/straighten:"),
    ],
    expanded=True,
)
keep(page.url_path)
sidebar(_)
who_is_in(person, _)
page.run()
