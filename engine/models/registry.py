"""The models people can ask for by name."""

from __future__ import annotations

from engine.errors import UnknownNameError
from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.ease import Ease
from engine.models.item_knn import ItemKNN
from engine.models.popularity import Popularity

__all__ = ["MODELS", "make_model"]

MODELS: dict[str, type[Recommender]] = {
    model.name: model for model in (Popularity, ItemKNN, Ease, ALS)
}


def make_model(name: str) -> Recommender:
    """Return an unfitted model with its default settings.

    Raises
    ------
    UnknownNameError
        No model has that name.

    Examples
    --------
    >>> make_model("ease").name
    'ease'
    """
    if name not in MODELS:
        raise UnknownNameError(
            "there is no model {model}; choose one of {names}", model=name, names=", ".join(MODELS)
        )
    return MODELS[name]()
