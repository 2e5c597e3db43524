"""Lists for all users and their audit, against RecTools on the same MovieLens-100K split."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.agreement import largest_difference
from tests.benchmarks.contest import Contestant, contest, ratio, spread
from tests.benchmarks.scene import SEED, movielens_scene, write_files

__all__ = ["run"]

OURS = Contestant("recscope", "tests.benchmarks.contestants.recscope_lists")
BARE = Contestant("recscope without intervals", OURS.module, options=("intervals",))
PEER = Contestant("rectools", "tests.benchmarks.contestants.rectools_lists", peer="rectools")
LEAN = Contestant(
    "rectools without diversity", PEER.module, peer="rectools", options=("intra_list_diversity",)
)


def run(folder: Path, *, rounds: int = 7) -> dict[str, object]:
    """Return seconds, ratios, and how far the two libraries' figures lie apart.

    Ours does more in its time: Gini, entropy, tail share and category entropy, everything by
    gender, and every interval; without those it is timed as well. RecTools is also timed
    without intra-list diversity, its slowest measure.
    """
    write_files(movielens_scene(), folder)
    outcomes = contest([OURS, PEER, BARE, LEAN], folder, rounds=rounds)
    ours, bare, peer, lean = (outcomes[one.name] for one in (OURS, BARE, PEER, LEAN))
    # RecTools divides average precision by all relevant items, we by at most k of them.
    shared = sorted(set(peer.answer) - {"map"})
    return {
        "settings": {"rounds": rounds, "users": 943, "n": 10, "k": 10, "seed": SEED},
        **{f"seconds {name}": spread(outcome.seconds) for name, outcome in outcomes.items()},
        "rectools / recscope": ratio(peer, ours),
        "rectools / recscope without intervals": ratio(peer, bare),
        "rectools without diversity / recscope": ratio(lean, ours),
        "goal": "rectools / recscope above 1",
        "measures both have": ", ".join(shared),
        "figures differ by at most": largest_difference(ours.answer, peer.answer, shared),
    }
