"""The language model chooses among true texts, and is asked no more than it must be."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import AssetError
from engine.justifications.clauses import plan, wordings
from engine.justifications.decoding import decode
from engine.justifications.facts import FactRecord
from engine.justifications.hub_model import HubModel, HubTokenizer
from engine.justifications.justify import justify
from engine.justifications.language_model import LanguageModel, load_language_model
from engine.justifications.local import LocalGenerator
from engine.justifications.prompt import prompt_for
from engine.justifications.template import LANGUAGES
from engine.justifications.verifier import verify
from tests.records import AUDIENCES, explained_record, random_record
from tests.tiny_language_model import write_tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(params=["read directly", "by transformers"])
def model(folder: Path, request: pytest.FixtureRequest) -> LanguageModel:
    if request.param == "read directly":
        return load_language_model(folder)
    return LanguageModel(HubModel(folder), HubTokenizer(folder), digest="")


def naive_choice(model: LanguageModel, prompt: str, texts: list[str]) -> int:
    """Walk the tree of tokens, reading everything again for every token."""
    rows = [[*model.tokens(text), model.end] for text in texts]
    read = model.tokens(prompt, start=True)
    left = list(range(len(rows)))
    place = 0
    while len(left) > 1:
        likely, _ = model.likely(read)
        best = max(left, key=lambda row: (float(likely[rows[row][place]]), -row))
        left = [row for row in left if rows[row][place] == rows[best][place]]
        read = [*read, rows[best][place]]
        place += 1
    return left[0]


@pytest.mark.parametrize(
    "texts",
    [
        [" one two.", " one three.", " other."],
        [" a.", " b.", " a longer one."],
        [" same start, then x", " same start, then y", " same start"],
        ["只有这个。", "只有那个。"],
    ],
)
def test_the_choice_is_the_one_of_reading_token_by_token(
    model: LanguageModel, texts: list[str]
) -> None:
    for prompt in ("Reason:", "Why?", "x"):
        assert model.read(prompt).choose(texts) == naive_choice(model, prompt, texts)


def test_choices_go_on_from_what_was_chosen(model: LanguageModel) -> None:
    reading = model.read("Why:")
    first = [" one.", " two."]
    second = [" three.", " four."]
    chosen = first[reading.choose(first)]
    assert reading.choose(second) == naive_choice(model, "Why:" + chosen, second)


def test_what_was_read_before_counts(model: LanguageModel) -> None:
    reading = model.read("Why: <H1> spoke for it,")
    reading.choose([" and so", " but not"])
    reading.choose([" on"])
    whole = model.read("Why: <H1> spoke for it,")
    whole.choose([" and so on" if reading_chose_first(model) else " but not on"])
    np.testing.assert_allclose(reading._likely(), whole._likely(), atol=1e-5)


def reading_chose_first(model: LanguageModel) -> bool:
    return model.read("Why: <H1> spoke for it,").choose([" and so", " but not"]) == 0


def test_forced_tokens_are_not_asked_for_one_by_one(model: LanguageModel) -> None:
    reading = model.read("Why:")
    assert reading.choose([" the only one there is"]) == 0
    assert model.times_asked == 0
    reading.choose([" a very long start, then this", " a very long start, then that"])
    assert model.times_asked == 1


def test_the_empty_text_is_the_end(model: LanguageModel) -> None:
    likely = model.read("Why:")._likely()
    texts = [" more", ""]
    expected = int(likely[model.end] > likely[model.tokens(" more")[0]])
    assert model.read("Why:").choose(texts) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_whatever_it_chooses_is_true_and_complete(
    model: LanguageModel, language: str, audience: str
) -> None:
    rng = np.random.default_rng(0)
    generator = LocalGenerator(model)
    for _ in range(6):
        facts = random_record(rng)
        found = justify(facts, language=language, audience=audience, generator=generator)
        assert found.verdict.holds
        assert found.produced_by == ("local" if facts.refusal is None else "refused")
        assert all(needed_is_said(facts, found.slotted, language, audience))


def needed_is_said(facts: FactRecord, text: str, language: str, audience: str) -> list[bool]:
    return [
        any(
            sentence in text
            for clause in step.choices
            for sentence in wordings(clause, LANGUAGES[language], audience)
        )
        for step in plan(facts, audience)
        if step.needed
    ]


def test_the_same_facts_give_the_same_text(folder: Path) -> None:
    facts = explained_record(np.random.default_rng(3))
    texts = {
        justify(facts, generator=LocalGenerator(load_language_model(folder))).text for _ in range(2)
    }
    assert len(texts) == 1


def test_a_refused_sentence_is_not_offered_again(model: LanguageModel) -> None:
    facts = explained_record(np.random.default_rng(4))
    generator = LocalGenerator(model)
    first = generator.write(facts, language="en", audience="user", refused=())
    second = generator.write(facts, language="en", audience="user", refused=(first.text,))
    assert first.text != second.text
    assert verify(second.text, facts, language="en", audience="user").holds


def test_what_cannot_be_said_otherwise_stays(model: LanguageModel) -> None:
    steps = plan(explained_record(np.random.default_rng(4)), "user")
    everything = frozenset(
        sentence
        for step in steps
        for clause in step.choices
        for sentence in wordings(clause, LANGUAGES["en"], "user")
    )
    text = decode(model, "Why:", steps, wording=LANGUAGES["en"], audience="user", banned=everything)
    assert text


def test_the_prompt_holds_no_title() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        facts = random_record(rng)
        for language in LANGUAGES:
            prompt = prompt_for(facts, language=language, audience="reviewer")
            assert "History" not in prompt.replace("the history", "")
            assert "Target" not in prompt


def test_free_writing_goes_on_from_the_prompt(model: LanguageModel) -> None:
    assert model.write("Why:", most_tokens=5) == model.write("Why:", most_tokens=5)
    assert model.times_asked <= 10


def test_the_digest_is_that_of_the_files(folder: Path, tmp_path: Path) -> None:
    assert load_language_model(folder).digest == load_language_model(folder).digest
    other = write_tiny_model(tmp_path, seed=1)
    assert load_language_model(other).digest != load_language_model(folder).digest


def test_a_folder_without_safetensors_is_named(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(AssetError, match="holds no model in safetensors"):
        load_language_model(tmp_path)


def test_a_broken_model_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    (tmp_path / "config.json").write_text('{"model_type": "llama"', encoding="utf-8")
    with pytest.raises(AssetError, match=r"cannot be read: .+ give a folder with config\.json"):
        load_language_model(tmp_path)
