"""The chance a model's loss gives to an item: who declares one, and what it is."""

import numpy as np
import pytest

from engine.errors import OptionError
from engine.explanations.fidelity_cuts import outputs_of
from engine.models.base import Capabilities
from engine.models.registry import MODELS
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
N_ITEMS = 20
LEARNED_BY_CHANCE = {
    **dict.fromkeys(("logistic-mf", "lstm", "factorisation-machine"), "sigmoid"),
    **dict.fromkeys(("mult-vae", "sasrec", "two-tower"), "softmax"),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_declare_the_chance_their_loss_knows(name: str) -> None:
    model = make_model(name)
    assert model.capabilities.chance == LEARNED_BY_CHANCE.get(name, "none")
    scores = RNG(0).normal(size=(4, N_ITEMS))
    outputs = outputs_of(model, scores, np.arange(N_ITEMS))
    np.testing.assert_array_equal(np.argsort(outputs), np.argsort(scores))
    if name in LEARNED_BY_CHANCE:
        assert ((outputs > 0) & (outputs < 1)).all()
        sums = outputs.sum(axis=1)
        is_one = np.allclose(sums, 1)
        assert is_one == (model.capabilities.chance == "softmax")


def test_the_mf_of_lxrs_form_is_registered_and_linear() -> None:
    model = make_model("logistic-mf")
    assert "logistic-mf" in MODELS
    assert model.capabilities == Capabilities(linear_in_history=True, chance="sigmoid")
    model.negatives = 0
    with pytest.raises(OptionError, match="0 negatives"):
        model.fit(worlds.dataset_from(np.eye(4)), rng=RNG(0))
