"""A job on a page: how far it is, how long it takes yet, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.jobs import queue
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.record import JobRecord, State
from dashboard.labels import job_label, label, stage_label
from engine.errors import AccessError, OutputError

__all__ = ["WATCH_SECONDS", "await_job", "draw_job", "draw_learning", "duration", "title", "watch"]

WATCH_SECONDS = 2.0


def watch(id: str, draw: Callable[[], None], _: Translator) -> None:
    """Draw a job and what it has made so far every few seconds, until it ends."""

    @st.fragment(run_every=WATCH_SECONDS)
    def watching() -> None:
        try:
            record = queue.get(id, person=current_person())
        except OutputError as error:
            # The work goes on while the list cannot be read.
            st.warning(plain(_.error(error)), icon=":material/warning:")
            return
        if not record.active:
            st.rerun()
        draw_job(record, _)
        draw()

    watching()


def await_job(needed: NotYetError, _: Translator) -> None:
    """Ask for what a page needs, unless it was stopped or failed, and watch it.

    The page is drawn again when the job is done.
    """
    person = current_person()
    record = queue.same(needed.kind, needed.config, person=person)
    if record is None or record.state is State.DONE:
        record = queue.submit(needed.kind, needed.config, person=person)
    st.info(
        _(
            "This model goes through the data many times, so it learns in the background. The "
            "page is drawn as soon as it has learned; that is needed only once."
        ),
        icon=":material/hourglass_top:",
    )
    if record.active or record.state is State.DONE:
        watch(record.id, lambda: None, _)
    else:
        draw_job(record, _)


def draw_learning(needed: Sequence[NotYetError], _: Translator) -> None:
    """Ask for what several models have yet to learn, and watch until one of them is done."""
    person = current_person()
    records = []
    for one in needed:
        record = queue.same(one.kind, one.config, person=person)
        if record is None or record.state is State.DONE:
            try:
                record = queue.submit(one.kind, one.config, person=person)
            except AccessError as error:
                st.warning(plain(_.error(error)), icon=":material/hourglass_top:")
                break
        records.append(record)
    st.info(
        _(
            "These models go through the data many times, so they learn in the background. Each "
            "joins the picture as soon as it has learned."
        ),
        icon=":material/hourglass_top:",
    )

    @st.fragment(run_every=WATCH_SECONDS if any(one.active for one in records) else None)
    def watching() -> None:
        now = [queue.get(record.id, person=person) for record in records]
        if any(one.active != old.active for one, old in zip(now, records, strict=True)):
            st.rerun()
        for record in now:
            draw_job(record, _, named=True)

    watching()


def draw_job(record: JobRecord, _: Translator, *, named: bool = False) -> None:
    """Draw one job; one that is done has nothing to say unless it is named."""
    if record.state is State.DONE and not named:
        return
    with st.container(border=True):
        if named:
            st.markdown(f"**{plain(title(record, _))}**")
        if record.state is State.RUNNING:
            _draw_running(record, _)
        elif record.state is State.QUEUED:
            st.progress(0.0, text=_("Waiting for a free worker. You may leave this page."))
        elif record.state is State.FAILED and record.error is not None:
            st.error(plain(_.error(record.error)), icon=":material/error:")
        elif record.state is State.CANCELLED:
            st.caption(_("Stopped. What it has done is kept, and it can go on from there."))
        else:
            st.caption(_("Done."))
        _draw_button(record, _)


def title(record: JobRecord, _: Translator) -> str:
    """Return what a job is: its kind, and the data and models it is about."""
    config = record.config
    about = [config.get("dataset"), config.get("model"), config.get("policy")]
    names = [label(_, str(name)) for name in about if name]
    return " · ".join([job_label(_, record.kind), *names])


def _draw_running(record: JobRecord, _: Translator) -> None:
    share = record.done / record.total if record.total else 0.0
    st.progress(min(share, 1.0), text=plain(_progress(record, _)))


def _progress(record: JobRecord, _: Translator) -> str:
    if record.stopping:
        return _("Stopping at the end of this step …")
    stage = stage_label(_, record.stage)
    if not record.total or not record.done:
        return _("Begun: {stage} …", stage=stage)
    fields = {
        "done": _.number(record.done, digits=0),
        "total": _.number(record.total, digits=0),
        "stage": stage,
    }
    left = record.seconds_left()
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


def _draw_button(record: JobRecord, _: Translator) -> None:
    person = current_person()
    if record.active:
        if st.button(
            _("Stop"),
            icon=":material/stop:",
            key=f"stop-{record.id}",
            disabled=record.stopping,
        ):
            queue.cancel(record.id, person)
            st.rerun()
    elif record.state is not State.DONE and st.button(
        _("Go on"), icon=":material/resume:", key=f"go-on-{record.id}"
    ):
        queue.resume(record.id, person)
        st.rerun()
