"""``recscope datasets``: what data there is, and what of it is at hand."""

from __future__ import annotations

import argparse
import json

from engine.assets import asset_folder, find_asset
from engine.sources.open_bandit import CAMPAIGNS, LOGGED_BY, load_open_bandit
from engine.sources.registry import SOURCES, Source, is_at_hand, load

__all__ = ["HELP", "add_arguments", "run"]

HELP = "list the data sets, their sizes and licences"

_COLUMNS = ("name", "users", "items", "interactions", "fetched", "licence")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the list is the list."""


def run(args: argparse.Namespace) -> int:
    """Print one row a data set; sizes are counted, so only those at hand have any."""
    rows = [*(_row(source) for source in SOURCES), _open_bandit_row()]
    if args.json:
        print(json.dumps(rows))
        return 0
    lines = [_COLUMNS, *(tuple(_cell(row[column]) for column in _COLUMNS) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_COLUMNS))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
    return 0


def _row(source: Source) -> dict[str, object]:
    fetched = is_at_hand(source)
    row: dict[str, object] = {
        "name": source.name,
        "description": source.description,
        "users": None,
        "items": None,
        "interactions": None,
        "fetched": fetched,
        "licence": source.licence,
    }
    if fetched:
        dataset = load(source.name)
        row["users"] = dataset.n_users
        row["items"] = dataset.n_items
        row["interactions"] = dataset.interactions.height
    return row


def _open_bandit_row() -> dict[str, object]:
    """Return the row of the logs that only `recscope off-policy` takes; they name no users."""
    asset = find_asset("open-bandit")
    folder = asset_folder(asset)
    row: dict[str, object] = {
        "name": asset.name,
        "description": "clicks on fashion shown at random and by Thompson sampling: off-policy",
        "users": None,
        "items": None,
        "interactions": None,
        "fetched": folder.is_dir(),
        "licence": asset.licence,
    }
    if folder.is_dir():
        logs = [
            load_open_bandit(folder, logged_by=policy, campaign=campaign)
            for policy in LOGGED_BY
            for campaign in CAMPAIGNS
        ]
        row["items"] = max(len(log.action_ids) for log in logs)
        row["interactions"] = sum(len(log.actions) for log in logs)
    return row


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
