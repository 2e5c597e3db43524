"""The reason in words on the person's page: for whom, by whom, and what a reviewer decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.person import LOCAL
from dashboard.components import words
from dashboard.jobs import justify, keeper, place, queue
from dashboard.jobs.justify import wanted_words
from dashboard.jobs.kind import StoppedError, Task
from dashboard.jobs.record import JobRecord, State
from engine.config import RunConfig
from engine.errors import CapabilityError, RecscopeError, ServiceError
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft, Generator
from tests.dashboard.apptest import page, shown_text


class Chooser:
    """A language model that says one true thing, or something else when it is told to lie."""

    produced_by = "local"

    def __init__(self, *, lies: bool = False) -> None:
        self._lies = lies
        self.asked = 0

    def write(self, facts: FactRecord, *, language: str, audience: str, refused: object) -> Draft:
        self.asked += 1
        text = f"Thanks to <H{facts.supporters[0].rank}> in your history."
        return Draft("A great film!" if self._lies else text, "m" * 64, "p" * 64)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs of its own, and no worker: a test does the work itself."""
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path))
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeper, "tend", lambda: None)


def use(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(justify, "make_generator", lambda name: generator)
    monkeypatch.setattr(justify, "is_at_hand", lambda: True)
    monkeypatch.setattr(words, "at_hand", lambda: ("template", "local"))


def begin(*, texts: int = 99) -> JobRecord:
    """Do the job that waits, at most so many texts of it."""
    table = place.table()
    job = table.claim("here", slot=0)
    assert job is not None
    folder = place.results().path(job.work)
    folder.mkdir(parents=True, exist_ok=True)

    def report(done: int, total: int, stage: str) -> None:
        table.beat(job.id, "here", done=done, total=total, stage=stage)
        if done == texts:
            raise StoppedError

    try:
        justify.KIND.run(Task(job.config, folder, LOCAL, report))
    except StoppedError:
        return job
    except RecscopeError as error:
        table.settle(job.id, "here", error=error)
        return job
    place.results().finish(job.work, job.hash)
    table.settle(job.id, "here", result=folder)
    return job


def test_the_person_reads_one_side_the_reviewer_both() -> None:
    app = page("person", rate=0.0)
    assert "in your history" in shown_text(app)
    app.toggle("reviewer").set_value(True).run()
    assert not app.exception
    assert "in the history" in shown_text(app)
    assert "of what the history did" in shown_text(app)


def test_a_decision_is_kept_and_shown() -> None:
    app = page("person", rate=0.0, reviewer=True)
    app.button("accept").click().run()
    assert "accepted" in shown_text(app)
    app.text_area[0].set_value("Better words.")
    app.button("save-edit").click().run()
    assert "edited. Better words." in " ".join(shown_text(app).split())


def test_an_empty_edit_is_refused_in_a_sentence() -> None:
    app = page("person", rate=0.0, reviewer=True)
    app.text_area[0].set_value("")
    app.button("save-edit").click().run()
    assert "an edited text is empty" in shown_text(app)


def test_a_model_chooses_the_words_by_a_job_and_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = Chooser()
    use(model, monkeypatch)
    app = page("person", rate=0.0, generator="local")
    assert not app.exception
    fixed = shown_text(app)
    assert "AI-generated" not in fixed
    assert queue.listed(LOCAL) == ()
    app.button("write-words").click().run()
    assert not app.exception
    (record,) = queue.listed(LOCAL)
    assert (record.kind, record.state) == ("justify", State.QUEUED)
    assert model.asked == 0
    begin()
    app.run()
    assert not app.exception
    assert "Thanks to" in shown_text(app)
    assert "AI-generated" in shown_text(app)
    (record,) = queue.listed(LOCAL)
    assert (record.state, record.done, record.total) == (State.DONE, 10, 10)


def test_a_text_is_shown_as_soon_as_it_is_written_and_a_stopped_job_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = Chooser()
    use(model, monkeypatch)
    app = page("person", rate=0.0, generator="local")
    app.button("write-words").click().run()
    job = begin(texts=3)
    app.run()
    assert not app.exception
    assert "AI-generated" in shown_text(app)
    assert model.asked == 3
    place.table().settle(job.id, "here")
    assert queue.get(job.id, person=LOCAL).state is State.CANCELLED
    queue.resume(job.id, LOCAL)
    begin()
    assert model.asked == 10
    assert queue.get(job.id, person=LOCAL).state is State.DONE


def test_what_does_not_hold_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Chooser(lies=True), monkeypatch)
    app = page("person", rate=0.0, generator="local")
    app.button("write-words").click().run()
    begin()
    app.run()
    assert not app.exception
    assert "great film" not in shown_text(app)
    assert "did not hold against the facts" in shown_text(app)


class Failing(Chooser):
    """A server that is down, until it is up."""

    down = True

    def write(self, facts: FactRecord, *, language: str, audience: str, refused: object) -> Draft:
        if self.down:
            raise ServiceError(
                "RECSCOPE_LLM_SECONDS is {seconds}; give a number of seconds", seconds=0
            )
        return super().write(facts, language=language, audience=audience, refused=refused)


@pytest.mark.parametrize(("language", "words_of_it"), [("en", "give a number"), ("zh", "请给出")])
def test_a_fault_is_told_beside_fixed_words_and_mended_by_going_on(
    language: str, words_of_it: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Failing()
    use(model, monkeypatch)
    app = page("person", rate=0.0, generator="local", language=language)
    app.button("write-words").click().run()
    job = begin()
    app.run()
    assert not app.exception
    assert words_of_it in app.error[0].value.replace("\\", "")
    assert app.text[0].value
    model.down = False
    app.button(f"go-on-page-{job.id}").click().run()
    begin()
    app.run()
    assert not app.error
    assert queue.get(job.id, person=LOCAL).state is State.DONE


def test_a_model_that_is_not_at_hand_is_named_and_nothing_is_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(Chooser(), monkeypatch)
    monkeypatch.setattr(justify, "is_at_hand", lambda: False)
    app = page("person", rate=0.0, generator="local")
    assert not app.exception
    assert "recscope fetch smollm2" in app.warning[0].value
    assert app.text[0].value
    assert queue.listed(LOCAL) == ()


def test_another_model_or_server_is_another_job(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunConfig("planted", "ease")
    hashes = set()
    for url in ("http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"):
        monkeypatch.setenv("RECSCOPE_LLM_URL", url)
        wanted = wanted_words(run, "u001", language="en", audience="user", generator="endpoint")
        record = queue.submit("justify", wanted, person=LOCAL)
        assert queue.same("justify", record.config, person=LOCAL) == record
        hashes.add(record.hash)
    assert len(hashes) == 2
    monkeypatch.delenv("RECSCOPE_LLM_URL")
    with pytest.raises(CapabilityError, match="set RECSCOPE_LLM_URL"):
        queue.submit("justify", wanted, person=LOCAL)
