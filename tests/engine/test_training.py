"""Training: stopping early, going on from a checkpoint, and what is told on the way."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from audits.kernels.accuracy import ndcg
from engine.dataset import Dataset
from engine.errors import OptionError, OutputError, TableError
from engine.histories import Histories
from engine.models.bpr import BPR
from engine.models.mult_vae import MultVAE
from engine.models.neural import NeuralRecommender
from engine.models.progress import Progress
from engine.models.training import batches
from engine.models.validation import mean_ndcg
from engine.ranking import top_n
from engine.splits import random_ratio
from tests import worlds

SMALL = MultVAE(epochs=6, hidden=8, latent=4, batch_size=10)


class Stopped(Exception):
    """The power goes."""


def fitted(model: NeuralRecommender, dataset: Dataset | None = None) -> NeuralRecommender:
    return model.fit(dataset or worlds.noisy(), rng=np.random.default_rng(4))


def bits(model: NeuralRecommender) -> bytes:
    return model.score(worlds.noisy().histories).tobytes()


def stop_at(epoch: int, *, stage: str = "fit") -> object:
    def stop(progress: Progress) -> None:
        if (progress.stage, progress.epoch) == (stage, epoch):
            raise Stopped

    return stop


@pytest.mark.parametrize("stage", ["search", "fit"])
def test_a_resumed_fit_has_the_bits_of_one_that_never_stopped(stage: str, tmp_path: Path) -> None:
    model = replace(SMALL, patience=6, validation_share=0.3)
    with pytest.raises(Stopped):
        fitted(replace(model, checkpoint=tmp_path, progress=stop_at(1, stage=stage)))
    told: list[Progress] = []
    resumed = fitted(replace(model, checkpoint=tmp_path, progress=told.append))
    assert (told[0].stage, told[0].epoch) == (stage, 2)
    assert bits(resumed) == bits(fitted(model))


def test_a_finished_checkpoint_needs_no_more_training(tmp_path: Path) -> None:
    first = fitted(replace(SMALL, checkpoint=tmp_path))
    again = fitted(replace(SMALL, checkpoint=tmp_path, progress=stop_at(1)))
    assert bits(again) == bits(first)


def test_a_checkpoint_of_another_data_set_is_refused(tmp_path: Path) -> None:
    fitted(replace(SMALL, checkpoint=tmp_path))
    with pytest.raises(TableError, match="of another data set"):
        fitted(replace(SMALL, checkpoint=tmp_path), worlds.checkerboard())


def test_a_checkpoint_of_other_settings_is_refused_and_they_are_named(tmp_path: Path) -> None:
    fitted(replace(SMALL, checkpoint=tmp_path))
    with pytest.raises(TableError, match=r"other settings \(hidden, l2\)"):
        fitted(replace(SMALL, checkpoint=tmp_path, hidden=9, l2=0.5))
    with pytest.raises(TableError, match=r"other settings \(seed\)"):
        replace(SMALL, checkpoint=tmp_path).fit(worlds.noisy(), rng=np.random.default_rng(5))


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\xff" * 64])
def test_a_broken_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "fit.safetensors").write_bytes(content)
    with pytest.raises(TableError, match="cannot be read as a checkpoint"):
        fitted(replace(SMALL, checkpoint=tmp_path))


def test_a_checkpoint_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        fitted(replace(SMALL, checkpoint=tmp_path / "file"))


def test_a_killed_write_leaves_the_last_whole_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = replace(SMALL, checkpoint=tmp_path)
    with pytest.raises(Stopped):
        fitted(replace(model, progress=stop_at(2)))

    def half(tensors: object, path: Path, metadata: object) -> None:
        path.write_bytes(b"half")
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr("engine.models.checkpoint.save_file", half)
        with pytest.raises(Stopped):
            fitted(model)
    assert bits(fitted(model)) == bits(fitted(SMALL))


def test_stops_when_patience_ends_and_refits_to_the_best_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = iter([0.1, 0.3, 0.2, 0.25, 0.9])
    monkeypatch.setattr("engine.models.neural.mean_ndcg", lambda *args: next(script))
    told: list[Progress] = []
    model = fitted(replace(SMALL, patience=2, validation_share=0.3, progress=told.append))
    assert [(each.stage, each.epoch, each.epochs, each.ndcg) for each in told] == [
        ("search", 1, 6, 0.1),
        ("search", 2, 6, 0.3),
        ("search", 3, 6, 0.2),
        ("search", 4, 6, 0.25),
        ("fit", 1, 2, None),
        ("fit", 2, 2, None),
    ]
    assert model.score(worlds.noisy().histories).shape == (30, 27)


def test_the_loss_falls_and_the_time_left_ends_at_0() -> None:
    told: list[Progress] = []
    fitted(replace(SMALL, epochs=20, learning_rate=0.02, kl_weight=0.0, progress=told.append))
    assert told[-1].loss < 0.97 * told[0].loss
    assert told[-1].seconds_left == 0
    assert all(each.seconds_left > 0 for each in told[:-1])


def test_l2_shrinks_the_weights() -> None:
    sizes = [
        np.abs(fitted(BPR(epochs=30, factors=4, l2=l2)).item_factors_).mean() for l2 in (0, 0.3)
    ]
    assert sizes[1] < 0.7 * sizes[0]


def test_the_seed_decides_and_torchs_own_generator_stays_as_it_was() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = fitted(SMALL)
    assert torch.equal(torch.get_rng_state(), before)
    other = replace(SMALL).fit(worlds.noisy(), rng=np.random.default_rng(5))
    assert bits(one) != bits(other)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "epochs 0"),
        ({"batch_size": 0}, "batch size 0"),
        ({"learning_rate": 0.0}, "learning rate 0"),
        ({"l2": -1.0}, "l2 -1"),
        ({"patience": -1}, "patience -1"),
        ({"patience": 1, "validation_share": 0.01}, "no history in made is long enough"),
        ({"patience": 1, "validation_share": 1.0}, "test share is 1"),
    ],
)
def test_refuses_settings_outside_their_range(settings: dict[str, float], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        fitted(replace(SMALL, **settings))


def test_validation_measures_what_audits_measure() -> None:
    rng = np.random.default_rng(3)
    scores = rng.random((20, 15))
    seen = Histories.from_lists([[row % 15] for row in range(20)], n_items=15)
    relevant = Histories.from_lists(
        [[] if row == 3 else [(row + 1) % 15, (row + 5) % 15] for row in range(20)], n_items=15
    )
    shown = top_n(scores, ~seen.seen(), n=10)
    hits = np.take_along_axis(relevant.seen(), shown, axis=1)
    expected = np.nanmean(ndcg(hits, relevant.lengths))
    assert mean_ndcg(scores, seen, relevant) == pytest.approx(expected, rel=1e-12)


def test_torch_has_its_threads_back_even_after_a_failure() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(Stopped):
            fitted(replace(SMALL, progress=stop_at(1)))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_batches_hold_everyone_once() -> None:
    parts = list(batches(10, size=4, rng=np.random.default_rng(0)))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert sorted(np.concatenate(parts).tolist()) == list(range(10))


def loss_of(model: NeuralRecommender, epochs: int, dataset: Dataset) -> float:
    """The last training loss of a fit of so many epochs."""
    told: list[Progress] = []
    fitted(replace(model, epochs=epochs, progress=told.append), dataset)
    return told[-1].loss


def test_an_update_goes_on_where_the_fit_stopped_and_takes_a_tenth_of_its_epochs() -> None:
    split = random_ratio(worlds.noisy(), test_share=0.1, rng=np.random.default_rng(1))
    told: list[Progress] = []
    model = replace(SMALL, epochs=60, learning_rate=0.02, kl_weight=0.0)
    grown = fitted(replace(model, progress=told.append), split.train)
    before = bits(grown)
    after = grown.update(split.train, split.held_out)
    assert [(each.stage, each.epochs) for each in told[60:]] == [("update", 6)] * 6
    assert bits(grown) != before
    assert told[60].loss < loss_of(model, 6, after)


def test_an_update_corrects_weights_and_does_not_throw_them_off_their_place() -> None:
    """Adam without a memory moves each weight by the whole rate in its first step."""
    split = random_ratio(worlds.noisy(), test_share=0.1, rng=np.random.default_rng(1))
    model = fitted(replace(SMALL, epochs=10, batch_size=50, learning_rate=0.1), split.train)
    before, moments = model.weights_, deepcopy(model.moments_)
    model.update(split.train, split.held_out)
    moved = [
        (model.weights_[name] - before[name]).abs().mean().item() / model.learning_rate
        for name in before
    ]
    assert min(moved) > 0
    assert np.mean(moved) < 0.2
    # What the next update goes on from is what this one came to.
    steps = [int(kept[0]["step"]) for kept in (moments, model.moments_)]
    assert steps == [10, 11]


def test_updates_are_the_same_bits_each_time_and_do_not_grow_longer() -> None:
    split = random_ratio(worlds.noisy(), test_share=0.1, rng=np.random.default_rng(1))
    told: list[Progress] = []

    def updated() -> bytes:
        model = fitted(replace(SMALL, progress=told.append), split.train)
        half = split.held_out[: split.held_out.height // 2]
        rest = split.held_out[split.held_out.height // 2 :]
        model.update(model.update(split.train, half), rest)
        return bits(model)

    assert updated() == updated()
    assert [each.epochs for each in told if each.stage == "update"] == [1] * 4
