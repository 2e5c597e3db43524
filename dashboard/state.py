"""The one place that reads and writes what the person has chosen.

A choice lives in the session under the key of its widget. Links carry the choices as query
parameters, so that a link shows its reader the same view; session keys win over the link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import polars as pl
import streamlit as st

from dashboard.i18n import LANGUAGES, Translator, best_language, translator
from dashboard.jobs import Job
from engine.config import RunConfig
from engine.models.registry import MODELS
from engine.policies.registry import POLICIES
from engine.sources.registry import SOURCES

__all__ = [
    "DEFAULTS",
    "MAX_SEED",
    "Selection",
    "Simulation",
    "begin_with",
    "choose_place",
    "choose_setting",
    "choose_user",
    "chosen_place",
    "datasets",
    "is_put_to_the_test",
    "keep",
    "keep_job",
    "keep_simulation",
    "keep_tried",
    "kept_job",
    "kept_simulation",
    "kept_tried",
    "policies",
    "put_to_the_test",
    "read",
    "settle",
    "settle_all",
]

T = TypeVar("T")
MAX_SEED = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Simulation:
    """A simulation that was run in this session: its rates and worlds, and what was measured.

    ``run`` is the run it belongs to, at rate 0; the frames are those of `audits.feedback` and
    `audits.validity`.
    """

    run: RunConfig
    rates: tuple[float, ...]
    worlds: int
    measures: pl.DataFrame
    validity: pl.DataFrame


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
    """Names of the data sets."""
    return [source.name for source in SOURCES]


DEFAULTS: dict[str, Any] = {
    "dataset": "ml-100k",
    "model": "ease",
    "policy": "epsilon-greedy",
    "rate": 0.1,
    "seed": 7,
}
PAGE_CHOICES = (
    *("user", "attribute", "measure", "effect", "rounds", "worlds", "compared"),
    *("item_attribute", "item_measure", "merit", "presets", "report_mode"),
    *("tried_policies", "side", "objective", "within", "near"),
    *("log_source", "target", "logged_by", "campaign", "left_to_chance"),
    *("least_ess", "most_unseen", "switch_at"),
    *("loop_rates", "loop_arms", "loop_rounds", "loop_worlds", "loop_adoption", "loop_drift"),
    *("loop_boredom", "loop_late", "loop_now", "loop_against", "loop_person"),
)
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
    widget.
    """
    turned_to = (page, st.session_state.get("language"))
    if st.session_state.get("turned_to") == turned_to:
        return
    st.session_state["turned_to"] = turned_to
    for key in (*DEFAULTS, "language", *PAGE_CHOICES):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def read() -> Selection:
    """Return the choices, and write them into the address so that it can be shared."""
    first = {**DEFAULTS, "language": best_language(st.context.locale)}
    for key, default in first.items():
        if key not in st.session_state:
            st.session_state[key] = _from_link(key, default)
    chosen = {key: st.session_state[key] for key in first}
    st.query_params.update({key: str(value) for key, value in chosen.items()})
    language = chosen.pop("language")
    return Selection(RunConfig(**chosen), language)


def settle(key: str, options: Sequence[T], *, usual: T | None = None) -> T:
    """Return a page's own choice; where it has none that is still to be had, the usual one.

    It is called before the widget of that key. Without a usual one the first option stands in.
    """
    if key in st.session_state and st.session_state[key] in options:
        kept: T = st.session_state[key]
        return kept
    settled = options[0] if usual is None else usual
    st.session_state[key] = settled
    return settled


def begin_with(key: str, usual: object) -> None:
    """Give a page's own number its usual value until another is chosen."""
    st.session_state.setdefault(key, usual)


def settle_all(key: str, options: Sequence[T], *, usual: Sequence[T] = ()) -> None:
    """Keep a page's own choice of several to what is still to be had; at first the usual ones.

    It is called before the widget of that key.
    """
    current: Any = st.session_state.get(key)
    chosen = list(dict.fromkeys(usual)) if current is None else current
    settled = [one for one in chosen if one in options]
    if settled != current:
        st.session_state[key] = settled


def choose_user(user: str) -> None:
    """Turn to another person, and to the top of their list."""
    st.session_state["user"] = user
    choose_place(1)


def choose_place(rank: int) -> None:
    """Turn to another place of the list."""
    st.session_state["place"] = rank


def chosen_place() -> int:
    """Return the place of the list whose reasons are asked for, from 1."""
    return int(st.session_state.get("place", 1))


def choose_setting(policy: str, rate: float) -> None:
    """Turn to a policy and a rate; rate 0 is the model's own list under any policy."""
    if rate > 0:
        st.session_state["policy"] = policy
    st.session_state["rate"] = rate


def kept_tried(greedy: RunConfig) -> tuple[str, ...]:
    """Return the policies that were last measured side by side for a run at rate 0."""
    tried: tuple[RunConfig, tuple[str, ...]] | None = st.session_state.get("tried")
    return tried[1] if tried and tried[0] == replace(greedy, policy=tried[0].policy) else ()


def keep_tried(greedy: RunConfig, policies: tuple[str, ...]) -> None:
    """Keep which policies are measured side by side, until others are asked for."""
    st.session_state["tried"] = (greedy, policies)


def kept_simulation() -> Simulation | None:
    """Return the last simulation of this session."""
    kept: Simulation | None = st.session_state.get("simulation")
    return kept


def keep_simulation(simulation: Simulation) -> None:
    """Keep a simulation until the next one, so that moving about costs nothing."""
    st.session_state["simulation"] = simulation


def is_put_to_the_test(greedy: RunConfig) -> bool:
    """Whether the reasons of this run were last asked to be put to the test."""
    return bool(st.session_state.get("tested") == greedy)


def put_to_the_test(greedy: RunConfig) -> None:
    """Keep whose reasons are put to the test, until others are."""
    st.session_state["tested"] = greedy


def kept_job() -> Job | None:
    """Return the simulation that this session started last."""
    job: Job | None = st.session_state.get("job")
    return job


def keep_job(job: Job) -> None:
    """Keep a running simulation, so that every page of the session can come back to it."""
    st.session_state["job"] = job


def _from_link(key: str, default: object) -> object:
    if key not in st.query_params:
        return default
    try:
        value = _VALID[key](st.query_params[key])
    except (ValueError, OverflowError):
        return default
    return default if value is None else value
