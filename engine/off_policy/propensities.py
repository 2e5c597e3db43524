"""Propensities a log lacks, estimated from the log itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.off_policy.feedback import LoggedFeedback

__all__ = ["estimate_propensities"]


def estimate_propensities(feedback: LoggedFeedback) -> LoggedFeedback:
    """Return the log with propensities = how often the action stood in that place.

    Right only if the logging policy looked at nothing but the place. The result says that its
    propensities are estimated, and every evaluation of it repeats that.
    """
    n_actions = len(feedback.action_ids)
    cells = feedback.places * n_actions + feedback.actions
    of_cells = np.bincount(cells)[cells]
    of_places = np.bincount(feedback.places)[feedback.places]
    return replace(feedback, propensities=of_cells / of_places, estimated=True)
