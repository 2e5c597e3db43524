"""recscope: masked LIME over a bare sum of coefficients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.explanations.masked_lime import fit_masks
from tests.benchmarks.contestants.kept_game import coefficients, error, kept
from tests.benchmarks.worker import serve


def prepare(folder: Path, samples: str, repeats: str) -> Callable[[], dict[str, object]]:
    """Read the coefficients; the work is to draw masks, score them and fit, a person each."""
    people = coefficients(kept(folder))

    def work() -> dict[str, object]:
        for repeat in range(int(repeats)):
            rng = np.random.default_rng(repeat)
            found = []
            for a in people:
                masks = rng.random((int(samples), len(a))) < 0.5
                masks[0] = True
                found.append(fit_masks(masks, (masks @ a)[:, None])[1][:, 0])
        return {"people": len(people) * int(repeats), "error": error(found, people)}

    return work


if __name__ == "__main__":
    serve(prepare)
