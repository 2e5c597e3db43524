"""Chances of a Thompson sampler's list: against sampling, and where they are known."""

import numpy as np
import pytest
from scipy.special import betaln

from engine.off_policy.thompson import thompson_places


def test_agrees_with_a_million_draws() -> None:
    rng = np.random.default_rng(1)
    successes, failures = rng.uniform(1, 60, 12), rng.uniform(50, 4000, 12)
    draws = rng.beta(successes, failures, size=(1_000_000, 12))
    order = np.argsort(-draws, axis=1)[:, :3]
    found = thompson_places(successes, failures, places=3)
    for place in range(3):
        share = np.bincount(order[:, place], minlength=12) / len(draws)
        error = np.sqrt(found[place] * (1 - found[place]) / len(draws))
        assert (np.abs(share - found[place]) <= 4.5 * error + 1e-6).all()


def test_two_items_are_the_known_comparison_of_betas() -> None:
    """P(Beta(a, b) > Beta(c, d)) for whole a: sum over i < a of beta functions."""
    a, b, c, d = 3, 20, 2, 30
    terms = [
        np.exp(betaln(c + i, b + d) - np.log(b + i) - betaln(1 + i, b) - betaln(c, d))
        for i in range(a)
    ]
    found = thompson_places(np.array([a, c]), np.array([b, d]), places=2)
    assert found[0, 0] == pytest.approx(sum(terms), abs=1e-4)
    np.testing.assert_allclose(found.sum(axis=0), 1, atol=1e-4)


def test_all_places_of_few_items_share_every_item_once() -> None:
    rng = np.random.default_rng(2)
    found = thompson_places(rng.uniform(1, 5, 4), rng.uniform(1, 500, 4), places=4)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found.sum(axis=0), 1, atol=1e-3)
    assert (found >= 0).all()
