"""A whole audit as one value, and its JSON, which is the report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from audits.analysis import analyse
from audits.catalogue import metric
from audits.changes import changes
from audits.crowd import measure_crowd
from audits.data import AuditData, prepare
from audits.evaluation import Evaluation, Tally, evaluate
from audits.impact import Impact
from audits.log_blocks import LogBlocks
from audits.results import Result, Summary, Suppressed
from audits.settings import Settings
from audits.summary import summarise
from audits.table_facts import Fact, table_facts
from audits.thresholds import LEVEL, Threshold, Verdict, judge_all
from audits.total_rows import impact_of, provider_rows, total_rows, withheld_items
from engine.tables import fingerprint

__all__ = [
    "CONTENT",
    "SCHEMA_VERSION",
    "AuditReport",
    "Groupings",
    "OptionCheck",
    "audit",
    "content_hash",
]

Scalar = str | int | float | bool | None
SCHEMA_VERSION = "1.2"
TABLES = ("interactions", "held_out", "recommendations", "users", "items", "before")
CONTENT = (
    "schema_version",
    "fingerprints",
    "tables",
    "config",
    "results",
    "verdicts",
    "suppressed",
    "warnings",
    "exploration",
    "thresholds",
    "changes",
    "checks",
    "statements",
    "definitions",
    "impact",
)


@dataclass(frozen=True)
class OptionCheck:
    """A test of one of the system's options: for how many of n people it held."""

    test: str
    held: int
    n: int


@dataclass(frozen=True)
class AuditReport:
    """Everything inputs, settings and seed decide; the same inputs give the same `hash`.

    Attributes
    ----------
    fingerprints
        SHA-256 of each input table.
    config
        The settings of the run, as given, with those of the audit.
    results, verdicts, suppressed
        The numbers, what the thresholds say of them, and what is withheld.
    warnings
        What a reader should know: users left out, short lists, and the like.
    exploration
        What the exploration rate achieved, as whoever made the lists says; None where nobody does.
    thresholds
        What was asked, before one that names all groupings is spread over them.
    changes
        Against other lists for the same users, these minus those, users paired.
    checks
        Tests of the system's options, where they were made.
    statements
        What only people can say.
    tables
        Rows, columns and period of each input table.
    impact
        The counts behind impact and scoring ratios; None without groups of items.
    """

    fingerprints: Mapping[str, str]
    config: Mapping[str, Scalar]
    results: tuple[Result, ...]
    verdicts: tuple[Verdict, ...]
    suppressed: tuple[Suppressed, ...]
    warnings: tuple[str, ...]
    exploration: Mapping[str, Mapping[str, float | None]] | None = None
    thresholds: tuple[Threshold, ...] = field(default=())
    changes: tuple[Result, ...] = field(default=())
    checks: tuple[OptionCheck, ...] = field(default=())
    statements: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    impact: Impact | None = None

    def content(self) -> dict[str, Any]:
        """Return the report as plain data, without its hash."""
        return {
            "schema_version": SCHEMA_VERSION,
            "fingerprints": dict(self.fingerprints),
            "tables": {name: dict(facts) for name, facts in self.tables.items()},
            "config": dict(self.config),
            "results": [asdict(result) for result in self.results],
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
            "suppressed": [asdict(cell) for cell in self.suppressed],
            "warnings": list(self.warnings),
            "exploration": self.exploration,
            "thresholds": [asdict(threshold) for threshold in self.thresholds],
            "changes": [asdict(change) for change in self.changes],
            "checks": [asdict(check) for check in self.checks],
            "statements": dict(self.statements),
            "definitions": _definitions(self.results),
            "impact": None if self.impact is None else asdict(self.impact),
        }

    @cached_property
    def hash(self) -> str:
        """Return the `content_hash` of the report."""
        return content_hash(self.content())

    def to_json(self, about: Mapping[str, Any] | None = None) -> str:
        """Return the report as JSON, hash first.

        Parameters
        ----------
        about
            What is no part of the content and does not move the hash: when it was made, with
            which versions, how to make it again.
        """
        document = {"hash": self.hash, **self.content(), **(about or {})}
        return json.dumps(document, indent=1, ensure_ascii=False)


