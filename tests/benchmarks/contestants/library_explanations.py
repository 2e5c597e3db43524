"""shap.KernelExplainer and lime over a bare sum of coefficients, as a careful user calls them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks.contestants.kept_game import coefficients, error, kept
from tests.benchmarks.worker import serve


def prepare(folder: Path, library: str, *samples: str) -> Callable[[], dict[str, object]]:
    """Import the library and read the coefficients; the work is one explanation a person."""
    people = coefficients(kept(folder))
    one = _kernel if library == "shap" else _lime
    import lime.lime_tabular  # noqa: F401 - before the clock starts
    import shap  # noqa: F401

    def work() -> dict[str, object]:
        found = [one(a, *map(int, samples)) for a in people]
        return {"people": len(people), "error": error(found, people)}

    return work


def _kernel(a: np.ndarray) -> np.ndarray:
    import shap

    explainer = shap.KernelExplainer(lambda rows: rows @ a, np.zeros((1, len(a))))
    return np.asarray(explainer.shap_values(np.ones(len(a)), l1_reg=0, silent=True))


def _lime(a: np.ndarray, samples: int) -> np.ndarray:
    from lime.lime_tabular import LimeTabularExplainer

    explainer = LimeTabularExplainer(
        np.stack([np.zeros(len(a)), np.ones(len(a))]),
        mode="regression",
        categorical_features=list(range(len(a))),
        discretize_continuous=False,
        random_state=0,
    )
    found = explainer.explain_instance(
        np.ones(len(a)), lambda rows: rows @ a, num_features=len(a), num_samples=samples
    )
    weights = dict(found.as_map()[1])
    return np.array([weights[place] for place in range(len(a))])


if __name__ == "__main__":
    serve(prepare)
