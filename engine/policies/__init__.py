"""Exploration policies: one file a policy, exact propensities always."""
