"""The settings of one run, checked once, and the random streams that hang on its seed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np

from engine.errors import OptionError

__all__ = ["RunConfig", "Stream", "stream"]

Stream = Literal[
    "split",
    "fit",
    "policy",
    "users",
    "choices",
    "bootstrap",
    "world",
    "visits",
    "adoption",
    "explain",
]


@dataclass(frozen=True)
class RunConfig:
    """What decides a list of recommendations, and therefore every number about it.

    Attributes
    ----------
    dataset, model, policy
        Names known to the registries.
    rate
        The exploration rate in [0, 1]; 0 is the model's own list.
    n
        List length, at least 1.
    seed
        Whole number from 0; every random stream of the run hangs on it.

    Raises
    ------
    OptionError
        A value is outside its range.

    Examples
    --------
    >>> RunConfig("ml-100k", "ease").rate
    0.1
    """

    dataset: str
    model: str
    policy: str = "epsilon-greedy"
    rate: float = 0.1
    n: int = 10
    seed: int = 7

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise OptionError(
                "the exploration rate is {rate}; give a number from 0 to 1", rate=self.rate
            )
        if self.n < 1:
            raise OptionError("the list length n is {n}; give a number from 1", n=self.n)
        if self.seed < 0:
            raise OptionError("the seed is {seed}; give a whole number from 0", seed=self.seed)

    def to_dict(self) -> dict[str, str | float | int]:
        """Return the settings as plain data, as they stand in a report."""
        return asdict(self)


def stream(seed: int, purpose: Stream) -> np.random.Generator:
    """Return the generator of one purpose; purposes do not disturb each other.

    Two runs that share a seed share their split, their users and their draws, so that what
    differs between them is what was changed on purpose (common random numbers).

    Examples
    --------
    >>> stream(7, "fit").random() == stream(7, "fit").random()
    True
    """
    return np.random.default_rng([seed, get_args(Stream).index(purpose)])
