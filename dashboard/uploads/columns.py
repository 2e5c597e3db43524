"""Which column of somebody's table holds what: the one rule that guesses it by the names."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["guess"]

GUESSES = {
    "item_id": (
        *("item_id", "item", "action", "sku", "product", "product_id", "movie_id", "arm"),
        *("movieid", "itemid", "article", "article_id", "track_id", "video_id", "isbn"),
    ),
    "reward": ("reward", "click", "clicked", "label", "outcome", "purchase"),
    "propensity": ("propensity", "propensity_score", "pscore", "probability", "prob"),
    "user_id": (
        *("user_id", "user", "uid", "customer", "customer_id", "visitor"),
        *("userid", "customerid", "visitor_id", "member_id", "account", "person"),
    ),
    "rank": ("rank", "position", "place", "slot"),
    "list_id": ("list_id", "list", "slate", "slate_id", "request_id", "session_id"),
    "weight": ("weight", "rating", "stars", "count", "plays", "strength"),
    "timestamp": ("timestamp", "time", "ts", "date", "datetime", "at", "created_at", "event_time"),
    "score": ("score", "prediction", "predicted", "relevance"),
    "title": ("title", "name", "item_name", "product_name"),
    "provider": ("provider", "publisher", "seller", "artist", "brand", "vendor", "author"),
    "categories": ("categories", "category", "genres", "genre", "tags", "topics"),
}


def guess(columns: Sequence[str], fields: Sequence[str] | None = None) -> dict[str, str]:
    """Return our names → the columns that look like them, each column once.

    ``fields`` are those a table may hold; all of them if none are named.

    Examples
    --------
    >>> guess(["uid", "sku", "Click"])
    {'item_id': 'sku', 'reward': 'Click', 'user_id': 'uid'}
    >>> guess(["uid", "movieId", "rating"], ["user_id", "item_id", "weight"])
    {'item_id': 'movieId', 'user_id': 'uid', 'weight': 'rating'}
    """
    plainly = {column.strip().lower().replace(" ", "_"): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for field, names in GUESSES.items():
        if fields is not None and field not in fields:
            continue
        for name in names:
            if name in plainly:
                found[field] = plainly[name]
                break
    return found
