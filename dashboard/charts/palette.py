"""The same colour for the same thing everywhere, told apart by any eye (Okabe & Ito 2008).

Every colour here is seen on the light and on the dark background; what a colour says is always
said by place or word as well. Small words in the two strong colours read better on the dark one in
lighter shades of them, see `in_the_dark`.
"""

from __future__ import annotations

__all__ = [
    "AGAINST",
    "BEFORE",
    "NOW",
    "OTHER_RATES",
    "PAPER",
    "QUIET",
    "SHAPES",
    "WHISKER",
    "arm_colours",
    "in_the_dark",
    "policy_look",
    "rate_colours",
]

NOW = "#0072B2"
BEFORE = "#8A8F98"
AGAINST = "#D55E00"
QUIET = "#8A8F98"
WHISKER = "#6B7079"
PAPER = "#FFFFFF"
"""What a chart is drawn on: the background of `theme/theme.toml`."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
OTHER_RATES = ("#E69F00", "#009E73", "#CC79A7", "#56B4E9")
_DARK = {NOW: "#4AA8E0", AGAINST: "#F28C45", PAPER: "#14181D"}


def in_the_dark(specification: str) -> str:
    """Return the text of a chart with the shades that read on the dark background.

    Examples
    --------
    >>> in_the_dark('{"color": "#0072B2"}')
    '{"color": "#4AA8E0"}'
    """
    for light, dark in _DARK.items():
        specification = specification.replace(f'"{light}"', f'"{dark}"')
    return specification


def policy_look(number: int) -> tuple[str, str]:
    """Return colour and shape of a policy by its number in the registry, the same everywhere.

    Number 0 is the model's own list. Shapes move on by one with every round of colours, so that
    the first 36 look unlike each other.

    Examples
    --------
    >>> policy_look(0), policy_look(1), policy_look(6)
    (('#8A8F98', 'circle'), ('#0072B2', 'square'), ('#8A8F98', 'square'))
    """
    colours = (QUIET, NOW, *OTHER_RATES)
    return colours[number % 6], SHAPES[(number + number // 6) % 6]


def rate_colours(rates: list[float], *, now: float) -> list[str]:
    """Return one colour a rate: grey for rate 0, blue for the rate now, others in order.

    Examples
    --------
    >>> rate_colours([0.0, 0.1, 0.3], now=0.3)
    ['#8A8F98', '#E69F00', '#0072B2']
    """
    others = iter(OTHER_RATES)
    return [BEFORE if rate == 0 else NOW if rate == now else next(others) for rate in rates]


def arm_colours(arms: list[str], *, now: str) -> list[str]:
    """Return one colour an arm: blue for the arm now, grey for rate 0, others in order.

    Examples
    --------
    >>> arm_colours(["rate 0", "rate 0.1", "search"], now="rate 0.1")
    ['#8A8F98', '#0072B2', '#009E73']
    """
    known = {"search": "#009E73", "oracle": "#CC79A7", "random": "#56B4E9", "rate 0": BEFORE}
    return [NOW if arm == now else known.get(arm, "#E69F00") for arm in arms]
