"""Measures that RecTools 0.19 has too equal its own on the same lists, user by user, to 1e-9.

Two conventions differ on purpose, and are checked in both forms. RecTools' default NDCG divides by
the ideal over all k places, ours by the ideal over min(k, relevant) places, which RecTools calls
``divide_by_achievable``. Its average precision divides by all relevant items, ours by at most k.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.evaluation import Evaluation, evaluate
from audits.kernels.exposure import coverage
from audits.partials import USER_METRICS
from tests.benchmarks.environments import python_of
from tests.benchmarks.scene import SEED, Scene, fit, make_lists, movielens_scene, write_files
from tests.provenance import ROOT

__all__ = ["run"]

K = 10
MODELS = ("popularity", "item-knn", "ease")
TOLERANCE = 1e-9


def run() -> dict[str, object]:
    """Return the largest difference over all users of each measure and model."""
    scene = movielens_scene()
    with TemporaryDirectory(prefix="recscope-evidence-") as name:
        folder = Path(name)
        ours = {model: _measure(scene, model, folder) for model in MODELS}
        _measure_by_peer(scene, folder)
        differences = {
            model: _differences(scene, ours[model], folder / f"values-{model}.csv")
            for model in MODELS
        }
    worst = max(max(by_measure.values()) for by_measure in differences.values())
    return {
        "headline": f"largest difference {worst:.1e}, {len(MODELS)} models, "
        f"{scene.data.n_users} users",
        "holds": worst <= TOLERANCE,
        "settings": {"k": K, "models": list(MODELS), "seed": SEED, "tolerance": TOLERANCE},
        "users": scene.data.n_users,
        "users with k relevant items or more": int((scene.data.n_relevant >= K).sum()),
        "largest differences": differences,
    }


def _measure(scene: Scene, model: str, folder: Path) -> Evaluation:
    lists = make_lists(scene, fit(scene, model))
    lists.write_csv(folder / f"lists-{model}.csv")
    return evaluate(scene.data, lists, k=K)


def _measure_by_peer(scene: Scene, folder: Path) -> None:
    write_files(scene, folder)
    program = [str(python_of("rectools")), "-m", "tests.evidence.peers.rectools_metrics"]
    subprocess.run([*program, str(folder)], cwd=ROOT, check=True)


def _differences(scene: Scene, evaluation: Evaluation, peer_values: Path) -> dict[str, float]:
    values = evaluation.partial.values
    ours = {name: values[:, column] for column, name in enumerate(USER_METRICS)}
    ours["coverage"] = np.full(len(values), coverage(evaluation.partial.counts.sum(axis=0)))
    n_relevant = scene.data.n_relevant
    discounts = 1 / np.log2(np.arange(K) + 2)
    ideal = np.cumsum(discounts)[np.minimum(n_relevant, K) - 1]
    ours["ndcg, ideal over k"] = ours["ndcg"] * ideal / discounts.sum()
    ours["map, over all relevant"] = ours["map"] * np.minimum(n_relevant, K) / n_relevant
    people = scene.data.users.select("user_id")
    theirs = people.join(
        pl.read_csv(peer_values, schema_overrides={"user_id": pl.String}),
        on="user_id",
        how="left",
        maintain_order="left",
    )
    found = {
        name: _largest(ours[name], theirs[name].to_numpy())
        for name in theirs.columns
        if name != "user_id"
    }
    full = n_relevant >= K
    default = theirs["ndcg, ideal over k"].to_numpy()
    found["ndcg, its default, k relevant or more"] = _largest(ours["ndcg"][full], default[full])
    return found


def _largest(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Largest difference; a value that only one side has counts as infinite."""
    both = np.isnan(ours) & np.isnan(theirs)
    gaps = np.where(both, 0.0, np.abs(ours - theirs))
    return float(np.where(np.isnan(gaps), np.inf, gaps).max())
