"""A job on a page: how far it is, how long it takes yet, and what can be done about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.jobs import queue
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.record import JobRecord, State
from dashboard.labels import job_label, label, stage_label
from dashboard.services.job import cancel_job, resume_job
from dashboard.services.work import ask_for_work
from dashboard.uploads.staged import is_staged
from engine.errors import AccessError, OutputError

__all__ = ["WATCH_SECONDS", "await_jobs", "draw_job", "duration", "title", "watch"]

WATCH_SECONDS = 1.0


def watch(id: str, draw: Callable[[], None], _: Translator) -> None:
    """Draw a job and what it has made so far every few seconds, until it ends."""

    @st.fragment(run_every=WATCH_SECONDS)
    def watching() -> None:
        for record in _read([id], _):
            if not record.active:
                st.rerun()
            draw_job(record, _)
            draw()

    watching()


_WHERE = N_("Done. With the same settings, the page “Rounds of feedback” shows what came of it.")
_WHY = {
    "fit": N_(
        "A model that takes a while to learn learns in the background. What needs it is drawn as "
        "soon as it has learned; that is needed only once."
    ),
    "audit": N_(
        "The whole audit takes a while here, so it is done in the background. The page is drawn as "
        "soon as that is done; it is needed only once."
    ),
    "audit-lists": N_(
        "So many lists take a while, so they are audited in the background. The page is drawn as "
        "soon as that is done; what you brought is then removed, and only the report is kept."
    ),
    "estimate": N_(
        "So long a log takes a while, so it is evaluated in the background. The page is drawn as "
        "soon as that is done; what you brought is then removed, and only the figures are kept."
    ),
    "measure": N_(
        "Making and measuring these lists takes a while, so it is done in the background. The "
        "page is drawn as soon as that is done; it is needed only once."
    ),
    "explain": N_(
        "The model is asked about so many histories that it takes a while, so that is done in the "
        "background. The answer is drawn as soon as it is there; it is needed only once."
    ),
    "read": N_(
        "So much data takes a while to read, so it is read in the background. The page is drawn as "
        "soon as that is done; it is needed only once."
    ),
    "curve": N_(
        "Eleven rates take a while here, so they are measured in the background. What needs them "
        "is drawn as soon as they are there; that is needed only once."
    ),
}


def await_jobs(needed: Sequence[NotYetError], _: Translator, *, where: str = "page") -> None:
    """Ask for what a page needs, unless it was stopped or failed, and watch it.

    The page is drawn again whenever one of the jobs ends. ``where`` tells parts of a page apart
    that may wait for the same.
    """
    person = current_person()
    records: list[JobRecord] = []
    for kind in dict.fromkeys(one.kind for one in needed):
        st.info(_(_WHY[kind]), icon=":material/hourglass_top:")
    for one in needed:
        record = queue.same(one.kind, one.config, person=person)
        if record is None or record.state is State.DONE:
            try:
                record = ask_for_work(person, one)
            except AccessError as error:
                st.warning(plain(_.error(error)), icon=":material/hourglass_top:")
                break
        if record.id not in [other.id for other in records]:
            records.append(record)
    active = [record.id for record in records if record.active]

    @st.fragment(run_every=WATCH_SECONDS if active else None)
    def watching() -> None:
        now = _read([record.id for record in records], _)
        if any(record.id in active and not record.active for record in now):
            st.rerun()
        for record in now:
            draw_job(record, _, named=True, where=where)

    watching()


def _read(ids: Sequence[str], _: Translator) -> list[JobRecord]:
    """Return jobs; none while the list cannot be read, for the work goes on meanwhile."""
    try:
        return [queue.get(id, person=current_person()) for id in ids]
    except OutputError as error:
        st.warning(plain(_.error(error)), icon=":material/warning:")
        return []


def draw_job(record: JobRecord, _: Translator, *, named: bool = False, where: str = "page") -> None:
    """Draw one job; one that is done has nothing to say unless it is named."""
    if record.state is State.DONE and not named:
        return
    with st.container(border=True):
        if named:
            st.markdown(f"**{plain(title(record, _))}**")
            st.caption(plain(_asked(record, _)))
        if record.state is State.RUNNING:
            _draw_running(record, _)
        elif record.state is State.QUEUED:
            st.progress(0.0, text=_("Waiting for a free worker. You may leave this page."))
        elif record.state is State.FAILED and record.error is not None:
            st.error(plain(_.error(record.error)), icon=":material/error:")
        elif record.state is State.CANCELLED:
            st.caption(_("Stopped. What it has done is kept, and it can go on from there."))
        else:
            st.caption(_("Done.") if record.kind != "simulate" else _(_WHERE))
        _draw_button(record, where, _)


def title(record: JobRecord, _: Translator) -> str:
    """Return what a job is: its kind, and the data and models it is about."""
    config = record.config
    about = [config.get("dataset"), config.get("model"), config.get("policy")]
    names = [label(_, str(name)) for name in about if name and not is_staged(str(name))]
    return " · ".join([job_label(_, record.kind), *names])


def _asked(record: JobRecord, _: Translator) -> str:
    """Say when a job was asked for, and how far it came if it stands still."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(record.created))
    sentences = [*_settings(record, _), _("Asked for at {when}.", when=when)]
    if record.total and not record.active:
        done, total = (_.number(steps, digits=0) for steps in (record.done, record.total))
        sentences.append(_("{done} of {total} done.", done=done, total=total))
    return _.paragraph(sentences)


