"""The one place that reads and writes what the person has chosen.

A choice lives in the session under the key of its widget. Links carry the choices as query
parameters, so that a link shows its reader the same view; session keys win over the link. What a
link says is taken only if it is among what the page offers. Of a data set of one's own a link
names people and items by their place alone, never by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from dashboard.access.session import current_person
from dashboard.i18n import LANGUAGES, Translator, best_language, translator
from dashboard.uploads.catalogue import dataset_names
from engine.config import RunConfig
from engine.errors import AccessError, RecscopeError
from engine.models.registry import MODELS
from engine.policies.registry import POLICIES
from engine.sources.registry import SOURCES

if TYPE_CHECKING:
    # What reads tables is heavy, and the first page reads none.
    import polars as pl

    from dashboard.uploads.tables import Brought
    from engine.dataset import Dataset

__all__ = [
    "DEFAULTS",
    "MAX_SEED",
    "Received",
    "Selection",
    "begin_with",
    "choose_dataset",
    "choose_place",
    "choose_setting",
    "choose_user",
    "chosen_place",
    "datasets",
    "is_put_to_the_test",
    "keep",
    "keep_brought",
    "keep_joined",
    "keep_tried",
    "kept_brought",
    "kept_joined",
    "kept_tried",
    "policies",
    "put_to_the_test",
    "read",
    "settle",
    "settle_all",
]

T = TypeVar("T")
N = TypeVar("N", int, float)
MAX_SEED = 2**31 - 1
NEXT = "dataset-next"


@dataclass(frozen=True)
class Received:
    """A file that was brought: which one it was, and what was read of it or what stood against it.

    ``mark`` tells one file from another; it is made by us, never by who sent the file.
    """

    mark: str
    brought: Brought | None = None
    error: RecscopeError | None = None


@dataclass(frozen=True)
class Selection:
    """What the person has chosen for all pages: a run, and the language to read it in."""

    run: RunConfig
    language: str

    @property
    def translate(self) -> Translator:
        """The translator of the chosen language."""
        return translator(self.language)

    @property
    def greedy(self) -> RunConfig:
        """The same run with nothing left to chance, which everything is compared with."""
        return replace(self.run, rate=0.0)


def policies() -> list[str]:
    """Names of the policies that take a rate."""
    return [name for name, policy in POLICIES.items() if policy.takes_rate]


def datasets() -> list[str]:
    """Names of the data sets: those everybody has, and those this person brought."""
    try:
        return dataset_names(current_person())
    except AccessError:  # nobody has signed in yet
        return [source.name for source in SOURCES]


DEFAULTS: dict[str, Any] = {
    "dataset": "ml-100k",
    "model": "ease",
    "policy": "epsilon-greedy",
    "rate": 0.1,
    "seed": 7,
}
_VALID: dict[str, Callable[[str], Any]] = {
    "dataset": lambda text: text if text in datasets() else None,
    "model": lambda text: text if text in MODELS else None,
    "policy": lambda text: text if text in policies() else None,
    "rate": lambda text: round(min(max(float(text), 0.0), 1.0) * 20) / 20,
    "seed": lambda text: min(max(int(text), 0), MAX_SEED),
    "language": lambda text: text if text in LANGUAGES else None,
}


def keep(page: str) -> None:
    """Keep the choices when the reader turns to another page or language.

    Streamlit forgets a widget's value together with its page; a key that is written again belongs
    to the session. It is not done in every run: a value that is written is also sent to the
    browser, where it would undo what was pressed meanwhile. The router calls this before any
    widget. An address without choices tells that the reader turned to the page they were on.
    """
    turned_to = (page, st.session_state.get("language"))
    if st.session_state.get("turned_to") == turned_to and "dataset" in st.query_params:
        return
    st.session_state["turned_to"] = turned_to
    for key, value in _kept().items():
        st.session_state[key] = st.session_state.get(key, value)


def read() -> Selection:
    """Return the choices, and write them into the address so that it can be shared."""
    if NEXT in st.session_state:
        st.session_state["dataset"] = st.session_state.pop(NEXT)
    first = {**DEFAULTS, "language": best_language(st.context.locale)}
    for key, default in first.items():
        if key not in st.session_state:
            kept = _kept()
            st.session_state[key] = kept[key] if key in kept else _from_link(key, default)
    if st.session_state["dataset"] not in datasets():
        st.session_state["dataset"] = DEFAULTS["dataset"]
    chosen = {key: st.session_state[key] for key in first}
    _kept().update(chosen)
    st.query_params.update({key: str(value) for key, value in chosen.items()})
    language = chosen.pop("language")
    return Selection(RunConfig(**chosen), language)


def settle(
    key: str,
    options: Sequence[T],
    *,
    usual: T | None = None,
    called: str | None = None,
    by_place: bool = False,
    in_link: bool = True,
) -> T:
    """Return a page's own choice; where it has none that is still to be had, the usual one.

    It is called before the widget of that key.

    Parameters
    ----------
    key, options
        The widget's key, and all it offers.
    usual
        What stands where neither the session nor the link has chosen; else the first option.
    called
        The name in links, where it is not the key.
    by_place
        Links carry the place among the options, from 0, in place of the option.
    in_link
        Whether links carry it at all.
    """
    name = called or key
    if key not in st.session_state or st.session_state[key] not in options:
        found = _linked(st.query_params.get(name), options, by_place=by_place) if in_link else None
        if found is None:
            found = options[0] if usual is None else usual
        st.session_state[key] = found
    kept: T = st.session_state[key]
    _kept()[key] = kept
    if in_link:
        _write(name, [] if kept is None else [_text(kept, options, by_place=by_place)])
    return kept


def begin_with(key: str, usual: N, *, least: float, most: float) -> N:
    """Give a page's own number its usual value until another is chosen, here or by a link."""
    if key not in st.session_state:
        st.session_state[key] = _number(st.query_params.get(key), usual, least, most)
    kept: N = st.session_state[key]
    _kept()[key] = kept
    _write(key, [f"{kept:g}"])
    return kept


