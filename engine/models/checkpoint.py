"""Checkpoints of a fit: weights and optimiser in safetensors, bound to data and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import OutputError, TableError

__all__ = ["Checkpoint", "Stand"]


@dataclass(frozen=True)
class Stand:
    """How far a training run is: epochs done, the best of them, and its measure."""

    epoch: int = 0
    best_epoch: int = 0
    best: float = -np.inf


@dataclass(frozen=True)
class Checkpoint:
    """One file that a training run can go on from.

    Attributes
    ----------
    path
        The file; it is whole or not there, whenever the run is killed.
    fingerprint
        Of the data set.
    settings
        Model, seed and whatever else decides the weights; a file with others is refused.
    """

    path: Path
    fingerprint: str
    settings: Mapping[str, object]

    def exists(self) -> bool:
        """Whether there is something to go on from."""
        return self.path.exists()

    def save(self, network: nn.Module, optimizer: torch.optim.Adam, stand: Stand) -> None:
        """Write everything the next epoch depends on.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        header = {
            "fingerprint": self.fingerprint,
            "settings": json.dumps(self.settings),
            "stand": json.dumps(asdict(stand)),
        }
        part = self.path.with_name(self.path.name + ".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_file(_tensors(network, optimizer), part, metadata=header)
            part.replace(self.path)
        except (OSError, SafetensorError) as error:
            raise OutputError(
                "the checkpoint {file} cannot be written: {reason}; choose another folder",
                file=self.path,
                reason=error,
            ) from error

    def load(self, network: nn.Module, optimizer: torch.optim.Adam) -> Stand:
        """Put the weights and the optimiser back where they were, and return how far that is.

        Raises
        ------
        TableError
            The file is no checkpoint, or one of another data set or of other settings.
        """
        try:
            with safe_open(self.path, framework="pt") as file:
                header = file.metadata()
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise TableError(
                "{file} cannot be read as a checkpoint: {reason}; remove it and fit afresh",
                file=self.path,
                reason=error,
            ) from error
        self._check(header or {})
        _restore(tensors, network, optimizer)
        return Stand(**json.loads(header["stand"]))

    def _check(self, header: Mapping[str, str]) -> None:
        if header.get("fingerprint") != self.fingerprint:
            raise TableError(
                "{file} is a checkpoint of another data set; "
                "use the data set it was made with, or another folder",
                file=self.path,
            )
        kept, asked = json.loads(header["settings"]), json.loads(json.dumps(self.settings))
        differing = sorted(name for name in {*kept, *asked} if kept.get(name) != asked.get(name))
        if differing:
            raise TableError(
                "{file} is a checkpoint of other settings ({names}); "
                "use the settings it was made with, or another folder",
                file=self.path,
                names=", ".join(differing),
            )


def _tensors(network: nn.Module, optimizer: torch.optim.Adam) -> dict[str, Tensor]:
    found = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        found |= {f"adam.{number}.{name}": tensor for name, tensor in state.items()}
    return found


def _restore(
    tensors: Mapping[str, Tensor], network: nn.Module, optimizer: torch.optim.Adam
) -> None:
    weights: dict[str, Tensor] = {}
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        owner, rest = name.split(".", 1)
        if owner == "network":
            weights[rest] = tensor
        else:
            number, moment = rest.split(".")
            moments.setdefault(int(number), {})[moment] = tensor
    network.load_state_dict(weights)
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
