"""Small data sets whose right answers are known by construction."""

from engine.testing import checkerboard, dataset_from, noisy

__all__ = ["checkerboard", "dataset_from", "noisy"]