def settle_all(
    key: str,
    options: Sequence[T],
    *,
    usual: Sequence[T] = (),
    called: str | None = None,
    by_place: bool = False,
    in_link: bool = True,
) -> list[T]:
    """Keep a page's own choice of several to what is still to be had; at first the usual ones.

    It is called before the widget of that key; parameters as of `settle`. A link that says "none
    of them" carries the name with nothing after it.
    """
    name = called or key
    current: Any = st.session_state.get(key)
    if current is not None:
        chosen = list(current)
    elif in_link and name in st.query_params:
        said = st.query_params.get_all(name)
        chosen = [
            found
            for text in said
            if (found := _linked(text, options, by_place=by_place)) is not None
        ]
    else:
        chosen = list(dict.fromkeys(usual))
    kept = [one for one in chosen if one in options]
    if kept != current:
        st.session_state[key] = kept
    _kept()[key] = kept
    if in_link:
        _write(name, [_text(one, options, by_place=by_place) for one in kept] or [""])
    return kept


def choose_user(user: str) -> None:
    """Turn to another person, and to the top of their list."""
    st.session_state["user"] = user
    choose_place(1)


def choose_place(rank: int) -> None:
    """Turn to another place of the list."""
    st.session_state["place"] = rank


def chosen_place(places: int) -> int:
    """Return the place of the list whose reasons are asked for, from 1 to ``places``."""
    kept = begin_with("place", 1, least=1, most=places)
    return min(int(kept), places)


def choose_setting(policy: str, rate: float) -> None:
    """Turn to a policy and a rate; rate 0 is the model's own list under any policy."""
    if rate > 0:
        st.session_state["policy"] = policy
    st.session_state["rate"] = rate


def kept_tried(greedy: RunConfig) -> tuple[str, ...]:
    """Return the policies that were last measured side by side for a run at rate 0.

    Where this session has measured none yet, those that its link names.
    """
    if "tried" not in st.session_state:
        named = tuple(name for name in st.query_params.get_all("tried") if name in policies())
        keep_tried(greedy, named)
    tried: tuple[RunConfig, tuple[str, ...]] = st.session_state["tried"]
    kept = tried[1] if tried[0] == replace(greedy, policy=tried[0].policy) else ()
    _write("tried", kept)
    return kept


def keep_tried(greedy: RunConfig, policies: tuple[str, ...]) -> None:
    """Keep which policies are measured side by side, until others are asked for."""
    st.session_state["tried"] = (greedy, policies)


def choose_dataset(name: str) -> None:
    """Turn to a data set with the next run of the script."""
    st.session_state[NEXT] = name


def kept_brought(kind: str) -> Received | None:
    """Return the file of a kind that this session brought last."""
    found: Received | None = st.session_state.get(f"brought-{kind}")
    return found


def kept_joined(tables: Mapping[str, pl.DataFrame]) -> Dataset | None:
    """Return the data set that this session joined last, if it was of these very tables."""
    kept: tuple[Mapping[str, pl.DataFrame], Dataset] | None = st.session_state.get("joined")
    if kept is None or kept[0].keys() != tables.keys():
        return None
    return kept[1] if all(kept[0][name] is tables[name] for name in tables) else None


def keep_joined(tables: Mapping[str, pl.DataFrame], dataset: Dataset) -> None:
    """Keep a data set that was joined of tables, so that it is joined once."""
    st.session_state["joined"] = (dict(tables), dataset)


def keep_brought(kind: str, received: Received) -> None:
    """Keep a file that was read, so that it is read once; it goes with the session."""
    st.session_state[f"brought-{kind}"] = received


def is_put_to_the_test(greedy: RunConfig) -> bool:
    """Whether the reasons of this run were last asked to be put to the test."""
    return bool(st.session_state.get("tested") == greedy)


def put_to_the_test(greedy: RunConfig) -> None:
    """Keep whose reasons are put to the test, until others are."""
    st.session_state["tested"] = greedy


def _from_link(key: str, default: object) -> object:
    if key not in st.query_params:
        return default
    try:
        value = _VALID[key](st.query_params[key])
    except (ValueError, OverflowError):
        return default
    return default if value is None else value


def _kept() -> dict[str, Any]:
    """Return what this session has chosen, by the key of its widget.

    It outlives the widgets, whose values Streamlit forgets with their page.
    """
    found: dict[str, Any] = st.session_state.setdefault("kept", {})
    return found


def _linked(text: str | None, options: Sequence[T], *, by_place: bool) -> T | None:
    """Return the option that a link names; None where it names none of them."""
    if text is None:
        return None
    if by_place:
        return options[int(text)] if text.isdecimal() and int(text) < len(options) else None
    return next((one for one in options if _plainly(one) == text), None)


def _text(option: T, options: Sequence[T], *, by_place: bool) -> str:
    return str(options.index(option)) if by_place else _plainly(option)


def _plainly(option: object) -> str:
    return f"{option:g}" if isinstance(option, float) else str(option)


def _number(text: str | None, usual: N, least: float, most: float) -> N:
    try:
        said = type(usual)(text) if text is not None else usual
    except (ValueError, OverflowError):
        return usual
    return said if least <= said <= most else usual


def _write(name: str, texts: Sequence[str]) -> None:
    """Put a choice into the address, where it does not stand there already."""
    if st.query_params.get_all(name) != list(texts):
        st.query_params[name] = list(texts)
