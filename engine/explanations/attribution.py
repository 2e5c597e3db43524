"""One door to all explanations: the method is chosen by what the model declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from engine.errors import UnknownNameError
from engine.explanations.explanation import Explanation, GameName, Method
from engine.explanations.groups import Group
from engine.explanations.methods import METHODS, automatic_method
from engine.explanations.question import Effort, Question, runner_ups
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["explain", "explain_each"]


def explain(
    model: Recommender,
    history: Histories,
    target: int,
    *,
    method: Method | Literal["auto"] = "auto",
    game: GameName = "history",
    competitors: Sequence[int] | None = None,
    groups: Sequence[Group] = (),
    rng: np.random.Generator | None = None,
    effort: Effort | None = None,
) -> Explanation:
    """Explain the score of one item for one history; see `explain_each`."""
    return explain_each(
        model,
        history,
        targets=[target],
        method=method,
        game=game,
        competitors=competitors,
        groups=groups,
        rng=rng,
        effort=effort,
    )[0]


def explain_each(
    model: Recommender,
    history: Histories,
    *,
    targets: Sequence[int],
    method: Method | Literal["auto"] = "auto",
    game: GameName = "history",
    competitors: Sequence[int] | None = None,
    groups: Sequence[Group] = (),
    rng: np.random.Generator | None = None,
    effort: Effort | None = None,
) -> list[Explanation]:
    """Explain the scores of several items for one history, asking the model about all at once.

    Parameters
    ----------
    model
        A fitted recommender.
    history
        Exactly one history; an empty one leaves the base value alone.
    targets
        Item rows that are not in the history.
    method
        A name in `METHODS`, or "auto": see `automatic_method`.
    game
        "history", "margin" or "attributes"; see `Explanation`.
    competitors
        Of the margin game; None for each target's ten runner-ups.
    groups
        Of the attribute game; see `group_players`.
    rng
        Of sampled methods; None for one of a fixed seed.
    effort
        Of sampled methods; see `Effort` for what None does.

    Returns
    -------
    One explanation a target, in the order of ``targets``.

    Raises
    ------
    CapabilityError
        "exact" was asked from a model without a closed form, or a library is not installed.
    OptionError
        A question without an answer; see `Question` and the methods.
    UnknownNameError
        No method has that name.
    """
    rows = tuple(int(target) for target in targets)
    against = _rivals(model, history, rows, competitors) if game == "margin" else ()
    question = Question(model, history, rows, game, competitors=against, groups=tuple(groups))
    chosen = automatic_method(question) if method == "auto" else method
    if chosen not in METHODS:
        raise UnknownNameError(
            "there is no method {method}; choose one of {names}",
            method=chosen,
            names=", ".join(METHODS),
        )
    generator = np.random.default_rng(0) if rng is None else rng
    return METHODS[chosen](question, rng=generator, effort=effort or Effort())


def _rivals(
    model: Recommender,
    history: Histories,
    rows: tuple[int, ...],
    competitors: Sequence[int] | None,
) -> tuple[tuple[int, ...], ...]:
    """Return the competitors of each target: those named, or its runner-ups."""
    # Rows are checked before the model is asked who the runner-ups are.
    Question(model, history, rows)
    if competitors is None:
        return runner_ups(model, history, rows)
    return (tuple(int(row) for row in competitors),) * len(rows)
