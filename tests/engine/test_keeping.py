"""What a closed form has learned comes back from disk with its bits, or is refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import CapabilityError, OutputError, TableError
from engine.models.keeping import is_kept, keep_fitted, restore_fitted
from engine.models.registry import make_model
from tests import worlds

WORLD = worlds.noisy()
NAMES = (
    *("popularity", "item-knn", "user-knn", "ease", "admm-slim", "graph-filter", "als"),
    *("hybrid", "hybrid-votes", "hybrid-stacked", "hybrid:ease+2*als"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_restored_model_scores_with_the_same_bits(name: str, tmp_path: Path) -> None:
    model = make_model(name).fit(WORLD, rng=np.random.default_rng(1))
    assert not is_kept(tmp_path)
    keep_fitted(model, tmp_path)
    assert is_kept(tmp_path)
    again = make_model(name)
    restore_fitted(again, tmp_path)
    assert np.array_equal(again.score(WORLD.histories), model.score(WORLD.histories))
    assert [path.name for path in tmp_path.iterdir()] == ["fitted.npz"]


def test_what_is_damaged_or_anothers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read as a fitted model"):
        restore_fitted(make_model("ease"), tmp_path)
    (tmp_path / "fitted.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(TableError, match="cannot be read as a fitted model"):
        restore_fitted(make_model("ease"), tmp_path)
    np.savez(tmp_path / "fitted.npz", item_weights_=np.array([object()]))
    with pytest.raises(TableError, match="cannot be read as a fitted model"):
        restore_fitted(make_model("ease"), tmp_path)


def test_what_is_no_array_is_not_kept(tmp_path: Path) -> None:
    model = make_model("ease").fit(WORLD, rng=np.random.default_rng(1))
    model.words_ = ["no array"]  # type: ignore[attr-defined]
    with pytest.raises(CapabilityError, match="words_"):
        keep_fitted(model, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named() -> None:
    model = make_model("popularity").fit(WORLD, rng=np.random.default_rng(1))
    with pytest.raises(OutputError, match="cannot write"):
        keep_fitted(model, Path("/dev/null/folder"))
