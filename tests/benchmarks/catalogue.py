"""The whole catalogue by three groupings with 1000-fold intervals on MovieLens-100K.

Beside it fairlearn's `MetricFrame` with 1000 resamples gives one measure by the same three
groupings; its time for all measures of ours would be so many times longer.
"""

from __future__ import annotations

from pathlib import Path

from audits.catalogue import CATALOGUE
from audits.partials import USER_METRICS
from audits.settings import Settings
from tests.benchmarks.contest import Contestant, contest, ratio, spread
from tests.benchmarks.scene import SEED, fit, make_lists, movielens_scene, write_files

__all__ = ["run"]

SCOPES = {
    "user": "a user",
    "system": "of all lists",
    "total": "of sums",
    "pair": "of categories",
    "provider": "of groups of items",
}

BY = ("gender", "age_band", "occupation")
GOAL_SECONDS = 2.0
GOAL_TIMES = 200
FOLDER = "tests.benchmarks.contestants"
OURS = Contestant("recscope", f"{FOLDER}.recscope_catalogue", options=BY)
ONE = Contestant("fairlearn", f"{FOLDER}.fairlearn_catalogue", options=BY)


def run(folder: Path, *, rounds: int = 3) -> dict[str, object]:
    """Return seconds of both in one run, and how many times quicker a number is with us."""
    scene = movielens_scene()
    write_files(scene, folder)
    make_lists(scene, fit(scene, "ease")).write_csv(folder / "lists.csv")
    outcomes = contest([OURS, ONE], folder, rounds=rounds)
    ours, peer = outcomes[OURS.name], outcomes[ONE.name]
    times = ratio(peer, ours)
    measures = len(USER_METRICS)
    return {
        "settings": {
            "rounds": rounds,
            "users": scene.data.n_users,
            "groupings": ", ".join(BY),
            "resamples": 1000,
            "permutations": Settings().permutations,
            "measures of ours": _counted(),
            "draws": "each round resamples anew, with a seed of its own",
            "measures of fairlearn": 1,
            "seed": SEED,
        },
        "seconds recscope, whole catalogue": spread(ours.seconds),
        "seconds fairlearn, one measure": spread(peer.seconds),
        "fairlearn / recscope": times,
        "fairlearn / recscope, measure for measure": {
            name: value * measures for name, value in times.items()
        },
        "goal": f"at most {GOAL_SECONDS:g} s, at least {GOAL_TIMES} times measure for measure",
        "reached": spread(ours.seconds)["median"] <= GOAL_SECONDS
        and times["median"] * measures >= GOAL_TIMES,
    }


def _counted() -> str:
    """Say how many measures there are of each kind."""
    return ", ".join(
        f"{sum(spec.scope == scope for spec in CATALOGUE)} {words}"
        for scope, words in SCOPES.items()
    )
