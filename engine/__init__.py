"""The recommendation engine: data, models, policies, simulation and explanations."""
