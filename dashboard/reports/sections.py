"""From the JSON of a report to its sections; a mode chooses sections, never numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from audits.catalogue import metric
from audits.results import DIFFERENCE, GAPS, ITEM, MAD, RATIO, Result
from dashboard.components.figures import decimals, range_text, value_text, with_ends
from dashboard.i18n import N_, Translator
from dashboard.labels import attribute_label, item_attribute_label, value_label
from dashboard.reports.document import Block, Document, Figure, Interval, Section, Table, Text
from dashboard.reports.regimes import china, dsa, statements, tested
from dashboard.reports.verdicts import summary, verdict_table
from dashboard.reports.warnings import warning_text

__all__ = ["MODES", "TITLES", "make_document"]

Report = Mapping[str, Any]
Builder = Callable[[Report, tuple[Result, ...], Translator], tuple[Block, ...]]
DRAWN = "ndcg"
PROVIDERS = (
    "exposure_share",
    "exposure_merit",
    "disparate_treatment",
    "disparate_impact",
    "mean_gain",
)
IMPACT = ("selection_rate", "impact_ratio", "scoring_rate", "scoring_ratio")


def make_document(report: Report, mode: str, _: Translator) -> Document:
    """Return a report in one language and one of `MODES`."""
    results = tuple(Result(**row) for row in report["results"])
    sections = []
    for name in MODES[mode]:
        title, build = SECTIONS[name]
        blocks = build(report, results, _)
        if blocks:
            sections.append(Section(name, _(title), blocks))
    return Document(_(TITLES[mode]), _.language, tuple(sections))


def _overall(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    rows = [row for row in results if row.by is None]
    return (_values(rows, _("Measure"), [_(metric(row.metric).label) for row in rows], _),)


def _values(rows: list[Result], first: str, names: list[str], _: Translator) -> Table:
    return Table(
        (first, _("Value"), _("95% interval"), _("People (n)")),
        tuple(
            (name, value_text(_, row), range_text(_, row), _.number(row.n, digits=0))
            for name, row in zip(names, rows, strict=True)
        ),
    )


def _groups(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for by in _groupings(results, of_items=False):
        rows = [row for row in results if row.by == by and row.metric == DRAWN]
        shown = [row for row in rows if row.group not in GAPS and row.value is not None]
        blocks.append(Text(attribute_label(_, by)))
        if shown:
            names = [value_label(_, row.group) for row in shown]
            blocks += [
                _figure(shown, names, _, reference=None),
                _values(shown, _("Group"), names, _),
            ]
        blocks.append(_gap_table(by, results, _))
    if blocks:
        blocks.append(
            Text(
                _(
                    "p is of a permutation test of the gap, adjusted over all comparisons of the "
                    "report (Benjamini-Hochberg). Effect size d is the gap in pooled standard "
                    "deviations (Cohen). A detectable gap is the smallest true one that would be "
                    "found four times in five."
                )
            )
        )
    return tuple(blocks)


def _gap_table(by: str, results: tuple[Result, ...], _: Translator) -> Table:
    found = {(row.metric, row.group): row for row in results if row.by == by}
    names = [name for name, group in found if group == DIFFERENCE]
    rows = []
    for name in names:
        gap = found[name, DIFFERENCE]
        rows.append(
            (
                _(metric(name).label),
                with_ends(_, value_text(_, gap), range_text(_, gap)),
                _with_range(found[name, RATIO], _, digits=3),
                _with_range(found[name, MAD], _, digits=decimals(name)),
                _number(gap.p_adjusted, 3, _),
                _number(gap.effect_size, 2, _),
                _number(gap.detectable, decimals(name), _),
            )
        )
    columns = (
        _("Measure"),
        _("Gap, largest minus smallest"),
        _("Ratio, smallest over largest"),
        _("Mean gap over pairs"),
        _("p, adjusted"),
        _("Effect size d"),
        _("Detectable gap"),
    )
    return Table(columns, tuple(rows))


def _with_range(row: Result, _: Translator, *, digits: int) -> str:
    if row.value is None or row.low is None or row.high is None:
        return "–" if row.value is None else _.number(row.value, digits=digits)
    low, high = (_.number(end, digits=digits) for end in (row.low, row.high))
    ends = _("{low} to {high}", low=low, high=high)
    return with_ends(_, _.number(row.value, digits=digits), ends)


def _number(value: float | None, digits: int, _: Translator) -> str:
    return "–" if value is None else _.number(value, digits=digits)


def _groupings(results: tuple[Result, ...], *, of_items: bool) -> list[str]:
    telling = PROVIDERS[0] if of_items else DRAWN
    return list(
        dict.fromkeys(
            row.by
            for row in results
            if row.by and row.metric == telling and row.by.startswith(ITEM) == of_items
        )
    )


def _figure(
    rows: list[Result], names: list[str], _: Translator, *, reference: float | None
) -> Figure:
    points = tuple(
        Interval(name, row.value, row.low, row.high, value_text(_, row))
        for name, row in zip(names, rows, strict=True)
        if row.value is not None
    )
    return Figure(_(metric(rows[0].metric).label), points, reference)


def _providers(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for by in _groupings(results, of_items=True):
        rows = [row for row in results if row.by == by]
        merit = [row for row in rows if row.metric == "exposure_merit" and row.value is not None]
        blocks.append(Text(item_attribute_label(_, by.removeprefix(ITEM))))
        if merit:
            names = [item_attribute_label(_, row.group or "") for row in merit]
            blocks.append(_figure(merit, names, _, reference=1.0))
        blocks.append(_item_table(rows, PROVIDERS, _))
        apart = next((row for row in rows if row.group == MAD and row.value is not None), None)
        if apart is not None:
            blocks.append(
                Text(
                    _(
                        "{measure}: mean gap over all pairs of groups (MAD) {value}.",
                        measure=_(metric(apart.metric).label),
                        value=_with_interval(apart, _),
                    )
                )
            )
    return tuple(blocks)


def _item_table(rows: list[Result], measures: tuple[str, ...], _: Translator) -> Table:
    found = {(row.group, row.metric): row for row in rows}
    lines = []
    for group in dict.fromkeys(row.group for row in rows if row.metric == measures[0]):
        cells = [_with_interval(found[group, name], _) for name in measures]
        n = _.number(found[group, measures[0]].n, digits=0)
        lines.append((item_attribute_label(_, group or ""), *cells, n))
    columns = (
        _("Group of items"),
        *(_(metric(name).label) for name in measures),
        _("People (n)"),
    )
    return Table(columns, tuple(lines))


def _with_interval(row: Result, _: Translator) -> str:
    return with_ends(_, value_text(_, row), range_text(_, row))


def _impact(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Text(
            _(
                "In the style of NYC Local Law 144: a category is a group of items; being selected "
                "is standing among the first {k} of someone who did not have the item; assessed "
                "are all items that person did not have. Scored is every shown item with a score. "
                "The law sets no bound; this is no legal advice.",
                k=report["config"]["k"],
            )
        )
    ]
    for by in _groupings(results, of_items=True):
        blocks.append(Text(item_attribute_label(_, by.removeprefix(ITEM))))
        blocks.append(_item_table([row for row in results if row.by == by], IMPACT, _))
        blocks.append(_counts(report, by, _))
    ties = (report.get("impact") or {}).get("ties_at_median", 0)
    counted = _("Shown items scored exactly at the median, which count as below: {n}.", n=ties)
    return (*blocks, Text(counted), *statements(report, _))


def _counts(report: Report, by: str, _: Translator) -> Table:
    """List the counts behind the ratios, with what is unknown or small and is left in."""
    rows = []
    for found in (report.get("impact") or {}).get("groups", ()):
        if found["by"] != by:
            continue
        marks = [
            text
            for held, text in (
                (found["unknown"], _("group unknown, in no ratio")),
                (found["small"], _("below 2% of what could be shown")),
            )
            if held
        ]
        counts = (found[name] for name in ("selected", "assessed", "above_median", "scored"))
        numbers = [_.number(count, digits=0) for count in counts]
        name = item_attribute_label(_, found["group"])
        rows.append((name, *numbers, _.clauses(marks) or "–"))
    columns = (
        _("Group of items"),
        _("Selected"),
        _("Assessed"),
        _("Scored above the median"),
        _("Scored"),
        _("Note"),
    )
    return Table(columns, tuple(rows))


def _changes(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    rows = [Result(**row) for row in report["changes"]]
    if not rows:
        return ()
    names = [
        _(metric(row.metric).label)
        + ("" if row.by is None else f" ({attribute_label(_, row.by)}: {_('gap')})")
        for row in rows
    ]
    return (_values(rows, _("Change from the lists before"), names, _),)


def _withheld(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    cells = dict.fromkeys((cell["by"], cell["group"]) for cell in report["suppressed"])
    if not cells:
        return (Text(_("No group is withheld.")),)
    least = _.number(report["config"]["min_group"], digits=0)
    rows = tuple(_names(by, group, _) for by, group in cells)
    return (
        Text(
            _(
                "These groups have fewer than {least} people, or would give away one that does.",
                least=least,
            )
        ),
        Table((_("Groups"), _("Group")), rows),
    )


def _names(by: str, group: str, _: Translator) -> tuple[str, str]:
    """Name a grouping and one of its groups, of people or of items."""
    if by.startswith(ITEM):
        return item_attribute_label(_, by.removeprefix(ITEM)), item_attribute_label(_, group)
    return attribute_label(_, by), value_label(_, group)


def _definitions(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    rows = tuple(
        (_(label), _(definition), formula, source)
        for label, definition, formula, source in map(_DEFINITION, report["definitions"])
    )
    columns = (_("Measure"), _("What it means"), _("Formula"), _("Where it comes from"))
    return (Table(columns, rows),)


def _inputs(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    prints = tuple(report["fingerprints"].items())
    parts = ("build", "determinism", "model", "identity")
    settings = dict(report["config"])
    for part in parts:
        settings |= {f"{part}: {name}": value for name, value in (report.get(part) or {}).items()}
    tables = tuple(
        (name, _.number(facts["rows"], digits=0), _days(facts), facts["columns"])
        for name, facts in report["tables"].items()
    )
    return (
        Table((_("Table"), _("Fingerprint (SHA-256)")), prints),
        Table((_("Table"), _("Rows"), _("Period"), _("Columns")), tables),
        Table(
            (_("Setting"), _("Value")),
            tuple((name, str(value)) for name, value in settings.items()),
        ),
        Text(_("Content hash: {hash}", hash=report["hash"])),
    )


def _days(facts: Mapping[str, Any]) -> str:
    return "–" if facts["first"] is None else f"{facts['first']} – {facts['last']}"


def _reviews(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    rows = tuple(
        (act["at"][:19], _(DECISIONS[act["decision"]]), act["actor"], act["note"])
        for act in report.get("reviewer_actions", [])
    )
    if not rows:
        return ()
    return (Table((_("When (UTC)"), _("Decision"), _("Who (pseudonym)"), _("Note")), rows),)


def _limits(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    notes = (
        _("A gap is a difference in a measure. It is neither proof of harm nor of its absence."),
        _("A threshold is an agreement written down with its reason, not a law."),
    )
    warnings = (warning_text(warning, _) for warning in report["warnings"])
    return tuple(Text(text) for text in (*notes, *warnings))


DECISIONS = {"made": N_("made"), "signed": N_("signed"), "rejected": N_("rejected")}
_DEFINITION = itemgetter("label", "definition", "formula", "source")
SECTIONS: dict[str, tuple[str, Builder]] = {
    "summary": (N_("At a glance"), summary),
    "verdicts": (N_("Verdicts"), verdict_table),
    "overall": (N_("Everyone"), _overall),
    "groups": (N_("Groups of people"), _groups),
    "providers": (N_("Groups of items"), _providers),
    "changes": (N_("What changed"), _changes),
    "impact": (N_("Impact and scoring ratios"), _impact),
    "dsa": (N_("Digital Services Act: where what stands"), dsa),
    "china": (N_("China's provisions of 2022: where what stands"), china),
    "tests": (N_("Tests of the system's options"), tested),
    "withheld": (N_("What is withheld"), _withheld),
    "limits": (N_("Limits"), _limits),
    "definitions": (N_("What the measures mean"), _definitions),
    "reviews": (N_("What reviewers decided"), _reviews),
    "inputs": (N_("How to make it again"), _inputs),
}
_TAIL = ("changes", "withheld", "limits", "definitions", "reviews", "inputs")
MODES: dict[str, tuple[str, ...]] = {
    "plain": ("summary", "verdicts", "overall", "groups", "providers", *_TAIL),
    "dsa": ("summary", "dsa", "tests", "verdicts", "overall", "groups", "providers", *_TAIL),
    "ll144": ("summary", "impact", "verdicts", "overall", *_TAIL),
    "china": ("summary", "china", "tests", "verdicts", "overall", "groups", *_TAIL),
}
TITLES = {
    "plain": N_("Audit of a recommender"),
    "dsa": N_("Audit of a recommender, for articles 27 to 38 of the Digital Services Act"),
    "ll144": N_("Audit of a recommender, in the style of NYC Local Law 144"),
    "china": N_("Audit of a recommender, for China's provisions of 2022"),
}
