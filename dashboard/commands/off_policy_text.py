"""An off-policy evaluation as text for a terminal: warnings first."""

from __future__ import annotations

from engine.off_policy.cautions import ASSUMPTIONS
from engine.off_policy.estimate import Estimate
from engine.off_policy.evaluation import Evaluation

__all__ = ["render"]


def render(evaluation: Evaluation, *, target: str, on_policy: Estimate | None) -> str:
    """Return aligned lines: what to be wary of, the estimates, what the weights look like."""
    support = evaluation.support
    lines = [f"warning: {caution}" for caution in evaluation.cautions]
    lines += ["", f"what {target} would have earned, by estimator"]
    lines += [
        f"{_row(estimate)}  {ASSUMPTIONS[estimate.estimator]}" for estimate in evaluation.estimates
    ]
    lines += ["", _row(evaluation.logged)]
    if on_policy is not None:
        lines.append(f"{_row(on_policy, name='own log')}  what {target} earned when it ran itself")
    unseen = "unknown" if support.unseen is None else f"{support.unseen:.1%}"
    lines += [
        "",
        f"n = {support.n:,}, users or rows resampled {support.users:,}",
        f"effective sample size {support.ess:,.1f} ({support.ess_share:.1%} of n), largest share "
        f"of one row {support.largest_share:.2%}",
        f"mean weight {support.mean_weight:.3f} [{support.mean_weight_low:.3f}, "
        f"{support.mean_weight_high:.3f}], target never shown {unseen}",
    ]
    return "\n".join(lines)


def _row(estimate: Estimate, *, name: str | None = None) -> str:
    interval = f"[{_number(estimate.low)}, {_number(estimate.high)}]"
    ess = "" if estimate.ess is None else f"ess {estimate.ess:,.1f}"
    return (
        f"  {name or estimate.estimator:<12}{_number(estimate.value):>10}  {interval:<24}{ess:<14}"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
