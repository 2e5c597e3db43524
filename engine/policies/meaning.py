"""What an exploration rate means under a policy, as a sentence that can be translated."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Meaning"]


@dataclass(frozen=True, init=False)
class Meaning:
    """An English template and the numbers of its fields; a page translates and fills it.

    Examples
    --------
    >>> str(Meaning("On average {places} of {n} places.", places=2.0, n=10))
    'On average 2 of 10 places.'
    """

    template: str
    values: dict[str, float]

    def __init__(self, template: str, **values: float) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        return self.template.format(**{name: f"{value:g}" for name, value in self.values.items()})
