"""Every error recscope raises on purpose.

::

    RecscopeError           one clear sentence: what, where, how to mend it
    ├── TableError          a table or file does not hold what it should
    ├── OptionError         an option is outside its range, or two contradict each other
    ├── AssetError          a packaged data set or weight file cannot be had
    ├── UnknownNameError    a user, item, model, policy or data set nobody knows
    ├── CapabilityError     the model or policy cannot do what was asked
    ├── NotFittedError      a model was asked to score before ``fit``
    ├── OutputError         a result cannot be written where it was asked for
    ├── AccessError          somebody may not do this
    │   └── QuotaError       somebody has used up what they may do at once
    └── ServiceError        a server that was asked gave no usable answer
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = [
    "AccessError",
    "AssetError",
    "CapabilityError",
    "NotFittedError",
    "OptionError",
    "OutputError",
    "QuotaError",
    "RecscopeError",
    "ServiceError",
    "TableError",
    "UnknownNameError",
]


class RecscopeError(Exception):
    """An error a person can act on.

    The sentence is kept as a template with named fields, so that a page can translate the
    template and fill the same values in.

    Parameters
    ----------
    template
        English sentence with ``{name}`` fields.
    **values
        What the fields hold.

    Examples
    --------
    >>> str(RecscopeError("{file} has no rows", file="a.csv"))
    'a.csv has no rows'
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template.format(**values))

    def __reduce__(self) -> tuple[Callable[..., RecscopeError], tuple[object, ...]]:
        return _restore, (type(self), self.template, self.values)


def _restore(kind: type[RecscopeError], template: str, values: dict[str, object]) -> RecscopeError:
    return kind(template, **values)


class TableError(RecscopeError):
    """A table or file does not hold what it should."""


class OptionError(RecscopeError):
    """An option is outside its range, or two options contradict each other."""


class AssetError(RecscopeError):
    """A packaged data set or weight file cannot be had."""


class UnknownNameError(RecscopeError):
    """A user, item, model, policy or data set nobody knows."""


class CapabilityError(RecscopeError):
    """The model or policy cannot do what was asked."""


class NotFittedError(RecscopeError):
    """A model was asked to score before ``fit``."""


class OutputError(RecscopeError):
    """A result cannot be written where it was asked for."""


class AccessError(RecscopeError):
    """Somebody may not do this."""


class QuotaError(AccessError):
    """Somebody has used up what they may do at once."""


class ServiceError(RecscopeError):
    """A server that was asked gave no usable answer."""
