"""What is to be explained: which scores, of which history, in which game, at what effort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.explanations.explanation import Explanation, GameName, Method
from engine.explanations.games import AttributeGame, Game, HistoryGame
from engine.explanations.groups import Group
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n

__all__ = ["Effort", "Question", "runner_ups"]

# Orders are drawn up to here where nothing else is asked: a few seconds of most models.
_MOST = 20_000


@dataclass(frozen=True)
class Effort:
    """How much a sampled method may ask.

    Attributes
    ----------
    budget
        Evaluations at most. None for 20 a player and 20 more; sampled orders then go on, as far
        as 20,000, while their five largest contributions are not told apart from the rest.
    error
        Stop as soon as no standard error is above this share of the largest contribution, and go
        on as far until then where there is no budget; None uses a given budget to its end.
        Stopping by what was seen makes intervals a little too narrow.

    Raises
    ------
    OptionError
        A budget below 2, or an error that is not above 0.
    """

    budget: int | None = None
    error: float | None = None

    def __post_init__(self) -> None:
        if self.budget is not None and self.budget < 2:
            raise OptionError(
                "the budget is {budget} evaluations; give 2 or more", budget=self.budget
            )
        if self.error is not None and not self.error > 0:
            raise OptionError("the target error is {error}; give a share above 0", error=self.error)

    def evaluations(self, n_players: int) -> int:
        """Return the budget for so many players."""
        return 20 * (n_players + 1) if self.budget is None else self.budget

    def most(self, n_players: int) -> int:
        """Return how far a method may go that can tell whether it has sampled enough."""
        return max(self.evaluations(n_players), _MOST) if self.budget is None else self.budget


@dataclass(frozen=True, eq=False)
class Question:
    """Some targets of one history in one game; `play` makes the game.

    Attributes
    ----------
    model
        A fitted recommender.
    history
        Exactly one history.
    targets
        T item rows that are not in it.
    game
        See `Explanation`.
    competitors
        Of the margin game, a tuple a target; they stay fixed however the history is masked.
    groups
        The players of the attribute game.

    Raises
    ------
    OptionError
        More or less than one history, a row outside the catalogue or in the history, a target
        without competitors in the margin game, or no groups in the attribute game.
    """

    model: Recommender
    history: Histories
    targets: tuple[int, ...]
    game: GameName = "history"
    competitors: tuple[tuple[int, ...], ...] = ()
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        _check_rows(self.history, self.asked.tolist())
        if self.game == "margin" and not self._is_held_against_others():
            raise OptionError(
                "the margin game holds each target against competitors; name at least one other "
                "item for each of the {count} targets",
                count=len(self.targets),
            )
        if self.game == "attributes" and not self.groups:
            raise OptionError("the attribute game has no players; give the groups of the history")

    @cached_property
    def asked(self) -> NDArray[np.int64]:
        """(A,) rows whose scores are needed: the targets, then further competitors."""
        rows = [*self.targets, *(row for each in self.competitors for row in each)]
        return np.array(list(dict.fromkeys(rows)), dtype=np.int64)

    def _is_held_against_others(self) -> bool:
        if len(self.competitors) != len(self.targets):
            return False
        pairs = zip(self.targets, self.competitors, strict=True)
        return all(set(rows) - {target} for target, rows in pairs)

    @cached_property
    def contrast(self) -> NDArray[np.float64] | None:
        """(T, A) weights that make the values of the scores asked for; None for the scores."""
        if self.game != "margin":
            return None
        place = {int(row): column for column, row in enumerate(self.asked)}
        weights = np.zeros((len(self.targets), len(self.asked)))
        for t, (target, rows) in enumerate(zip(self.targets, self.competitors, strict=True)):
            others = [place[row] for row in rows if row != target]
            weights[t, others] = -1 / len(others)
            weights[t, place[target]] = 1
        return weights

    @property
    def mix(self) -> NDArray[np.float64]:
        """(T, A) as `contrast`, and ones in the diagonal where the values are the scores."""
        return np.eye(len(self.asked)) if self.contrast is None else self.contrast

    @property
    def players(self) -> NDArray[np.int32]:
        """(P,) as in `Explanation`."""
        if self.game == "attributes":
            return np.arange(len(self.groups), dtype=np.int32)
        return self.history.items

    def play(self) -> Game:
        """Return the game afresh: nothing asked yet."""
        asked, contrast = self.asked, self.contrast
        if self.game == "attributes":
            return AttributeGame(
                self.model, self.history, targets=asked, groups=self.groups, contrast=contrast
            )
        return HistoryGame(self.model, self.history, targets=asked, contrast=contrast)

    def answer(
        self,
        method: Method,
        game: Game,
        *,
        ends: tuple[NDArray[np.float64], NDArray[np.float64]],
        contributions: NDArray[np.float64],
        errors: NDArray[np.float64] | None = None,
        draws: int | None = None,
        fits: Sequence[float] | None = None,
        told_apart: Sequence[bool] | None = None,
    ) -> list[Explanation]:
        """Make one explanation a target from (P, T) contributions and the (T,) values of `ends`."""
        base, score = ends
        return [
            Explanation(
                method=method,
                game=self.game,
                target=target,
                base_value=float(base[t]),
                score=float(score[t]),
                players=self.players,
                contributions=contributions[:, t],
                standard_errors=None if errors is None else errors[:, t],
                evaluations=game.evaluations,
                competitors=self.competitors[t] if self.game == "margin" else (),
                groups=self.groups if self.game == "attributes" else (),
                fit=None if fits is None else fits[t],
                draws=draws,
                told_apart=None if told_apart is None else told_apart[t],
            )
            for t, target in enumerate(self.targets)
        ]


def runner_ups(
    model: Recommender, history: Histories, targets: Sequence[int], *, n: int = 10
) -> tuple[tuple[int, ...], ...]:
    """Return for each target the n best other items that are not in the history.

    Found from the whole history once, so that a margin against them stays one game. Costs one
    evaluation, which is not among those of the explanation.
    """
    best = top_n(model.score(history), ~history.seen(), n=n + 1)[0].tolist()
    return tuple(tuple(row for row in best if row not in (target, -1))[:n] for target in targets)


def _check_rows(history: Histories, rows: Sequence[int]) -> None:
    if len(history) != 1:
        raise OptionError(
            "an explanation is about one history, but {count} were given; take one row",
            count=len(history),
        )
    seen = set(history.items.tolist())
    for row in rows:
        if not 0 <= row < history.n_items:
            raise OptionError(
                "item row {row} is outside the catalogue; use rows 0 to {last}",
                row=row,
                last=history.n_items - 1,
            )
        if row in seen:
            raise OptionError(
                "item row {row} is already in the history, so it was not recommended; "
                "explain an item that is not in it",
                row=row,
            )
