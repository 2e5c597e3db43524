"""The Open Bandit sample: fashion shown at random, and by Bernoulli Thompson sampling.

Six logs of 10,000 impressions each, in three campaigns: on the same pages, one part of the
visitors saw items drawn evenly, another part what a Thompson sampler chose. So the value of one
policy, estimated from the log of the other, can be held against what it really earned.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

from engine.errors import TableError
from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.thompson import thompson_places

__all__ = ["CAMPAIGNS", "LOGGED_BY", "Campaign", "LoggedBy", "load_open_bandit", "thompson_policy"]

Campaign = Literal["all", "men", "women"]
LoggedBy = Literal["uniform", "thompson"]
CAMPAIGNS: tuple[Campaign, ...] = ("all", "men", "women")
LOGGED_BY: tuple[LoggedBy, ...] = ("uniform", "thompson")
PLACES = 3

_FOLDERS: dict[LoggedBy, str] = {"uniform": "random", "thompson": "bts"}


def load_open_bandit(folder: Path, *, logged_by: LoggedBy, campaign: Campaign) -> LoggedFeedback:
    """Read one log.

    An action is an item in one of three places; the reward is a click; contexts are four coded
    user features, item features one number and three codes. No visitor is named.

    Raises
    ------
    TableError
        A file is missing or not laid out as published.
    """
    place = folder / _FOLDERS[logged_by] / campaign
    try:
        log = pl.read_csv(place / f"{campaign}.csv").sort("timestamp", maintain_order=True)
        items = pl.read_csv(place / "item_context.csv").sort("item_id")
        return LoggedFeedback(
            actions=log["item_id"].to_numpy(),
            rewards=log["click"].cast(pl.Float64).to_numpy(),
            propensities=log["propensity_score"].to_numpy(),
            places=log["position"].to_numpy() - 1,
            users=np.arange(log.height),
            contexts=_dummies(log),
            action_ids=tuple(items["item_id"].cast(pl.String)),
            action_features=_item_features(items),
            names_users=False,
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(place, error) from error


def thompson_policy(folder: Path, *, campaign: Campaign) -> NDArray[np.float64]:
    """(3, A) chance of each item in each place under the Thompson sampler as it went live.

    Its Beta parameters are those at the start of the experiment; while it ran it learned on, so
    this is the policy it started as.

    Raises
    ------
    TableError
        The file is missing or not laid out as published.
    """
    path = folder / "prior_bts.yaml"
    try:
        prior = yaml.safe_load(path.read_text(encoding="utf-8"))[campaign]
        successes, failures = np.array(prior["alpha"]), np.array(prior["beta"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error
    return thompson_places(successes, failures, places=PLACES)


def _dummies(log: pl.DataFrame) -> NDArray[np.float64]:
    features = [name for name in log.columns if name.startswith("user_feature")]
    # A feature's first value, in the order of the codes, is the one that has no column.
    columns = [
        (log[name] == value).cast(pl.Float64).to_numpy()
        for name in features
        for value in log[name].unique().sort()[1:]
    ]
    return np.stack(columns, axis=1)


def _item_features(items: pl.DataFrame) -> NDArray[np.float64]:
    """Return (A, 4): three codes as their number in alphabetical order, and the number."""
    names = [f"item_feature_{number}" for number in (1, 2, 3)]
    codes = [items[name].rank("dense").cast(pl.Float64).to_numpy() - 1 for name in names]
    return np.stack([*codes, items["item_feature_0"].to_numpy()], axis=1)


def _unreadable(path: Path, error: Exception) -> TableError:
    return TableError(
        "{file} cannot be read: {reason}; remove its folder, then fetch it again",
        file=path,
        reason=str(error).splitlines()[0],
    )
