"""The closed form of a factorisation machine, in every game, against every subset."""

import numpy as np
import pytest

from engine.explanations.attribution import explain
from engine.explanations.exact import enumerate_shapley, explain_exactly
from engine.explanations.forms import factorised_parts, find_form
from engine.explanations.groups import group_players
from engine.explanations.question import Effort, Question
from engine.models.factorisation_machine import FactorisationMachine
from tests.engine.test_factorisation_machine import cinema

WORLD = cinema()
MODEL = FactorisationMachine(epochs=5, learning_rate=0.05, l2=0.0, factors=4).fit(
    WORLD, rng=np.random.default_rng(1)
)


def question(game: str, person: int) -> Question:
    history = WORLD.histories.take([person])
    first, *others = np.flatnonzero(~history.seen()[0]).tolist()
    return Question(
        MODEL,
        history,
        (first,),
        game=game,  # type: ignore[arg-type]
        competitors=(tuple(others),) if game == "margin" else (),
        groups=group_players(history, WORLD.items) if game == "attributes" else (),
    )


@pytest.mark.parametrize("game", ["history", "margin", "attributes"])
@pytest.mark.parametrize("person", [6, 13])
def test_the_form_is_what_all_subsets_say(game: str, person: int) -> None:
    asked = question(game, person)
    form = find_form(asked)
    assert form is not None
    assert form.parts is factorised_parts
    play = asked.play()
    (found,) = explain_exactly(asked, rng=np.random.default_rng(0), effort=Effort())
    np.testing.assert_allclose(found.contributions, enumerate_shapley(play)[:, 0], atol=1e-5)
    nobody = play.values(np.zeros((1, play.n_players), dtype=bool))[0, 0]
    assert found.base_value == pytest.approx(nobody, abs=1e-5)
    assert abs(found.residual) < 1e-5


def test_it_is_what_an_explanation_uses_by_default() -> None:
    history = WORLD.histories.take([6])
    target = int(np.flatnonzero(~history.seen()[0])[0])
    assert explain(MODEL, history, target).method == "exact"
