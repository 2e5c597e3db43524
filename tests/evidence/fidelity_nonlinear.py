"""What `fidelity` shows of linear models, asked of a nonlinear one: Mult-VAE; do ten orders do?

The same cuts and methods, with sampled Shapley values (20 evaluations an item) in place of exact
ones, for 80 of the people not learned from who have 100 items or fewer. DEL is the softmax chance,
del_share that over the chance from the whole history. Ten orders of the items (five antithetic
pairs) are held against a thousand, for 20 people of 30 items or fewer.
"""

from __future__ import annotations

from engine.config import stream
from engine.explanations.baselines import Background
from engine.explanations.fidelity import measure_fidelity
from engine.explanations.fidelity_comparison import summary
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.protocols import strangers
from engine.sources.registry import load
from tests.evidence.fidelity import (
    NONLINEAR,
    ON,
    SEED,
    Table,
    apart,
    beaten,
    drawn,
    measured,
    said,
    table,
)

__all__ = ["run"]

PEOPLE, LONGEST, CHECKED = 80, 100, 5
FEW, SHORT, WITHIN = 20, 30, 0.01
MANY, TEN, TWENTY = "permutation@1000", "permutation@10", "permutation@20"


def run() -> dict[str, object]:
    """Return the tables, and whether each target is met."""
    parts = strangers(load("ml-100k"))
    background = Background.of(parts.train)
    model = make_model("mult-vae").fit(parts.train, rng=stream(SEED, "fit"))
    people = drawn(parts.histories, PEOPLE, longest=LONGEST)
    found = {"mult-vae": measured(model, people, background, methods=NONLINEAR, checked=CHECKED)}
    few = drawn(parts.histories, FEW, longest=SHORT)
    means, less = _orders(model, few, background)
    off = {name: _off(means, name) for name in ("cdcg", "pos@5")}
    targets = beaten(found, "permutation") | {
        f"ten orders within 1% of a thousand on {name}": share <= WITHIN
        for name, share in off.items()
    }
    missed = [name for name, met in targets.items() if not met]
    return {
        "headline": said(found, "permutation")
        + "; ten orders off a thousand by "
        + ", ".join(f"{share:.2%} on {name}" for name, share in off.items())
        + "; missed: "
        + (", ".join(missed) or "none"),
        "holds": not missed,
        "settings": {
            "seed": SEED,
            "people": len(people),
            "people asked again": CHECKED,
            "people of a thousand orders": len(few),
        },
        "targets": targets,
        "models": found,
        "orders": means,
        "orders, less that of a thousand": less,
    }


def _orders(model: Recommender, people: Histories, background: Background) -> tuple[Table, Table]:
    """Ten, twenty and a thousand orders for the same people, with leave-one-out beside."""
    one = measure_fidelity(
        model,
        people,
        background=background,
        methods=(MANY, TEN, TWENTY, "leave-one-out"),
        rng=stream(SEED, "explain"),
    )
    means = summary(one, rng=stream(SEED, "bootstrap"))
    return table(means, (*ON, "evaluations")), apart(one, MANY, ON)


def _off(means: Table, measure: str) -> float:
    few, many = (means[name][measure][0] or 0.0 for name in (TEN, MANY))
    return abs(few / many - 1)
