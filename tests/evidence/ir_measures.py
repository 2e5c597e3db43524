"""Accuracy equals trec_eval's through ir-measures 0.4, and group gaps equal fairlearn's, to 1e-9.

trec_eval's average precision divides by all relevant items, ours by at most k; it is checked in
its form. fairlearn's MetricFrame is asked with plain numpy means for the means of every group,
their difference and ratio.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from fairlearn.metrics import MetricFrame

from audits.analysis import analyse
from audits.evaluation import Evaluation, evaluate
from audits.partials import USER_METRICS
from audits.results import DIFFERENCE, RATIO
from audits.settings import Settings
from audits.summary import summarise
from tests.benchmarks.environments import python_of
from tests.benchmarks.scene import SEED, Scene, fit, make_lists, movielens_scene, write_files
from tests.provenance import ROOT

__all__ = ["run"]

K = 10
MODELS = ("popularity", "item-knn", "ease")
BY = ("gender", "age_band")
TOLERANCE = 1e-9


def run() -> dict[str, object]:
    """Return the largest difference over all users, of each measure and model."""
    scene = movielens_scene()
    by_trec, by_fairlearn = {}, {}
    with TemporaryDirectory(prefix="recscope-evidence-") as name:
        folder = Path(name)
        write_files(scene, folder)
        ours = {}
        for model in MODELS:
            lists = make_lists(scene, fit(scene, model))
            lists.write_csv(folder / f"lists-{model}.csv")
            ours[model] = evaluate(scene.data, lists, k=K)
        program = [str(python_of("ir-measures")), "-m", "tests.evidence.peers.ir_measures_metrics"]
        subprocess.run([*program, str(folder)], cwd=ROOT, check=True)
        for model, evaluation in ours.items():
            by_trec[model] = _differences(scene, evaluation, folder / f"values-{model}.csv")
            by_fairlearn[model] = _from_fairlearn(scene, evaluation)
    worst = max(
        value for found in (*by_trec.values(), *by_fairlearn.values()) for value in found.values()
    )
    return {
        "headline": f"largest difference {worst:.1e}, {len(MODELS)} models, "
        f"{scene.data.n_users} users",
        "holds": worst <= TOLERANCE,
        "settings": {"k": K, "models": list(MODELS), "seed": SEED, "tolerance": TOLERANCE},
        "from trec_eval": by_trec,
        "from fairlearn": by_fairlearn,
    }


def _differences(scene: Scene, evaluation: Evaluation, peer_values: Path) -> dict[str, float]:
    values = evaluation.partial.values
    ours = {name: values[:, column] for column, name in enumerate(USER_METRICS)}
    relevant = scene.data.n_relevant
    ours["map, over all relevant"] = ours["map"] * np.minimum(relevant, K) / relevant
    theirs = scene.data.users.select("user_id").join(
        pl.read_csv(peer_values, schema_overrides={"user_id": pl.String}),
        on="user_id",
        how="left",
        maintain_order="left",
    )
    names = [name for name in theirs.columns if name != "user_id"]
    return {
        name: float(np.abs(ours[name] - theirs[name].fill_null(np.inf).to_numpy()).max())
        for name in names
    }


def _from_fairlearn(scene: Scene, evaluation: Evaluation) -> dict[str, float]:
    """Largest difference of any group mean, gap and ratio that a report shows."""
    settings = Settings(seed=SEED, resamples=20, permutations=20, min_group=1)
    analysis = analyse(scene.data, evaluation, by=BY, settings=settings)
    rows = summarise(analysis).results
    found = {}
    for by in BY:
        labels = scene.data.users[by].to_numpy()
        for column, name in enumerate(USER_METRICS):
            values = evaluation.partial.values[:, column]
            known = ~np.isnan(values)
            frame = MetricFrame(
                metrics=lambda y_true, y_pred: float(np.mean(y_pred)),
                y_true=values[known],
                y_pred=values[known],
                sensitive_features=labels[known],
            )
            theirs = {
                DIFFERENCE: frame.difference(),
                RATIO: frame.ratio(),
                **frame.by_group.to_dict(),
            }
            mine = {r.group: r.value for r in rows if (r.metric, r.by) == (name, by)}
            gaps = [abs((mine[group] or 0.0) - value) for group, value in theirs.items()]
            found[f"{name} by {by}"] = float(max(gaps))
    return found
