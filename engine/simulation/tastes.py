"""What people like, held apart from every model that is put to the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.dataset import Dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories

__all__ = ["TasteModel", "Tastes", "fit_tastes"]


@dataclass(frozen=True, eq=False)
class Tastes:
    """How much each person would like each item; fixed while a simulation runs.

    Attributes
    ----------
    utilities
        (U, I) in natural-log units: an item with utility u is chosen exp(u) times as readily as
        an item with utility 0 in the same place. All zeros is a world without tastes.

    Raises
    ------
    TableError
        A utility is not finite.
    """

    utilities: NDArray[np.float32]

    def __post_init__(self) -> None:
        if not np.isfinite(self.utilities).all():
            raise TableError("a taste is not finite; mend the utilities")

    def bits_over_uniform(self, start: Histories, later: Histories) -> NDArray[np.float64]:
        """How much better than chance the tastes foretell what people did next.

        For person u: the mean over her later items i of log2(p_ui · E_u), where p_ui is the share
        of i among the E_u items outside her starting history, p proportional to exp(utility).

        Returns
        -------
        (U,) bits an item; 0 is what indifference gives, below 0 is worse; NaN without later items.
        """
        open_to = ~start.seen()
        weights = np.where(open_to, np.exp(self.utilities.astype(np.float64)), np.nan)
        average = np.nansum(weights, axis=1) / np.maximum(open_to.sum(axis=1), 1)
        bits = np.log2(weights[later.rows, later.items] / average[later.rows])
        total = np.bincount(later.rows, weights=bits, minlength=len(later))
        return np.asarray(total / np.where(later.lengths > 0, later.lengths, np.nan))


class TasteModel(Protocol):
    """What draws the tastes of one simulated world."""

    def __call__(self, *, rng: np.random.Generator) -> Tastes:
        """Draw them."""


def fit_tastes(
    log: Dataset,
    *,
    rng: np.random.Generator,
    profiles: int = 16,
    background: float = 0.05,
    sweeps: int = 50,
) -> Tastes:
    """Fit a mixture of taste profiles to a whole log (PLSA; Hofmann 1999).

    Person u mixes a few profiles z, each a distribution over the catalogue:
    p(i|u) = (1 - background) · sum_z p(z|u) p(i|z) + background / I, and her utility for item i is
    ln(I · p(i|u)): 0 is an item of average appeal. Fitted by expectation maximisation from a
    random start, so that worlds of different seeds differ where the log leaves the tastes open.
    An interaction counts once, whatever its weight: to pick an item is the choice we model, and
    the rating came after it. The log was made under some other recommender, whose push is taken
    for taste.

    Parameters
    ----------
    log
        Everything that was logged, held-out part included.
    rng
        Draws the start.
    profiles
        Number of profiles, at least 1; 16 is about the number of film genres.
    background
        Share of choices that no profile explains, above 0 and below 1; it leaves every item a
        chance with every person.
    sweeps
        Rounds of expectation maximisation, at least 1.

    Raises
    ------
    OptionError
        A parameter is outside its range.
    """
    if profiles < 1 or sweeps < 1 or not 0 < background < 1:
        raise OptionError(
            "tastes cannot be fitted with {profiles} profiles, {sweeps} sweeps and background "
            "{background}; give at least 1, at least 1, and a number between 0 and 1",
            profiles=profiles,
            sweeps=sweeps,
            background=background,
        )
    people = rng.dirichlet(np.ones(profiles), size=log.n_users)
    contents = rng.dirichlet(np.ones(log.n_items), size=profiles)
    for _ in range(sweeps):
        people, contents = _sweep(log.histories, people, contents)
    chances = (1 - background) * (people @ contents) + background / log.n_items
    return Tastes(np.log(log.n_items * chances).astype(np.float32))


def _sweep(
    histories: Histories, people: NDArray[np.float64], contents: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One round of expectation maximisation over the logged pairs alone, never users × items."""
    users, items = histories.rows, histories.items
    expected = np.einsum("pz,zp->p", people[users], contents[:, items])
    ratios = sparse.csr_array(
        (1 / expected, items, histories.indptr), shape=(len(people), contents.shape[1])
    )
    # One made-up interaction, spread evenly, keeps someone without a history at the average.
    new_people = people * (ratios @ contents.T) + 1 / len(contents)
    new_contents = contents * (ratios.T @ people).T
    return (
        new_people / new_people.sum(axis=1, keepdims=True),
        new_contents / new_contents.sum(axis=1, keepdims=True),
    )
