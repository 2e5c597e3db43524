"""Llama, as far as asking for the next token goes: read without the libraries that train it.

`transformers` takes three seconds to import what this small model never uses; its answers are the
yardstick in the tests. Any other architecture is read by it: see `engine.justifications.hub_model`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import linear, scaled_dot_product_attention, silu

__all__ = ["Llama", "is_plain", "load_llama"]

# What an entry must be, where it is given at all.
_PLAIN: Mapping[str, object] = {
    "attention_bias": False,
    "hidden_act": "silu",
    "mlp_bias": False,
    "quantization_config": None,
    "rope_scaling": None,
}
_PARTS = (
    "input_layernorm",
    *(f"self_attn.{part}_proj" for part in "qkvo"),
    "post_attention_layernorm",
    *(f"mlp.{part}_proj" for part in ("gate", "up", "down")),
)
Past = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True, eq=False)
class Llama:
    """The architecture of Touvron et al., 2023, with grouped queries; one text at a time.

    Attributes
    ----------
    weights
        By the names of transformers.
    heads, layers
        Of queries, and how many blocks.
    epsilon
        Of the norms.
    frequencies
        (d / 2,) of the rotary positions.
    """

    weights: Mapping[str, Tensor]
    heads: int
    layers: int
    epsilon: float
    frequencies: Tensor

    def likely(self, tokens: list[int], past: Past | None) -> tuple[NDArray[np.float64], Past]:
        """(V,) log probability of what follows some tokens, and what to give along next time."""
        with torch.inference_mode():
            start = past[0][0].shape[1] if past else 0
            turn = self._turn(start, len(tokens))
            x, read = self.weights["model.embed_tokens.weight"][tokens], []
            for layer in range(self.layers):
                name = f"model.layers.{layer}."
                seen = past[layer] if past else None
                added, memory = self._attend(
                    self._norm(x, name + "input_layernorm"), name, turn, seen
                )
                read.append(memory)
                x = x + added
                x = x + self._think(self._norm(x, name + "post_attention_layernorm"), name + "mlp.")
            last = self._norm(x[-1], "model.norm")
            head = self.weights.get("lm_head.weight", self.weights["model.embed_tokens.weight"])
            found: NDArray[np.float64] = linear(last, head).double().log_softmax(-1).numpy()
        return found, read

    def _norm(self, x: Tensor, name: str) -> Tensor:
        wide = x.float()
        size = wide.square().mean(-1, keepdim=True)
        return self.weights[f"{name}.weight"] * (wide * (size + self.epsilon).rsqrt()).to(x.dtype)

    def _turn(self, start: int, count: int) -> tuple[Tensor, Tensor]:
        angles = torch.arange(start, start + count).float()[:, None] * self.frequencies
        both = torch.cat([angles, angles], dim=-1)
        return both.cos(), both.sin()

    def _attend(
        self, x: Tensor, name: str, turn: tuple[Tensor, Tensor], seen: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        size = 2 * len(self.frequencies)
        query, key, value = (
            linear(x, self.weights[f"{name}self_attn.{part}_proj.weight"])
            .view(len(x), -1, size)
            .transpose(0, 1)
            for part in "qkv"
        )
        query, key = _turned(query, turn), _turned(key, turn)
        if seen is not None:
            key, value = torch.cat([seen[0], key], dim=1), torch.cat([seen[1], value], dim=1)
        # A token sees itself and what came before it.
        before = key.shape[1] - len(x)
        open_to = torch.ones(len(x), key.shape[1], dtype=torch.bool).tril(before)
        found = scaled_dot_product_attention(
            query[None], key[None], value[None], attn_mask=open_to, enable_gqa=True
        )[0]
        joined = found.transpose(0, 1).reshape(len(x), self.heads * size)
        return linear(joined, self.weights[f"{name}self_attn.o_proj.weight"]), (key, value)

    def _think(self, x: Tensor, name: str) -> Tensor:
        gate = silu(linear(x, self.weights[f"{name}gate_proj.weight"]))
        wide = gate * linear(x, self.weights[f"{name}up_proj.weight"])
        return linear(wide, self.weights[f"{name}down_proj.weight"])


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Turn each pair of halves by its position's angle."""
    first, second = x.chunk(2, dim=-1)
    other = torch.cat([-second, first], dim=-1)
    return (x * turn[0] + other * turn[1]).to(x.dtype)


def is_plain(config: Mapping[str, Any]) -> bool:
    """Whether a configuration asks for nothing that `Llama` does not do."""
    rope = config.get("rope_parameters") or {}
    plain = all(config.get(name, wanted) == wanted for name, wanted in _PLAIN.items())
    return (
        config.get("model_type") == "llama" and plain and rope.get("rope_type") in (None, "default")
    )


def load_llama(folder: Path, config: Mapping[str, Any]) -> Llama:
    """Map the weights of a folder into memory; they are read from disk when they are first used.

    Raises
    ------
    ValueError
        A file is broken, or weights are missing.
    KeyError
        The configuration lacks an entry.
    """
    weights: dict[str, Tensor] = {}
    try:
        for file in sorted(folder.glob("*.safetensors")):
            weights |= load_file(file)
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    heads = int(config["num_attention_heads"])
    size = int(config.get("head_dim") or config["hidden_size"] // heads)
    rope = config.get("rope_parameters") or config
    theta = float(rope.get("rope_theta", 10_000.0))
    frequencies = theta ** -(torch.arange(0, size, 2).float() / size)
    layers, epsilon = int(config["num_hidden_layers"]), float(config.get("rms_norm_eps", 1e-6))
    missing = next((name for name in _names(layers) if name not in weights), None)
    if missing is not None:
        raise ValueError(f"it has no weights {missing}")
    return Llama(weights, heads, layers, epsilon, frequencies)


def _names(layers: int) -> Iterator[str]:
    yield from ("model.embed_tokens.weight", "model.norm.weight")
    for layer in range(layers):
        yield from (f"model.layers.{layer}.{part}.weight" for part in _PARTS)
