"""The draft for the terms of a service, and the reasons of a whole list."""

from tests.dashboard.apptest import page, shown_text


def test_the_parameters_are_worded_for_the_terms_of_a_service() -> None:
    app = page("parameters", model="ease", rate=0.2)
    draft = app.code[0].value
    assert "what the person chose before: 100% of the score on average." in draft
    assert "what is known of the person" not in draft
    assert "At an exploration rate of 20%" in draft
    assert "claims no compliance" in shown_text(app)
    assert "exploration rate" not in page("parameters", model="ease", rate=0.0).code[0].value


def test_the_whole_list_is_explained_and_says_which_places_were_drawn() -> None:
    words = shown_text(page("person", rate=0.0, question="slate"))
    assert "best items it leaves out, on average" in words
    assert "filled by exploration" not in words
    app = page("person", rate=1.0, question="slate")
    assert not app.exception
    assert "filled by exploration or a rule of the policy" in shown_text(app)
    assert " below the 10 best items it leaves out" in shown_text(app)
