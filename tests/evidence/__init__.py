"""Proofs too heavy for every run of the tests: ``make evidence``.

A proof is a module here whose first line says what it shows, with ``run() -> dict`` of the figures
it found. Keys with a meaning of their own: "settings" (what the figures depend on), "headline" (the
sentence for the table), "holds" (whether the claim stands; a false one is written down as it is,
and ``make evidence`` ends 1).
"""
