"""A Llama that is read directly says what transformers says; what is not plain is left to it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import AssetError
from engine.justifications.hub_model import HubModel, HubTokenizer
from engine.justifications.language_model import load_language_model
from engine.justifications.llama import is_plain, load_llama
from engine.justifications.plain_tokenizer import PlainTokenizer, is_plain_tokenizer
from tests.tiny_language_model import write_tiny_model


@pytest.fixture(
    scope="module", params=[{}, {"num_key_value_heads": 1, "tie_word_embeddings": True}]
)
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny"), **request.param)


def config_of(folder: Path) -> dict[str, object]:
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def test_it_says_what_transformers_says_in_one_go_and_in_parts(folder: Path) -> None:
    own, hub = load_llama(folder, config_of(folder)), HubModel(folder)
    tokens = np.random.default_rng(0).integers(1, 200, size=40).tolist()
    expected, _ = hub.likely(tokens, None)
    whole, _ = own.likely(tokens, None)
    np.testing.assert_allclose(whole, expected, atol=1e-5)
    past = None
    for start, stop in ((0, 1), (1, 17), (17, 18), (18, 40)):
        parts, past = own.likely(tokens[start:stop], past)
    np.testing.assert_allclose(parts, expected, atol=1e-5)


def test_its_tokens_are_those_of_transformers(folder: Path) -> None:
    assert is_plain_tokenizer(folder)
    own, hub = PlainTokenizer(folder), HubTokenizer(folder)
    assert own.end == hub.end
    for text in ("Why: <H1> spoke for it.", " 因为这个。", "", "\n  two  spaces"):
        for start in (True, False):
            assert own.tokens(text, start=start) == hub.tokens(text, start=start)
        assert own.text(own.tokens(text, start=False)) == text


@pytest.mark.parametrize(
    "other",
    [
        {"model_type": "qwen2"},
        {"attention_bias": True},
        {"hidden_act": "gelu"},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 5e5}},
        {"rope_scaling": {"type": "linear", "factor": 2.0}},
        {"quantization_config": {"bits": 4}},
    ],
)
def test_what_is_not_plain_is_left_to_transformers(folder: Path, other: dict[str, object]) -> None:
    assert is_plain(config_of(folder))
    assert not is_plain(config_of(folder) | other)


def test_another_architecture_can_still_be_had(tmp_path: Path) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    write_tiny_model(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    GPT2LMHeadModel(
        GPT2Config(vocab_size=257, n_embd=16, n_layer=1, n_head=2, n_positions=64, bos_token_id=0,
                   eos_token_id=0)
    ).save_pretrained(tmp_path)  # fmt: skip
    model = load_language_model(tmp_path)
    assert model.read("Why:").choose([" a.", " b."]) in (0, 1)


def test_weights_that_are_missing_or_broken_are_named(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    more = config_of(folder) | {"num_hidden_layers": 3}
    (tmp_path / "config.json").write_text(json.dumps(more), encoding="utf-8")
    with pytest.raises(AssetError, match=r"no weights model\.layers\.2\.input_layernorm"):
        load_language_model(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}{}{}{}")
    with pytest.raises(AssetError, match="cannot be read"):
        load_language_model(tmp_path)


def test_a_plain_model_is_read_without_transformers(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from engine.justifications.language_model import load_language_model\n"
        f"load_language_model(Path({str(folder)!r})).read('Why').choose([' a', ' b'])\n"
        "assert 'transformers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
