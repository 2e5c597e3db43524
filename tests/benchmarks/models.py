"""Fits, lists and epochs against RecTools and implicit, on the same MovieLens-100K split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.models.sasrec import SASRec
from tests.benchmarks.agreement import largest_difference
from tests.benchmarks.contest import Contestant, Outcome, contest, ratio, spread
from tests.benchmarks.scene import SEED, movielens_scene, write_files

__all__ = ["run"]

FOLDER = "tests.benchmarks.contestants"
FIT = f"{FOLDER}.recscope_fit"
OURS = SASRec()
SIZE = {
    "n_factors": OURS.factors,
    "n_heads": OURS.heads,
    "n_blocks": OURS.blocks,
    "session_max_len": OURS.length,
    "batch_size": OURS.batch_size,
    "dropout_rate": OURS.dropout,
}
PAIRS: Mapping[str, Sequence[Contestant]] = {
    "EASE fit": (
        Contestant("recscope", FIT, options=("ease",)),
        Contestant("rectools", f"{FOLDER}.rectools_fit", peer="rectools"),
    ),
    "ALS fit": (
        # implicit is handed its matrix ready; so are we.
        Contestant("recscope", FIT, options=("als", "ready")),
        Contestant("implicit", f"{FOLDER}.implicit_fit"),
    ),
    "top 10 for all": (
        Contestant("recscope", f"{FOLDER}.recscope_top"),
        Contestant("rectools", f"{FOLDER}.rectools_top", peer="rectools"),
    ),
}
LEARNED_BY_STEPS = ("bpr", "mult-vae", "lightgcn", "sasrec")
PEER_EPOCH = f"{FOLDER}.rectools_epoch"
# Ours learns on one thread, so that a seed decides every bit; RecTools may use both as well.
EPOCHS = (
    *(Contestant(name, FIT, options=(name, "epochs=1")) for name in LEARNED_BY_STEPS),
    *(
        Contestant(
            f"rectools sasrec, {threads} thread(s)",
            PEER_EPOCH,
            peer="rectools-torch",
            options=(str(threads), *(f"{name}={value}" for name, value in SIZE.items())),
        )
        for threads in (1, 2)
    ),
)


def run(folder: Path, *, rounds: int = 7, epochs: int = 3) -> dict[str, object]:
    """Return seconds and ratios; how far apart what was learned lies, where both say."""
    write_files(movielens_scene(), folder)
    compared = {name: _pair(pair, folder, rounds) for name, pair in PAIRS.items()}
    turns = contest(EPOCHS, folder, rounds=epochs)
    return {
        "settings": {"rounds": rounds, "epochs": epochs, "users": 943, "n": 10, "seed": SEED},
        **compared,
        "seconds of a fit of one epoch": {
            name: spread(outcome.seconds) for name, outcome in turns.items()
        },
        "size of both SASRec": ", ".join(f"{name} {value}" for name, value in SIZE.items()),
        "rectools sasrec / recscope sasrec": _ratios(turns),
        "goal": "EASE fit and top 10: peer / recscope at least 1; ALS fit: about 1",
    }


def _pair(pair: Sequence[Contestant], folder: Path, rounds: int) -> dict[str, object]:
    ours, peer = pair
    outcomes = contest(pair, folder, rounds=rounds)
    one, other = outcomes[ours.name], outcomes[peer.name]
    return {
        **{f"seconds {name}": spread(outcome.seconds) for name, outcome in outcomes.items()},
        f"{peer.name} / recscope": ratio(other, one),
        "results": one.answer,
        "results differ by at most": largest_difference(one.answer, other.answer, one.answer),
    }


def _ratios(turns: Mapping[str, Outcome]) -> dict[str, dict[str, float]]:
    peers = [name for name in turns if name.startswith("rectools")]
    return {name: ratio(turns[name], turns["sasrec"]) for name in peers}
