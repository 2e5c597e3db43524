"""The models people can ask for by name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from engine.errors import CapabilityError, UnknownNameError
from engine.models.base import Recommender

__all__ = ["MODELS", "make_model"]

# Names and not classes: a model's library is loaded when the model is made, and not before.
MODELS: Mapping[str, str] = {
    "popularity": "engine.models.popularity:Popularity",
    "item-knn": "engine.models.item_knn:ItemKNN",
    "ease": "engine.models.ease:Ease",
    "als": "engine.models.als:ALS",
    "bpr": "engine.models.bpr:BPR",
    "mult-vae": "engine.models.mult_vae:MultVAE",
    "lightgcn": "engine.models.light_gcn:LightGCN",
    "sasrec": "engine.models.sasrec:SASRec",
}


def make_model(name: str) -> Recommender:
    """Return an unfitted model with its default settings.

    Raises
    ------
    UnknownNameError
        No model has that name.
    CapabilityError
        The model learns with torch, and torch is not installed.

    Examples
    --------
    >>> make_model("ease").name
    'ease'
    """
    if name not in MODELS:
        raise UnknownNameError(
            "there is no model {model}; choose one of {names}", model=name, names=", ".join(MODELS)
        )
    module, noun = MODELS[name].split(":")
    try:
        model: Recommender = getattr(import_module(module), noun)()
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "safetensors"}:
            raise
        raise CapabilityError(
            "the model {model} needs {library}, which is not installed; "
            "install it by: pip install 'recscope[torch]'",
            model=name,
            library=error.name,
        ) from error
    return model
