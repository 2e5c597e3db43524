"""What the Open Bandit sample says about a target, computed once and kept within bounds."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.off_policy import (
    OPEN_BANDIT,
    PRIOR,
    THOMPSON,
    Asked,
    Told,
    evaluate_open_bandit,
)
from engine.assets import asset_folder, find_asset
from engine.errors import AssetError
from engine.sources.open_bandit import Campaign, LoggedBy

__all__ = ["off_policy_open_bandit"]


def _bandit_folder(name: str) -> Path:
    folder = asset_folder(find_asset(name))
    if not folder.is_dir():
        raise AssetError(
            "the data set {dataset} is not on this machine yet. Run “recscope fetch {dataset}”, "
            "then reload this page",
            dataset=name,
        )
    return folder


@st.cache_resource(max_entries=32, show_spinner=False)
def off_policy_open_bandit(asked: Asked, campaign: Campaign, logged_by: LoggedBy) -> Told:
    """Return what the Open Bandit sample says about a target."""
    prior = _bandit_folder(PRIOR) if asked.target == THOMPSON else None
    folder = _bandit_folder(OPEN_BANDIT)
    return evaluate_open_bandit(folder, prior, asked, campaign=campaign, logged_by=logged_by)