def _settings(record: JobRecord, _: Translator) -> list[str]:
    """Say what tells one simulation from another of the same data and model."""
    config = record.config
    if record.kind != "simulate" or not {"rates", "rounds", "seeds"} <= set(config):
        return []
    rates = _.listing(str(config["rates"]).split(","))
    return [
        _(
            "Rates {rates}; rounds: {rounds}; worlds: {worlds}.",
            rates=rates,
            rounds=config["rounds"],
            worlds=config["seeds"],
        )
    ]


def _draw_running(record: JobRecord, _: Translator) -> None:
    share = record.done / record.total if record.total else 0.0
    st.progress(min(share, 1.0), text=plain(_progress(record, _)))


def _progress(record: JobRecord, _: Translator) -> str:
    if record.stopping:
        return _("Stopping at the end of this step …")
    stage = stage_label(_, record.stage)
    left = queue.seconds_left(record)
    if not record.total or (not record.done and left is None):
        return _("Begun: {stage} …", stage=stage)
    fields = {
        "done": _.number(record.done, digits=0),
        "total": _.number(record.total, digits=0),
        "stage": stage,
    }
    if left is None:
        return _("{done} of {total}: {stage}.", **fields)
    return _(
        "{done} of {total}: {stage}. About {time} left; you may leave this page.",
        time=duration(left, _),
        **fields,
    )


def duration(seconds: float, _: Translator) -> str:
    """Return a time in words: whole minutes, or tens of seconds below two.

    Examples
    --------
    >>> from dashboard.i18n import translator
    >>> duration(34, translator("en")), duration(200, translator("en"))
    ('40 seconds', '4 minutes')
    """
    if seconds < 120:
        return _.ngettext("{n} second", "{n} seconds", max(-(-round(seconds) // 10) * 10, 10))
    return _.ngettext("{n} minute", "{n} minutes", -(-round(seconds) // 60))


def _draw_button(record: JobRecord, where: str, _: Translator) -> None:
    person = current_person()
    if record.active:
        if st.button(
            _("Stop"),
            icon=":material/stop:",
            key=f"stop-{where}-{record.id}",
            disabled=record.stopping,
        ):
            cancel_job(person, record.id)
            st.rerun()
    elif record.state is not State.DONE and st.button(
        _("Resume"), icon=":material/resume:", key=f"go-on-{where}-{record.id}"
    ):
        resume_job(person, record.id)
        st.rerun()
