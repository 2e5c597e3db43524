"""The services over HTTP, at /api/v1: the same roles, the same answers as ``--json``."""