@dataclass(frozen=True)
class Groupings:
    """What a report is split by: groups of users, of items, and what is offered beside them."""

    users: tuple[str, ...]
    items: tuple[str, ...]
    together: tuple[str, ...]

    def to_config(self) -> dict[str, str]:
        """Return it as settings of a report."""
        return {
            "by": ",".join(self.users),
            "by_items": ",".join(self.items),
            "together": ",".join(self.together),
        }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical content: sorted keys, numbers as 10-digit decimals.

    Keys that are no part of the content (the hash, times, versions, signatures) are left out.
    """
    part = {key: value for key, value in content.items() if key in CONTENT}
    canonical = json.dumps(
        _decimals(part), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _definitions(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Say of each measure in the report what it is."""
    specs = [asdict(metric(name)) for name in dict.fromkeys(row.metric for row in results)]
    return [{**spec, "needs": list(spec["needs"])} for spec in specs]


def _decimals(value: Any) -> Any:
    """Floats as text, so that the hash does not hang on how a platform prints them."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        return {key: _decimals(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_decimals(inner) for inner in value]
    return value


def audit(
    *,
    interactions: pl.DataFrame,
    held_out: pl.DataFrame,
    recommendations: pl.DataFrame | LogBlocks,
    users: pl.DataFrame | None = None,
    items: pl.DataFrame | None = None,
    k: int = 10,
    by: Sequence[str] = (),
    by_items: Sequence[str] = (),
    together: Sequence[str] = (),
    settings: Settings | None = None,
    thresholds: Sequence[Threshold] = (),
    config: Mapping[str, Scalar] | None = None,
    exploration: Mapping[str, Mapping[str, float | None]] | None = None,
    before: pl.DataFrame | LogBlocks | None = None,
) -> AuditReport:
    """Audit lists from any system: plain tables in, one report out.

    What an audit cannot know (checks, statements, further warnings) is put in by
    `dataclasses.replace`.

    Parameters
    ----------
    interactions, held_out, recommendations, users, items
        What the recommender learned from, what people really chose afterwards, the lists, user
        attributes, and the catalogue. Lists larger than memory come as `LogBlocks`.
    k, settings, thresholds
        Places of each list to look at; how intervals are made; what to hold the numbers against.
    by, by_items, together
        Groups of users and of items to split by, and further ones the same reader may see, beside
        which what is withheld must hold too.
    config
        Further settings to keep with the report (model, policy, rate, …).
    exploration
        What the exploration rate achieved, to keep with the report.
    before
        Other lists for the same users, to be compared with; larger than memory, as `LogBlocks`.
    """
    chosen = settings or Settings()
    data = prepare(interactions=interactions, held_out=held_out, users=users, items=items)
    groupings = Groupings(tuple(by), tuple(by_items), tuple(together))
    tables = (interactions, held_out, recommendations, users, items, before)
    measured, tally, changed = _look(
        data, recommendations, before, k=k, groupings=groupings, settings=chosen
    )
    return AuditReport(
        fingerprints=_fingerprints(tables),
        config={**(config or {}), "k": k, **groupings.to_config(), **asdict(chosen)},
        results=measured.results,
        verdicts=judge_all(thresholds, measured.results, measured.suppressed),
        suppressed=measured.suppressed,
        warnings=(*_warnings(tally, items_given=items is not None), *_doubts(measured, chosen)),
        thresholds=tuple(thresholds),
        changes=changed,
        exploration=exploration,
        tables=_facts(tables),
        impact=measured.impact,
    )


def _facts(tables: Sequence[pl.DataFrame | LogBlocks | None]) -> dict[str, Mapping[str, Fact]]:
    named = zip(TABLES, tables, strict=True)
    return {name: table_facts(table) for name, table in named if table is not None}


def _look(
    data: AuditData,
    recommendations: pl.DataFrame | LogBlocks,
    before: pl.DataFrame | LogBlocks | None,
    *,
    k: int,
    groupings: Groupings,
    settings: Settings,
) -> tuple[Summary, Tally, tuple[Result, ...]]:
    """Measure, count, and compare with other lists; of a crowd only sums are kept."""
    if data.n_users > settings.exact_up_to:
        crowd = measure_crowd(
            data,
            recommendations,
            k=k,
            by=groupings.users,
            by_items=groupings.items,
            together=groupings.together,
            settings=settings,
            before=before,
        )
        return crowd.summary, crowd.tally, crowd.changes
    evaluation = evaluate(data, recommendations, k=k)
    return (
        _measure(data, evaluation, groupings, settings=settings),
        evaluation.tally,
        _changes(data, before, evaluation, groupings, settings=settings),
    )


def _fingerprints(tables: Sequence[pl.DataFrame | LogBlocks | None]) -> dict[str, str]:
    named = zip(TABLES, tables, strict=True)
    return {
        name: table.fingerprint() if isinstance(table, LogBlocks) else fingerprint([table])
        for name, table in named
        if table is not None
    }


def _changes(
    data: AuditData,
    before: pl.DataFrame | LogBlocks | None,
    after: Evaluation,
    groupings: Groupings,
    *,
    settings: Settings,
) -> tuple[Result, ...]:
    if before is None:
        return ()
    earlier = evaluate(data, before, k=after.k)
    old, new = (
        analyse(
            data,
            evaluation,
            by=groupings.users,
            together=groupings.together,
            settings=settings,
        )
        for evaluation in (earlier, after)
    )
    return changes(old, new)


def _doubts(measured: Summary, settings: Settings) -> Iterator[str]:
    family = sum(row.p_adjusted is not None for row in measured.results)
    if family / (1 + settings.permutations) > LEVEL:
        yield (
            f"{settings.permutations} permutations are too few for {family} comparisons: one gap "
            "alone could not stand out"
        )


def _measure(
    data: AuditData,
    evaluation: Evaluation,
    groupings: Groupings,
    *,
    settings: Settings,
) -> Summary:
    """Put all rows of a report together: of users, of sums over users, of groups of items."""
    by, together = groupings.users, groupings.together
    means = summarise(analyse(data, evaluation, by=by, together=together, settings=settings))
    totals = total_rows(data, evaluation, by=by, together=together, settings=settings)
    exposed = provider_rows(data, evaluation, by=groupings.items, settings=settings)
    return Summary(
        means.results + totals.results + exposed,
        means.suppressed + totals.suppressed + withheld_items(exposed, settings),
        impact_of(data, evaluation, by=groupings.items, settings=settings),
    )


def _warnings(tally: Tally, *, items_given: bool) -> tuple[str, ...]:
    counted = (
        (tally.n_without_list, "audited users have no list; their accuracy counts as 0"),
        (tally.n_short_lists, f"audited users have fewer than {tally.k} items; gaps are misses"),
        (tally.n_not_audited, "users have a list but nothing held out; accuracy omits them"),
    )
    found = [f"{n} of {tally.n_users} {text}" for n, text in counted if n]
    if tally.n_draws > 1:
        found.append(
            f"expected exposure rests on up to {tally.n_draws} draws of each list; all else looks "
            "at the first"
        )
    elif tally.by_chance:
        found.append(
            "places were left to chance and each list is known once: disparity and loss of "
            "expected exposure are those of the drawn lists, more than the policy's; further "
            "draws in a column draw would tell"
        )
    if not items_given:
        found.append("no items table: the catalogue is what the logs hold, without categories")
    return tuple(found)
