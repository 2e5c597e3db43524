"""The network of a torch model with its weights in one byte each."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize

from engine.dataset import Dataset
from engine.errors import CapabilityError
from engine.histories import Histories
from engine.serving.served import Served

__all__ = ["Int8", "in_bytes"]


@dataclass(eq=False)
class Int8(Served):
    """The member's own scores, from weights rounded to 255 steps a row.

    A row of a matrix is kept as whole numbers from -127 to 127 and one scale, its largest absolute
    weight over 127; every use multiplies them again. So a model takes a quarter of the memory of
    float32 weights. It is not quicker: the products are those of the member. What rounding costs
    in accuracy is for `recscope compare` to show, beside the member.
    """

    name = "int8"
    spare = frozenset({"member"})

    def _make_ready(self, dataset: Dataset) -> None:
        network = getattr(self.member, "network_", None)
        if not isinstance(network, nn.Module):
            raise CapabilityError(
                "the model {model} keeps no torch network, so there are no weights to serve in "
                "int8; serve it exactly",
                model=self.member.name,
            )
        self.network_ = in_bytes(network)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        own = vars(self.member)
        exact = own["network_"]
        own["network_"] = self.network_
        try:
            return self.member._score(histories)
        finally:
            own["network_"] = exact


def in_bytes(network: nn.Module) -> nn.Module:
    """Return a copy of the network whose matrices are kept as int8 and a scale a row."""
    small = deepcopy(network)
    for module in list(small.modules()):
        for name, weight in list(module.named_parameters(recurse=False)):
            weight.requires_grad_(False)
            if weight.ndim == 2:
                parametrize.register_parametrization(
                    module, name, _Rounded(weight.dtype), unsafe=True
                )
    return small.eval()


class _Rounded(nn.Module):
    """Between a matrix and its int8 form."""

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """(r, c) matrix to (r, c) int8 and (r, 1) float32 scales."""
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-30) / 127
        return (weight / scale).round().to(torch.int8), scale.float()

    def forward(self, steps: Tensor, scale: Tensor) -> Tensor:
        """Back to the matrix, as near as the steps are."""
        return steps.to(self.dtype) * scale
