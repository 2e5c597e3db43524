"""The reason in words: the text, who made it, what it rests on, and what a reviewer says of it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.components.allowed import why_not
from dashboard.components.model_words import draw_writing, find_written
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.i18n import N_, Translator
from dashboard.jobs.justify import wanted_words
from dashboard.reviews import Decision
from dashboard.services.decide import decide_on_text, decisions_on_text
from dashboard.services.words import words
from dashboard.state import settle
from engine.config import RunConfig
from engine.errors import RecscopeError
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification
from engine.justifications.sentences import sentences_of
from engine.justifications.sources import GeneratorName, at_hand

__all__ = ["chosen_maker", "draw_words"]

_MAKERS: dict[GeneratorName, str] = {
    "template": N_("Fixed words"),
    "local": N_("Local language model"),
    "endpoint": N_("Language model server"),
}
_REFUSED = {
    "none": N_("Nothing in the history spoke for this item, so no reason is named."),
    "uncertain": N_("The strongest reason is within its own error, so none is named."),
    "diffuse": N_(
        "The three strongest items make up less than a twentieth of the effect, so none is named."
    ),
}
_DECIDED: dict[Decision, str] = {
    "accepted": N_("accepted"),
    "edited": N_("edited"),
    "rejected": N_("rejected"),
}


def draw_words(
    facts: FactRecord, run: RunConfig, user: str, *, language: str, _: Translator
) -> Justification:
    """Draw the text about one place of a person's list for the audience asked for; return it."""
    maker, audience = _choices(_)
    found = words(current_person(), facts, language=language, audience=audience)
    if maker == "template":
        st.text(found.text)
    else:
        wanted = wanted_words(run, user, language=language, audience=audience, generator=maker)
        by_model = None if facts.refusal else find_written(wanted, facts, _)
        found = found if by_model is None else by_model
        st.text(found.text)
        draw_writing(wanted, _)
    _made_by(found, _)
    _rests_on(found, _)
    if audience == "reviewer":
        _review(found, _)
    return found


def _choices(_: Translator) -> tuple[GeneratorName, Audience]:
    """Draw who chooses the words and who reads them; one choice alone is not asked for."""
    makers = at_hand()
    maker: GeneratorName = "template"
    if _has_choice(_):
        settle("generator", makers)
        maker = st.selectbox(
            _("Who chooses the words"),
            makers,
            key="generator",
            format_func=lambda name: _(_MAKERS[name]),
            help=_(
                "A language model chooses plan, order and wording among sentences that are "
                "true of the facts. Every claim is checked before it is shown."
            ),
        )
    settle("reviewer", (False, True))
    reviewer = st.toggle(
        _("Reviewer's view"),
        key="reviewer",
        help=_("Reasons for and against, in numbers, instead of the person's short sentence."),
    )
    return maker, "reviewer" if reviewer else "user"


def chosen_maker(_: Translator) -> GeneratorName:
    """Return who chooses the words, where `draw_words` has asked."""
    maker: GeneratorName = st.session_state["generator"] if _has_choice(_) else "template"
    return maker


def _has_choice(_: Translator) -> bool:
    return len(at_hand()) > 1 and why_not(current_person(), Action.RUN, _) is None


def _made_by(found: Justification, _: Translator) -> None:
    if found.generated:
        st.badge(_("AI-generated"), icon=":material/auto_awesome:", color="violet")
        st.caption(
            _.ngettext(
                "A language model chose these words; {n} check of them against the facts holds.",
                "A language model chose these words; all {n} checks of them against the facts "
                "hold.",
                len(found.verdict.checks),
            )
        )
    elif found.facts.refusal is not None:
        st.caption(_(_REFUSED[found.facts.refusal]))
    elif found.attempts:
        st.caption(_("Fixed words: what the language model wrote did not hold against the facts."))


def _rests_on(found: Justification, _: Translator) -> None:
    with st.expander(_("What each sentence rests on"), icon=":material/fact_check:"):
        for sentence in sentences_of(found):
            st.text(sentence.text)
            if sentence.contributors:
                grid(
                    pl.DataFrame(
                        {
                            _("History item"): [each.title for each in sentence.contributors],
                            _("Adds to the score"): [
                                _.signed(each.contribution, digits=3)
                                for each in sentence.contributors
                            ],
                            _("Share of the effect"): [
                                _.percent(each.share) for each in sentence.contributors
                            ],
                            _("Rank"): [str(each.rank) for each in sentence.contributors],
                        }
                    ),
                )
            for fact in dict.fromkeys(_behind(slot, found.facts, _) for slot in sentence.slots):
                if fact is not None:
                    st.caption(plain(fact))
        st.caption(
            _("Record {digest}, method {method}", digest=found.facts.digest[:12],
              method=found.facts.method)
        )  # fmt: skip
        if found.model_digest is not None and found.prompt_digest is not None:
            st.caption(
                _("Language model {model}, prompt {prompt}", model=found.model_digest[:12],
                  prompt=found.prompt_digest[:12])
            )  # fmt: skip


def _behind(slot: str, facts: FactRecord, _: Translator) -> str | None:
    """Return the fact a placeholder stands for, where it is not a contributor."""
    if slot in ("N", "FOR", "AGAINST", "REST"):
        return _(
            "Of {n} history items {supporting} spoke for it and {opposing} against it; the rest "
            "made no difference.",
            n=facts.history_size,
            supporting=facts.supporting,
            opposing=facts.opposing,
        )
    if slot == "R" and facts.removal is not None:
        if facts.removal.new_rank is None:
            return _(
                "The model has scored the history without these: the item is no longer ranked."
            )
        return _(
            "The model has scored the history without these: the item then has place {rank}.",
            rank=facts.removal.new_rank,
        )
    if slot == "M":
        return _("The list's next place.")
    if slot == "P" and facts.propensity is not None:
        return _(
            "The policy's exact chance: {chance}.", chance=_.number(facts.propensity, digits=5)
        )
    if slot == "J":
        return _(
            "{share} of the effect is no single item's: the contributions leave it over.",
            share=_.percent(facts.residual_share),
        )
    return None


def _review(found: Justification, _: Translator) -> None:
    with st.expander(_("Accept, edit or reject"), icon=":material/rate_review:"):
        person = current_person()
        refusal = why_not(person, Action.DECIDE, _)
        if refusal is not None:
            st.caption(plain(refusal))
            return
        edited = st.text_area(_("Text"), value=found.text, key=f"edit-{found.facts.digest[:12]}")
        note = st.text_input(_("Note"), key=f"note-{found.facts.digest[:12]}")
        accept, edit, reject = st.columns(3)
        decision: Decision | None = None
        if accept.button(_("Accept"), key="accept", width="stretch"):
            decision = "accepted"
        if edit.button(_("Save edit"), key="save-edit", width="stretch"):
            decision = "edited"
        if reject.button(_("Reject"), key="reject", width="stretch"):
            decision = "rejected"
        if decision is not None:
            _decide(found, decision, note=note, edited=edited, _=_)
        for review in decisions_on_text(person, found):
            said = _(
                "{when}: {decision}. {note}",
                when=review.decided_at,
                decision=_(_DECIDED[review.decision]),
                note=review.note,
            )
            st.text(said if review.edited is None else f"{said} {review.edited}")


def _decide(
    found: Justification, decision: Decision, *, note: str, edited: str, _: Translator
) -> None:
    try:
        decide_on_text(current_person(), found, decision, note=note, edited=edited)
    except RecscopeError as error:
        st.error(plain(_.error(error)), icon=":material/error:")
