"""Who takes part: one module a contestant, run by the interpreter of its own environment."""
