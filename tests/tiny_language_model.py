"""A causal language model small enough to make in a test, in a folder as a hub's would be."""

from __future__ import annotations

from pathlib import Path


def write_tiny_model(folder: Path, *, seed: int = 0, **more: object) -> Path:
    """Write a two-layer model over single bytes, with weights that mean nothing.

    ``more`` are further entries of its configuration.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(["</s>", *letters])}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>").save_pretrained(folder)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=2048, bos_token_id=0, eos_token_id=0,
        **more,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
