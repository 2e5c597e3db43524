"""What the models that learn by gradient descent have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from torch import Tensor, nn

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.checkpoint import Checkpoint
from engine.models.progress import Progress
from engine.models.training import Moments, Schedule, one_thread, seeded, train
from engine.models.validation import mean_ndcg
from engine.splits import random_ratio

__all__ = ["NeuralRecommender"]

# An update brings no generator of its own.
_UPDATE_SEED = 0
# Its rate, as a share of the fit's: weights that have arrived are to be corrected, not sought anew.
_UPDATE_PACE = 0.3


@dataclass(eq=False)
class NeuralRecommender(Recommender):
    """A model trained by Adam, one thread, the same bits for the same seed.

    Without patience it trains for ``epochs``. With patience it first trains on a part of every
    history, asks nDCG@10 on the rest after every epoch, and stops when that has not risen for
    ``patience`` epochs; then it trains afresh on everything, up to the best epoch found.

    Attributes
    ----------
    epochs
        At most so many passes over the data, at least 1.
    batch_size
        Histories a step, at least 1.
    learning_rate
        Of Adam, above 0.
    l2
        Weight of ½ ||weights||² in each step, at least 0.
    patience
        Epochs without a better nDCG@10 before the search stops; 0 takes ``epochs`` as given.
    validation_share
        Share of every history the search is measured on, between 0 and 1.
    checkpoint
        Folder to go on from after a stop, and to keep the stand in; none by default.
    progress
        Called after every epoch.
    """

    spare = frozenset({"weights_", "moments_"})
    epochs: int = 50
    batch_size: int = 100
    learning_rate: float = 1e-3
    l2: float = 0.0
    patience: int = 0
    validation_share: float = 0.1
    checkpoint: Path | None = None
    progress: Callable[[Progress], None] | None = None

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self._check_settings()
        seed = int(rng.integers(2**63))
        with one_thread():
            epochs = self._search(dataset, seed=seed) if self.patience else self.epochs
            self._train(dataset, stage="fit", epochs=epochs, seed=seed)

    def _update(self, before: Dataset, after: Dataset) -> None:
        """Go on from the weights and moments that stand, over everything, old and new.

        It takes a tenth of the epochs of the fit, at a third of its learning rate. Nothing is kept
        on the way, and the last weights are the result: there is no search.
        """
        network = self._made(after, seed=_UPDATE_SEED)
        network.load_state_dict(self.weights_)
        few = -(-self.epochs_ // 10)
        with one_thread():
            learned = train(
                network,
                lambda epoch, rng: self._losses(
                    network, after.histories, epoch=self.epochs_ + epoch, rng=rng
                ),
                schedule=Schedule(few, _UPDATE_PACE * self.learning_rate, self.l2, few),
                seed=_UPDATE_SEED,
                stage="update",
                moments=self.moments_,
                progress=self.progress,
            )
        self._keep(network, learned.moments, epochs=self.epochs_)

    def _check_settings(self) -> None:
        if min(self.epochs, self.batch_size) < 1 or self.learning_rate <= 0:
            raise OptionError(
                "{model} has epochs {epochs}, batch size {size} and learning rate {rate}; "
                "give epochs and size from 1, and a rate above 0",
                model=self.name,
                epochs=self.epochs,
                size=self.batch_size,
                rate=self.learning_rate,
            )
        if self.l2 < 0 or self.patience < 0:
            raise OptionError(
                "{model} has l2 {l2} and patience {patience}; give numbers from 0",
                model=self.name,
                l2=self.l2,
                patience=self.patience,
            )

    def _search(self, dataset: Dataset, *, seed: int) -> int:
        """Return the number of epochs that serves a validation part best."""
        rng = np.random.default_rng([seed, 0])
        split = random_ratio(dataset, test_share=self.validation_share, rng=rng)
        relevant = dataset.with_interactions(split.held_out).histories
        if not len(relevant.items):
            raise OptionError(
                "no history in {dataset} is long enough to hold out a share of {share}; "
                "set patience to 0, or give a larger share",
                dataset=dataset.name,
                share=self.validation_share,
            )

        def measure() -> float:
            return mean_ndcg(self._score(split.train.histories), split.train.histories, relevant)

        return self._train(
            split.train, stage="search", epochs=self.epochs, seed=seed, measure=measure
        )

    def _train(
        self,
        dataset: Dataset,
        *,
        stage: str,
        epochs: int,
        seed: int,
        measure: Callable[[], float] | None = None,
    ) -> int:
        network = self._made(dataset, seed=seed)

        def adopt_and_measure() -> float:
            self._adopt(network)
            return measure() if measure else 0.0

        learned = train(
            network,
            lambda epoch, rng: self._losses(network, dataset.histories, epoch=epoch, rng=rng),
            schedule=Schedule(epochs, self.learning_rate, self.l2, self.patience or epochs),
            seed=seed,
            stage=stage,
            measure=adopt_and_measure if measure else None,
            checkpoint=self._checkpoint(dataset, stage=stage, epochs=epochs, seed=seed),
            progress=self.progress,
        )
        self._keep(network, learned.moments, epochs=epochs)
        return learned.best_epoch

    def _made(self, dataset: Dataset, *, seed: int) -> nn.Module:
        with seeded(seed):
            return self._build(dataset)

    def _keep(self, network: nn.Module, moments: Moments, *, epochs: int) -> None:
        """Keep what scoring needs, and what an update goes on from."""
        self._adopt(network)
        self.epochs_, self.moments_ = epochs, moments
        self.weights_ = {name: weight.clone() for name, weight in network.state_dict().items()}

    def _checkpoint(
        self, dataset: Dataset, *, stage: str, epochs: int, seed: int
    ) -> Checkpoint | None:
        if self.checkpoint is None:
            return None
        settings = {field.name: getattr(self, field.name) for field in fields(self)}
        del settings["checkpoint"], settings["progress"]
        settings |= {"model": self.name, "seed": seed, "epochs": epochs}
        return Checkpoint(self.checkpoint / f"{stage}.safetensors", dataset.fingerprint, settings)

    @abstractmethod
    def _build(self, dataset: Dataset) -> nn.Module:
        """Return the network with its first weights, drawn from torch's generator."""

    @abstractmethod
    def _losses(
        self, network: nn.Module, histories: Histories, *, epoch: int, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """Yield the loss of each batch of one epoch."""

    @abstractmethod
    def _adopt(self, network: nn.Module) -> None:
        """Keep what scoring needs, in double precision: a batch then scores as one by one."""
