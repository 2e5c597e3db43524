"""What `fidelity` shows of linear models, of a model of sequences: SASRec.

The same cuts and methods, with sampled Shapley values (20 evaluations an item) in place of exact
ones, for 60 of the people not learned from who have 60 items or fewer: sequences cost most. DEL is
the softmax chance, which is what SASRec's loss makes of its scores.
"""

from __future__ import annotations

from engine.config import stream
from engine.explanations.baselines import Background
from engine.models.registry import make_model
from engine.protocols import strangers
from engine.sources.registry import load
from tests.evidence.fidelity import NONLINEAR, SEED, beaten, drawn, measured, said

__all__ = ["run"]

PEOPLE, LONGEST, CHECKED = 60, 60, 3


def run() -> dict[str, object]:
    """Return the tables, and whether sampled values beat the baselines."""
    parts = strangers(load("ml-100k"))
    people = drawn(parts.histories, PEOPLE, longest=LONGEST)
    model = make_model("sasrec").fit(parts.train, rng=stream(SEED, "fit"))
    background = Background.of(parts.train)
    found = {"sasrec": measured(model, people, background, methods=NONLINEAR, checked=CHECKED)}
    targets = beaten(found, "permutation")
    missed = [name for name, met in targets.items() if not met]
    return {
        "headline": said(found, "permutation") + "; missed: " + (", ".join(missed) or "none"),
        "holds": not missed,
        "settings": {"seed": SEED, "people": len(people), "people asked again": CHECKED},
        "targets": targets,
        "models": found,
    }
