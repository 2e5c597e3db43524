"""Luck that belongs to a person and an item, whatever else is asked and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Luck"]

_PERSON = np.uint64(0x9E3779B97F4A7C15)
_ITEM = np.uint64(0xD1B54A32D192ED03)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True)
class Luck:
    """Random numbers as a function of (key, person, item).

    Arms of a world ask for different items, and for more or fewer of them. A generator would give
    the same person other luck with the same item; a function does not (common random numbers),
    and nothing is drawn for items that nobody was shown. The function is the mixing step of
    SplitMix64 (Steele, Lea & Flood 2014), once for the person and once for the item.

    Attributes
    ----------
    key
        From 0 to 2^64 - 1; each purpose and round has its own.
    """

    key: int

    @staticmethod
    def draw(rng: np.random.Generator) -> Luck:
        """Draw a key."""
        return Luck(int(rng.integers(2**64, dtype=np.uint64)))

    def uniform(
        self, people: NDArray[np.integer], items: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Return numbers strictly between 0 and 1; people and items broadcast."""
        person = _mix(people.astype(np.uint64) * _PERSON + np.uint64(self.key))
        mixed = _mix(person + items.astype(np.uint64) * _ITEM)
        # The 53 bits a float can hold, and half a step so that 0 never comes.
        return np.asarray(((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)

    def gumbel(
        self, people: NDArray[np.integer], items: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Return standard Gumbel noise, -ln(-ln(uniform)); people and items broadcast."""
        return np.asarray(-np.log(-np.log(self.uniform(people, items))))


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix in place: the words are the caller's to lose."""
    # Unsigned arithmetic on arrays wraps round, which is what is wanted here.
    for shift, factor in ((np.uint64(30), _FIRST), (np.uint64(27), _SECOND)):
        words ^= words >> shift
        words *= factor
    words ^= words >> np.uint64(31)
    return words
