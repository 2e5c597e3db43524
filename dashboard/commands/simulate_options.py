"""The options of `recscope simulate`, and the experiment they describe."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import get_args

import numpy as np

from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.policies.registry import find_policy
from engine.simulation.arms import Arm, find_arms, rate_arms
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import USUAL_TASTES, TasteSettings, usual_profiles
from engine.simulation.users import UserBehaviour, Visits
from engine.splits import SPLITS, Split

__all__ = [
    "FROM_LOG",
    "LogDrift",
    "add_behaviour_options",
    "add_loop_options",
    "arms_of",
    "behaviour_of",
    "parse_rates",
    "seeds_of",
    "settings_of",
    "split_name",
    "split_of",
    "tastes_of",
]

WHOLE = "none"
FROM_LOG = "log"
USUAL = UserBehaviour()
LogDrift = Callable[[Dataset, TasteSettings], float]
"""Works the drift of a log out, or reads it where it is kept."""


def add_loop_options(parser: argparse.ArgumentParser) -> None:
    """Declare who recommends, for how long and in how many worlds."""
    loop = parser.add_argument_group("simulation")
    loop.add_argument("--model", default="ease", help="default: %(default)s")
    loop.add_argument("--policy", default="epsilon-greedy", help="default: %(default)s")
    loop.add_argument(
        "--rates",
        default="0,0.1,0.3,1",
        metavar="R,R,…",
        help="exploration rates from 0 to 1 (default: %(default)s); 0 is always run, for the "
        "others are held against it",
    )
    loop.add_argument(
        "--arms",
        default="search",
        metavar="A,A,…",
        help="what else to run: search (no recommender), oracle (knows every taste), random, "
        "single (trained once); default: %(default)s",
    )
    loop.add_argument("--rounds", type=int, default=20, help="default: %(default)s")
    loop.add_argument(
        "--seeds", type=int, default=10, help="how many worlds, at least 1 (default: %(default)s)"
    )
    loop.add_argument("--seed", type=int, default=7, help="the first seed (default: %(default)s)")
    loop.add_argument("--n", type=int, default=10, help="list length (default: %(default)s)")
    loop.add_argument(
        "--refit-every", type=int, default=1, help="rounds from one fit to the next (default: 1)"
    )
    loop.add_argument(
        "--incremental",
        action="store_true",
        help="learn new choices by an update where the model has one, in place of a new fit",
    )
    loop.add_argument(
        "--late",
        type=float,
        default=0.0,
        help="share of the catalogue that comes in over the rounds (default: %(default)s)",
    )
    loop.add_argument(
        "--split",
        choices=(WHOLE, *SPLITS),
        help="start from the training part "
        "(default: random for --dataset, none for --interactions)",
    )
    loop.add_argument(
        "--test-share", type=float, default=0.25, help="held out by a split (default: %(default)s)"
    )
    loop.add_argument(
        "--by", default="", metavar="NAME,…", help="user attributes to measure group by group"
    )


def add_behaviour_options(parser: argparse.ArgumentParser) -> None:
    """Declare how the simulated people behave."""
    people = parser.add_argument_group("people (what a log cannot tell is an assumption)")
    people.add_argument(
        "--profiles",
        type=int,
        help="taste profiles that people mix; 1 = all like what is popular (as many as there are "
        "categories, from 2 to 32; 16 without categories)",
    )
    people.add_argument(
        "--background",
        type=float,
        default=USUAL_TASTES.background,
        help="share of choices that no profile explains (%(default)s)",
    )
    people.add_argument(
        "--picks", type=int, default=USUAL.picks, help="most taken from a list (%(default)s)"
    )
    people.add_argument(
        "--outside", type=float, default=USUAL.outside, help="weight of leaving (%(default)s)"
    )
    people.add_argument(
        "--place-bias",
        type=float,
        default=USUAL.place_bias,
        help="attention to places, 0 = all alike (%(default)s)",
    )
    people.add_argument(
        "--adoption",
        type=float,
        default=USUAL.adoption,
        help="chance of following the list; else people search (%(default)s)",
    )
    people.add_argument(
        "--drift",
        default=str(USUAL.drift),
        help="how far tastes follow choices, from 0 to 1, or “log”: the most that the order of the "
        "log allows for (%(default)s)",
    )
    people.add_argument(
        "--visits",
        choices=get_args(Visits),
        default="logged",
        help="who comes to a round: everyone, or people by the length of their history "
        "(%(default)s)",
    )
    people.add_argument(
        "--boredom",
        type=int,
        default=USUAL.boredom,
        help="leave after so many choices of one category; 0 = never (%(default)s)",
    )


def arms_of(args: argparse.Namespace) -> tuple[Arm, ...]:
    """Return the rates asked for, then the other arms."""
    policy = find_policy(args.policy)
    names = [name for name in args.arms.split(",") if name]
    return (*rate_arms(policy, parse_rates(args.rates)), *find_arms(names, policy=policy))


def settings_of(args: argparse.Namespace, log: Dataset, *, drift: LogDrift) -> LoopSettings:
    """Return rounds, learning and behaviour; ``drift`` is asked for a drift of “log” alone."""
    return LoopSettings(
        rounds=args.rounds,
        n=args.n,
        refit_every=args.refit_every,
        incremental=args.incremental,
        late=args.late,
        behaviour=behaviour_of(args, log, drift=drift),
    )


def behaviour_of(args: argparse.Namespace, log: Dataset, *, drift: LogDrift) -> UserBehaviour:
    """Return how people behave.

    Raises
    ------
    OptionError
        A value is outside its range.
    """
    asked = args.drift == FROM_LOG
    moved = drift(log, tastes_of(args, log)) if asked else _number(args.drift)
    return UserBehaviour(
        picks=args.picks,
        outside=args.outside,
        place_bias=args.place_bias,
        adoption=args.adoption,
        drift=moved,
        visits=args.visits,
        boredom=args.boredom,
    )


def tastes_of(args: argparse.Namespace, log: Dataset) -> TasteSettings:
    """Return how tastes are fitted; the number of profiles hangs on the log unless it is given.

    Raises
    ------
    OptionError
        A value is outside its range.
    """
    profiles = usual_profiles(log) if args.profiles is None else args.profiles
    return TasteSettings(profiles=profiles, background=args.background)


def parse_rates(text: str) -> tuple[float, ...]:
    """Read exploration rates; they come out in rising order, with 0 in front.

    Raises
    ------
    OptionError
        A part is not a number from 0 to 1.

    Examples
    --------
    >>> parse_rates("0.3,0.1")
    (0.0, 0.1, 0.3)
    """
    rates = {0.0}
    for part in text.split(","):
        try:
            rate = float(part)
        except ValueError:
            rate = np.nan
        if not 0 <= rate <= 1:
            raise OptionError(
                "--rates holds {part}, which is not a number from 0 to 1; write 0,0.1,0.3",
                part=repr(part),
            )
        rates.add(rate)
    return tuple(sorted(rates))


def seeds_of(args: argparse.Namespace) -> range:
    """Return the seeds of the worlds."""
    if args.seed < 0 or args.seeds < 1:
        raise OptionError(
            "--seed is {first} and --seeds is {count}; give numbers from 0 and from 1",
            first=args.seed,
            count=args.seeds,
        )
    return range(args.seed, args.seed + args.seeds)


def split_name(args: argparse.Namespace) -> str:
    """Return how the log is split."""
    return args.split or ("random" if args.dataset else WHOLE)


def split_of(dataset: Dataset, args: argparse.Namespace) -> Split:
    """Return where the loops start, and what people really did next."""
    name = split_name(args)
    if name == WHOLE:
        return Split(dataset, dataset.interactions.clear())
    return SPLITS[name](dataset, test_share=args.test_share, rng=stream(args.seed, "split"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(
            "--drift is {text}; give a number from 0 to 1, or “log”", text=text
        ) from error
