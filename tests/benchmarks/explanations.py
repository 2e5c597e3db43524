"""Exact explanations of every form, those of shap and lime, and ours of the same kind, timed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.models.ease import Ease
from engine.ranking import top_n
from tests.benchmarks.closed_forms import milliseconds
from tests.benchmarks.contest import Contestant, Outcome, contest, ratio, spread
from tests.benchmarks.scene import Scene, fit, movielens_scene

__all__ = ["run"]

PLAYERS, SAMPLES, MOST_ITEMS, REPEATS, PEOPLE = 50, 500, 200, 100, 200
MODULES = "tests.benchmarks.contestants."
EXACT = Contestant("exact, everyone", MODULES + "exact_explanations", options=("short", "1"))
FIFTY = Contestant("exact", MODULES + "exact_explanations", options=("long", str(REPEATS)))
KERNEL = Contestant("shap kernel", MODULES + "library_explanations", options=("shap",))
MASKED = Contestant("masked LIME", MODULES + "masked_lime", options=(str(SAMPLES), str(REPEATS)))
LIME = Contestant("lime", MODULES + "library_explanations", options=("lime", str(SAMPLES)))


def run(folder: Path, *, rounds: int = 5) -> dict[str, object]:
    """Return explanations a second, the two ratios, and how far each lies from the truth.

    Exact: everyone with at most 200 training items, their best item each, one at a time, on a
    fitted EASE; the model is asked for its score each time. Against the kernel explainer: people
    with 50 items and more, cut to 50; the library is given a bare sum of coefficients for a model
    and keeps every player, ours asks the fitted model as always. LIME: the same number of samples
    a person, both over the same bare sum. Quick work is done a hundred times over. Beside it, how
    long one explanation takes by every closed form; see `milliseconds`.
    """
    scene = movielens_scene()
    _write_game(folder, scene)
    contestants = [EXACT, FIFTY, KERNEL, MASKED, LIME]
    outcomes = contest(contestants, folder, rounds=rounds)
    everyone, fifty, kernel, masked, lime = (_a_person(outcomes[c.name]) for c in contestants)
    return {
        "settings": {"rounds": rounds, "players": PLAYERS, "samples": SAMPLES},
        "exact explanations a second": spread([1 / seconds for seconds in everyone.seconds]),
        "goal, a second": "at least 1000",
        "milliseconds an explanation, least of 3, spread over people": milliseconds(
            scene, people=PEOPLE, longest=MOST_ITEMS
        ),
        "goal, milliseconds": "at most 1",
        "shap kernel / exact": ratio(kernel, fifty),
        "goal, kernel": "at least 100 times, at no larger error",
        "lime / masked LIME": ratio(lime, masked),
        "goal, lime": "at least 10 times",
        "largest error, as a share of the largest contribution": {
            name: outcome.answer["error"] for name, outcome in outcomes.items()
        },
        **{f"seconds a person, {c.name}": spread(_a_person(outcomes[c.name]).seconds)
           for c in contestants},
    }  # fmt: skip


def _a_person(outcome: Outcome) -> Outcome:
    people = outcome.answer["people"]
    return Outcome(tuple(seconds / people for seconds in outcome.seconds), outcome.answer)


def _write_game(folder: Path, scene: Scene) -> None:
    """Keep the fitted weights, whose history it is, and the item that is explained."""
    model = fit(scene, "ease")
    assert isinstance(model, Ease)
    histories = scene.train.histories
    np.savez(
        folder / "game.npz",
        weights=model.item_weights_,
        indptr=histories.indptr,
        items=histories.items,
        best=top_n(model.score(histories), ~histories.seen(), n=1)[:, 0],
        short=np.flatnonzero(histories.lengths <= MOST_ITEMS),
        long=np.flatnonzero(histories.lengths >= PLAYERS)[:5],
    )
