"""Costly things, computed once and kept within bounds.

Everything is keyed by plain values, so that two people who choose the same share the work. What
`cache_resource` keeps is frozen; nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
import streamlit as st

from audits.analysis import Analysis, analyse
from audits.changes import changes
from audits.data import AuditData, prepare
from audits.evaluation import Evaluation, evaluate
from audits.feedback import measure_rounds
from audits.results import Result
from audits.settings import Settings
from audits.summary import Summary, summarise
from audits.validity import compare_with_log
from dashboard.comparison import Compared, compare_model
from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.errors import AssetError
from engine.explanations.attribution import explain_each
from engine.explanations.explanation import Explanation
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord, collect_facts
from engine.justifications.justification import Justification
from engine.justifications.justify import justify
from engine.justifications.sources import GeneratorName, make_generator
from engine.justifications.writer import Writer
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import find_policy, make_policy
from engine.policies.slates import Slates
from engine.recommend import fit_model, recommend
from engine.simulation.arms import compare, rate_arms
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes, fit_tastes
from engine.sources.registry import SOURCES, is_at_hand, load, own_split
from engine.splits import Split, random_ratio

__all__ = [
    "TEST_SHARE",
    "Simulated",
    "audit_data",
    "change_from_greedy",
    "compared",
    "dataset",
    "evaluation",
    "explanations",
    "facts",
    "simulated",
    "slates",
    "split",
    "summary",
    "words",
]

TEST_SHARE = 0.25


@dataclass(frozen=True)
class Simulated:
    """One simulated run: its measures by round, and its choices beside the logged ones."""

    measures: pl.DataFrame
    validity: pl.DataFrame


@st.cache_resource(max_entries=4, show_spinner=False)
def dataset(name: str) -> Dataset:
    """Return a data set; one that is not on this machine is a named error, never a download."""
    source = next((source for source in SOURCES if source.name == name), None)
    if source is not None and not is_at_hand(source):
        raise AssetError(
            "the data set {dataset} is not on this machine yet. Run “recscope fetch {dataset}”, "
            "then reload this page",
            dataset=name,
        )
    return load(name)


@st.cache_resource(max_entries=8, show_spinner=False)
def split(name: str, seed: int) -> Split:
    """Return the data set's own split, or a quarter of each person's interactions held out."""
    own = own_split(name)
    if own is not None:
        return own
    return random_ratio(dataset(name), test_share=TEST_SHARE, rng=stream(seed, "split"))


@st.cache_resource(max_entries=8, show_spinner=False)
def audit_data(name: str, seed: int) -> AuditData:
    """Return what the lists of a split are held against."""
    parts = split(name, seed)
    return prepare(
        interactions=parts.train.interactions,
        held_out=parts.held_out,
        users=parts.train.users,
        items=parts.train.items,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _fitted(name: str, model: str, seed: int) -> Recommender:
    return fit_model(RunConfig(name, model, seed=seed), split(name, seed).train)


@st.cache_resource(max_entries=8, show_spinner=False)
def _context(name: str, model: str, seed: int) -> PolicyContext:
    train = split(name, seed).train
    return PolicyContext(train, _fitted(name, model, seed), train.histories)


@st.cache_resource(max_entries=32, show_spinner=False)
def slates(run: RunConfig) -> Slates:
    """Return everyone's list."""
    context = _context(run.dataset, run.model, run.seed)
    return recommend(
        context.model,
        context.histories,
        policy=make_policy(run.policy, context),
        rate=run.rate,
        n=run.n,
        rng=stream(run.seed, "policy"),
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def evaluation(run: RunConfig) -> Evaluation:
    """Return what was measured on everyone's list."""
    train = split(run.dataset, run.seed).train
    table = slates(run).to_table(train.user_ids, train.item_ids)
    return evaluate(audit_data(run.dataset, run.seed), table, k=run.n)


@st.cache_resource(max_entries=32, show_spinner=False)
def _analysis(run: RunConfig, by: tuple[str, ...]) -> Analysis:
    data = audit_data(run.dataset, run.seed)
    return analyse(data, evaluation(run), by=by, settings=Settings(seed=run.seed))


@st.cache_resource(max_entries=64, show_spinner=False)
def summary(run: RunConfig, by: tuple[str, ...]) -> Summary:
    """Return the whole audit of a run, with intervals, split by user attributes."""
    return summarise(_analysis(run, by))


@st.cache_resource(max_entries=64, show_spinner=False)
def change_from_greedy(run: RunConfig, by: tuple[str, ...]) -> tuple[Result, ...]:
    """Return what differs from the same run with nothing left to chance."""
    return changes(_analysis(replace(run, rate=0.0), by), _analysis(run, by))


@st.cache_resource(max_entries=64, show_spinner=False)
def compared(run: RunConfig) -> Compared:
    """Return one model's own lists measured, and what they cost."""
    data = audit_data(run.dataset, run.seed)
    train = split(run.dataset, run.seed).train
    return compare_model(run, train, data, settings=Settings(seed=run.seed))


@st.cache_resource(max_entries=64, show_spinner=False)
def explanations(run: RunConfig, user: str) -> dict[int, Explanation]:
    """Return why each item of one person's list has its score, by item row."""
    train = split(run.dataset, run.seed).train
    row = train.user_row(user)
    shown = slates(run).items[row]
    found = explain_each(
        _fitted(run.dataset, run.model, run.seed),
        train.histories.take([row]),
        targets=shown[shown >= 0].tolist(),
    )
    return {explanation.target: explanation for explanation in found}


def facts(run: RunConfig, user: str, place: int) -> FactRecord:
    """Return what may be said about one place of a person's list, counted from 0."""
    train = split(run.dataset, run.seed).train
    row = train.user_row(user)
    shown = slates(run)
    return collect_facts(
        explanations(run, user)[int(shown.items[row, place])],
        train,
        personalised=_fitted(run.dataset, run.model, run.seed).capabilities.personalised,
        explored=bool(shown.by_chance[row, place]),
        propensity=float(shown.propensities[row, place]),
        next_item=_next_item(shown, row, place),
    )


def _next_item(shown: Slates, row: int, place: int) -> int | None:
    """Return what stands one place lower."""
    below = shown.items[row, place + 1 : place + 2]
    return int(below[0]) if len(below) and below[0] >= 0 else None


@st.cache_resource(max_entries=1024, show_spinner=False)
def words(
    facts: FactRecord, *, language: str, audience: Audience, generator: GeneratorName
) -> Justification:
    """Return the checked text about a record; a language model is waited for in its turn."""
    if generator == "template":
        return justify(facts, language=language, audience=audience)
    order = _writer(generator).order(facts, language=language, audience=audience)
    return order.result()


@st.cache_resource(max_entries=2, show_spinner=False)
def _writer(generator: GeneratorName) -> Writer:
    return Writer(lambda: make_generator(generator))


@st.cache_resource(max_entries=4, show_spinner=False)
def _tastes(name: str, seed: int) -> Tastes:
    return fit_tastes(dataset(name), rng=stream(seed, "users"))


@st.cache_resource(max_entries=128, show_spinner=False)
def simulated(run: RunConfig, world: int, rounds: int) -> Simulated:
    """Return one arm in one world; arms of a world share its tastes and its luck."""
    parts = split(run.dataset, run.seed)
    feedback = compare(
        parts.train,
        rate_arms(find_policy(run.policy), [run.rate]),
        model=make_model(run.model),
        tastes=lambda *, rng: _tastes(run.dataset, world),
        seeds=[world],
        settings=LoopSettings(rounds=rounds, n=run.n),
    )
    data = audit_data(run.dataset, run.seed)
    return Simulated(measure_rounds(feedback, data), compare_with_log(feedback, data))
