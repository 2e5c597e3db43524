"""Whether the drift of a log is found: logs are made with drifts that are known."""

import numpy as np
import polars as pl
import pytest

from engine.dataset import Dataset, make_dataset
from engine.simulation.drift import DriftFit, fit_drift
from engine.simulation.tastes import Tastes, TasteSettings

PEOPLE, THINGS, KINDS, LENGTH = 150, 240, 6, 40
SETTINGS = TasteSettings(profiles=KINDS)


def made(drift: float) -> Dataset:
    """People who take two things of the catalogue at a time, and move towards them."""
    rng = np.random.default_rng(4)
    contents = np.kron(np.eye(KINDS), np.full(THINGS // KINDS, KINDS / THINGS))
    tastes = Tastes(THINGS * rng.dirichlet(np.full(KINDS, 0.5), PEOPLE), contents, 0.05)
    free = np.ones((PEOPLE, THINGS), dtype=bool)
    rows = []
    for step in range(LENGTH // 2):
        for person in range(PEOPLE):
            chances = tastes.appeals(slice(person, person + 1))[0] * free[person]
            taken = rng.choice(THINGS, 2, replace=False, p=chances / chances.sum())
            free[person, taken] = False
            rows += [(str(person), str(thing), step) for thing in taken]
        taken = np.array([int(thing) for _, thing, _ in rows[-2 * PEOPLE :]])
        tastes = tastes.drifted(np.repeat(np.arange(PEOPLE), 2), taken, by=drift)
    log = pl.DataFrame(rows, schema=["user_id", "item_id", "timestamp"], orient="row")
    items = pl.DataFrame({"item_id": [str(thing) for thing in range(THINGS)]})
    return make_dataset("made", log, items=items)


@pytest.mark.parametrize(("drift", "least", "most"), [(0.0, 0.0, 0.1), (0.3, 0.15, 0.45)])
def test_a_planted_drift_is_found(drift: float, least: float, most: float) -> None:
    fit = fit_drift(made(drift), rng=np.random.default_rng(0), settings=SETTINGS)
    assert least <= fit.best <= most


@pytest.mark.parametrize(
    ("logged", "best"), [(-1.0, 0.0), (0.0, 0.0), (0.05, 0.1), (0.2, 0.35), (9.0, 0.5)]
)
def test_the_drift_is_read_off_made_up_logs(logged: float, best: float) -> None:
    """Gains that fall again are taken for no more than those before; beyond all, for the most."""
    fit = DriftFit((0.0, 0.2, 0.5, 1.0), (0.0, 0.1, 0.3, 0.2), logged)
    assert fit.best == pytest.approx(best)
    assert fit.is_beyond == (logged > 0.3)
