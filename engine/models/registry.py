"""The models people can ask for by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

from engine.errors import CapabilityError, OptionError, UnknownNameError
from engine.models.base import Recommender
from engine.models.external import External, find_callable

__all__ = ["MODELS", "SERVINGS", "make_model"]

# Names and not classes: a model's library is loaded when the model is made, and not before.
MODELS: Mapping[str, str] = {
    "popularity": "engine.models.popularity:Popularity",
    "item-knn": "engine.models.item_knn:ItemKNN",
    "user-knn": "engine.models.user_knn:UserKNN",
    "ease": "engine.models.ease:Ease",
    "admm-slim": "engine.models.slim:AdmmSlim",
    "graph-filter": "engine.models.graph_filter:GraphFilter",
    "als": "engine.models.als:ALS",
    "content": "engine.models.content:Content",
    "bpr": "engine.models.bpr:BPR",
    "logistic-mf": "engine.models.logistic_mf:LogisticMF",
    "mult-vae": "engine.models.mult_vae:MultVAE",
    "lightgcn": "engine.models.light_gcn:LightGCN",
    "lightgcn-kg": "engine.models.light_gcn_kg:LightGCNWithEdges",
    "factorisation-machine": "engine.models.factorisation_machine:FactorisationMachine",
    "sasrec": "engine.models.sasrec:SASRec",
    "two-tower": "engine.models.two_tower:TwoTower",
    "lstm": "engine.models.lstm:LSTM",
    "hybrid": "engine.models.hybrid:WeightedHybrid",
    "hybrid-votes": "engine.models.hybrid:RankHybrid",
    "hybrid-stacked": "engine.models.hybrid:StackedHybrid",
}

# Other ways to serve a model, by the word before it.
SERVINGS: Mapping[str, str] = {
    "faiss": "engine.serving.faiss_index:FaissIndexed",
    "int8": "engine.serving.int8:Int8",
}
# A file of lists, which one may well take for a model.
_LISTS = (".csv", ".tsv", ".parquet", ".jsonl")
_EXTRAS = {"torch": "torch", "safetensors": "torch", "faiss": "serve"}


def make_model(name: str) -> Recommender:
    """Return an unfitted model with its default settings.

    Parameters
    ----------
    name
        A name in `MODELS`; a hybrid with members of your own, "hybrid:ease+2*als" (weights before
        the star, members joined by plus); one served another way, "faiss:als" or "int8:sasrec";
        or somebody else's model by its import path, "package.module:callable".

    Raises
    ------
    UnknownNameError
        No model has that name, or the import path leads nowhere.
    OptionError
        The members of a hybrid are not written as above.
    CapabilityError
        The model needs a library that is not installed.

    Examples
    --------
    >>> make_model("ease").name
    'ease'
    >>> make_model("hybrid:ease+2*als").weights
    (1.0, 2.0)
    """
    kind, colon, rest = name.partition(":")
    if colon and kind in SERVINGS:
        return _serve(kind, rest)
    if colon and kind not in MODELS:
        found = find_callable(name)
        own = isinstance(found, type) and issubclass(found, Recommender)
        return found() if own else External(name)
    if kind not in MODELS:
        if kind.endswith(_LISTS):
            raise UnknownNameError(
                "{model} holds lists and no model, so nobody can ask it for scores or reasons; "
                "measure the lists by: recscope audit --recommendations {model}",
                model=name,
            )
        raise UnknownNameError(
            "there is no model {model}; choose one of {names}", model=name, names=", ".join(MODELS)
        )
    return _hybrid_of(kind, rest) if colon else _make(kind)


def _make(name: str) -> Recommender:
    module, noun = {**MODELS, **SERVINGS}[name].split(":")
    try:
        model: Recommender = getattr(import_module(module), noun)()
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        raise CapabilityError(
            "the model {model} needs {library}, which is not installed; "
            "install it by: pip install 'recscope[{extra}]'",
            model=name,
            library=error.name,
            extra=_EXTRAS[error.name],
        ) from error
    return model


def _serve(kind: str, member: str) -> Recommender:
    from engine.serving.served import Served

    served = _make(kind)
    assert isinstance(served, Served)
    return replace(served, member=make_model(member))


def _hybrid_of(kind: str, members: str) -> Recommender:
    """Give a hybrid the members that the text names; without any star all weigh the same."""
    from engine.models.hybrid import RankHybrid, StackedHybrid, WeightedHybrid

    hybrid = _make(kind)
    if not isinstance(hybrid, RankHybrid | StackedHybrid | WeightedHybrid):
        raise OptionError("the model {model} takes no members; write hybrid:ease+2*als", model=kind)
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
