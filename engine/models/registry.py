"""The models people can ask for by name."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import OptionError, UnknownNameError
from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.ease import Ease
from engine.models.external import External, find_callable
from engine.models.graph_filter import GraphFilter
from engine.models.hybrid import RankHybrid, StackedHybrid, WeightedHybrid
from engine.models.item_knn import ItemKNN
from engine.models.popularity import Popularity
from engine.models.slim import AdmmSlim
from engine.models.user_knn import UserKNN

__all__ = ["MODELS", "make_model"]

MODELS: dict[str, type[Recommender]] = {
    model.name: model
    for model in (
        Popularity,
        ItemKNN,
        UserKNN,
        Ease,
        AdmmSlim,
        GraphFilter,
        ALS,
        WeightedHybrid,
        RankHybrid,
        StackedHybrid,
    )
}
HYBRIDS = (WeightedHybrid, RankHybrid, StackedHybrid)


def make_model(name: str) -> Recommender:
    """Return an unfitted model with its default settings.

    Parameters
    ----------
    name
        A name in `MODELS`; a hybrid with members of your own, "hybrid:ease+2*als" (weights before
        the star, members joined by plus); or somebody else's model by its import path,
        "package.module:callable".

    Raises
    ------
    UnknownNameError
        No model has that name, or the import path leads nowhere.
    OptionError
        The members of a hybrid are not written as above.

    Examples
    --------
    >>> make_model("ease").name
    'ease'
    >>> make_model("hybrid:ease+2*als").weights
    (1.0, 2.0)
    """
    kind, colon, rest = name.partition(":")
    if colon and kind not in MODELS:
        found = find_callable(name)
        own = isinstance(found, type) and issubclass(found, Recommender)
        return found() if own else External(name)
    if kind not in MODELS:
        raise UnknownNameError(
            "there is no model {model}; choose one of {names}", model=name, names=", ".join(MODELS)
        )
    return _hybrid_of(MODELS[kind](), rest) if colon else MODELS[kind]()


def _hybrid_of(hybrid: Recommender, members: str) -> Recommender:
    """Give a hybrid the members that the text names; without any star all weigh the same."""
    if not isinstance(hybrid, HYBRIDS):
        raise OptionError(
            "the model {model} takes no members; write hybrid:ease+2*als", model=hybrid.name
        )
    weights, models = [], []
    for part in members.split("+"):
        before, star, after = part.partition("*")
        weights.append(_number(before) if star else 1.0)
        models.append(make_model(after if star else before))
    given = tuple(weights) if "*" in members else ()
    return replace(hybrid, members=tuple(models), weights=given)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(
            "the weight {text} is not a number; write hybrid:ease+2*als", text=text
        ) from error
