"""A sentence encoder small enough to make in every test run: BERT by its files, drawn weights."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

__all__ = ["write_tiny_encoder"]

WIDTH, LAYERS, INNER, PLACES = 32, 1, 64, 64
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("title", "even", "odd", "drama", "comedy", "war", "love", "space", "ship")


def write_tiny_encoder(folder: Path, *, seed: int = 0) -> Path:
    """Write config, tokenizer and weights; words it does not know are spelt letter by letter."""
    folder.mkdir(parents=True, exist_ok=True)
    signs = [*string.ascii_lowercase, *string.digits]
    words = [*SPECIAL, *WORDS, *signs, *(f"##{sign}" for sign in signs), *string.punctuation]
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "intermediate_size": INNER,
        "max_position_embeddings": PLACES,
        "vocab_size": len(words),
        "type_vocab_size": 2,
    }
    tokenizer = {"tokenizer_class": "BertTokenizer", "model_max_length": PLACES}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    save_file(_weights(len(words), np.random.default_rng(seed)), folder / "model.safetensors")
    return folder


def _weights(n_words: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {
        "embeddings.word_embeddings": (n_words, WIDTH),
        "embeddings.position_embeddings": (PLACES, WIDTH),
        "embeddings.token_type_embeddings": (2, WIDTH),
    }
    found = {
        f"{name}.weight": rng.normal(scale=1.0 if "word" in name else 0.05, size=shape)
        for name, shape in shapes.items()
    }
    found |= _norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        parts = ("self.query", "self.key", "self.value", "output.dense")
        dense = {f"{at}.attention.{part}": (WIDTH, WIDTH) for part in parts}
        dense |= {f"{at}.intermediate.dense": (INNER, WIDTH), f"{at}.output.dense": (WIDTH, INNER)}
        for name, shape in dense.items():
            found[f"{name}.weight"] = rng.normal(scale=0.1, size=shape)
            found[f"{name}.bias"] = np.zeros(shape[0])
        found |= _norm(f"{at}.attention.output.LayerNorm") | _norm(f"{at}.output.LayerNorm")
    return {name: value.astype(np.float32) for name, value in found.items()}


def _norm(name: str) -> dict[str, np.ndarray]:
    return {f"{name}.weight": np.ones(WIDTH), f"{name}.bias": np.zeros(WIDTH)}
