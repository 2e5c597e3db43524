"""One policy at several rates, each measured against the model's own lists."""

from __future__ import annotations

from collections.abc import Sequence

from audits.analysis import Analysis, analyse
from audits.data import AuditData
from audits.evaluation import evaluate
from audits.measured import Setting, describe
from audits.settings import Settings
from engine.config import RunConfig, stream
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.policies.slates import Slates
from engine.recommend import recommend_rates

__all__ = ["RATES", "measure_rates"]

RATES = tuple(tenth / 10 for tenth in range(11))


def measure_rates(
    config: RunConfig,
    rates: Sequence[float],
    *,
    context: PolicyContext,
    data: AuditData,
    by: Sequence[str],
    together: Sequence[str] = (),
    settings: Settings,
) -> tuple[Setting, ...]:
    """List for everyone at each rate from the same draws, and measure.

    Parameters
    ----------
    config
        Names the policy, the list length and the seed; its rate is not looked at.
    rates
        Of the settings that are returned, in that order.
    context
        The fitted model and the people.
    data, by, together, settings
        Of the audits; the gap is that of the first attribute, among the groups that may be shown
        beside all that the same reader may see ``together``.

    Raises
    ------
    CapabilityError
        The data lack what the policy needs.
    """
    policy = make_policy(config.policy, context)
    wanted = sorted({0.0, *rates})
    everyone = recommend_rates(
        context.model,
        context.histories,
        policy=policy,
        draws={rate: stream(config.seed, "policy") for rate in wanted},
        n=config.n,
    )

    def audited(slates: Slates) -> Analysis:
        table = slates.to_table(context.dataset.user_ids, context.dataset.item_ids)
        evaluation = evaluate(data, table, k=config.n)
        return analyse(data, evaluation, by=by, together=together, settings=settings)

    lists = dict(zip(wanted, everyone, strict=True))
    own = audited(lists[0.0])
    return tuple(
        describe(
            config.policy,
            rate,
            data=data,
            before=own,
            after=audited(lists[rate]) if rate else own,
        )
        for rate in rates
    )
