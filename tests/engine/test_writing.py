"""Who writes: kept texts, generators by name, and figures over many texts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import AssetError, OptionError
from engine.justifications import sources
from engine.justifications.assessment import assess
from engine.justifications.endpoint import EndpointGenerator
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Draft
from engine.justifications.justify import RETRIES, justify, restore
from engine.justifications.sampling import sample_facts
from engine.justifications.sources import find_model_folder, make_generator
from engine.justifications.verifier import verify
from tests import worlds
from tests.records import explained_record
from tests.tiny_language_model import write_tiny_model

WORLD = worlds.noisy()


class Scripted:
    """Writes what a function says, and counts how often it is asked."""

    produced_by = "local"

    def __init__(self, say: Callable[[FactRecord, int], str]) -> None:
        self._say = say
        self.asked = 0

    def write(self, facts: FactRecord, *, language: str, audience: str, refused: object) -> Draft:
        self.asked += 1
        return Draft(self._say(facts, self.asked), "model", "prompt")


def strongest(facts: FactRecord, _: int = 0) -> str:
    return f"<H{facts.supporters[0].rank}> in your history spoke for it."


def record(seed: int = 0) -> FactRecord:
    return explained_record(np.random.default_rng(seed))


def test_a_second_attempt_is_taken_where_the_first_is_false() -> None:
    lies_once = Scripted(lambda facts, time: "It is a comedy." if time == 1 else strongest(facts))
    found = justify(record(), generator=lies_once)
    assert (found.produced_by, found.attempts) == ("local", ("It is a comedy.",))
    assert (found.model_digest, found.prompt_digest) == ("model", "prompt")


def test_after_three_false_texts_come_fixed_words() -> None:
    liar = Scripted(lambda facts, time: "<H1> spoke for it and against it.")
    found = justify(record(), generator=liar)
    assert (found.produced_by, liar.asked) == ("template", 1 + RETRIES)
    assert not found.generated


def test_a_kept_text_is_checked_against_the_facts_as_they_are() -> None:
    facts = record()
    found = justify(facts, generator=Scripted(strongest))
    assert found.generated
    again = restore(
        facts,
        found.slotted,
        language="en",
        audience="user",
        produced_by=found.produced_by,
        model_digest=found.model_digest,
        prompt_digest=found.prompt_digest,
    )
    assert again == found
    strongest_rank = facts.supporters[0].rank
    other = next(
        each
        for each in map(record, range(1, 50))
        if each.refusal is None and each.supporters[0].rank != strongest_rank
    )
    stale = restore(
        other, found.slotted, language="en", audience="user", produced_by=found.produced_by
    )
    assert not stale.generated
    assert stale.attempts == (found.slotted,)
    assert stale.verdict.holds


def test_generators_have_names(tmp_path: Path) -> None:
    assert make_generator("template") is None
    local = make_generator("local", model=str(write_tiny_model(tmp_path)))
    assert local is not None
    assert justify(record(), generator=local).produced_by == "local"
    url = {"RECSCOPE_LLM_URL": "http://127.0.0.1:1/v1"}
    assert isinstance(make_generator("endpoint", environment=url), EndpointGenerator)
    with pytest.raises(OptionError, match="set RECSCOPE_LLM_URL"):
        make_generator("endpoint", environment={})


def test_a_model_of_a_hub_goes_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    asked: dict[str, object] = {}

    def download(name: str, **options: object) -> str:
        asked.update(options, name=name)
        return str(write_tiny_model(tmp_path))

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    local = make_generator("local", model="somebody/some-model")
    assert local is not None
    assert justify(record(), generator=local).produced_by == "local"
    assert asked["name"] == "somebody/some-model"
    assert not any("bin" in str(kind) or "py" in str(kind) for kind in asked["allow_patterns"])


def test_a_model_nobody_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssetError, match="is neither a folder nor a model the hub gives"):
        find_model_folder("not a/valid/name")


def test_the_model_that_comes_with_recscope_is_converted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.justifications import local_weights

    made: list[Path] = []

    def convert(folder: Path, file: str, *, into: Path) -> None:
        made.append(write_tiny_model(into))

    source = tmp_path / "smollm2-abc"
    source.mkdir()
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(local_weights, "fetch", lambda name, progress: source)
    monkeypatch.setattr(local_weights, "convert", convert)
    first, second = (sources.find_model_folder(None) for _ in range(2))
    assert first == second
    assert (first / "recscope.json").is_file()
    assert len(made) == 1


def test_records_are_drawn_over_models_and_policies() -> None:
    options = {
        "dataset": "noisy", "models": ["ease", "popularity"],
        "policies": ["greedy", "epsilon-greedy"], "rate": 0.5, "count": 30, "seed": 3, "n": 5,
    }  # fmt: skip
    found = list(sample_facts(WORLD, **options))
    assert found == list(sample_facts(WORLD, **options))
    assert len(found) == 30
    assert {each.personalised for each in found} == {True, False}
    assert any(each.explored for each in found)
    assert not all(each.explored for each in found)


def test_figures_of_many_texts() -> None:
    facts = [record(seed) for seed in range(4)]
    good = [justify(each) for each in facts]
    figures = assess(good)
    assert (figures.texts, figures.precision, figures.complete) == (4, 1.0, 1.0)
    assert figures.produced_by == {"template": 1.0}
    assert figures.unique == len({each.slotted for each in good}) / 4


def test_a_false_claim_lowers_precision() -> None:
    facts = record()
    text = f"<H{facts.supporters[0].rank}> spoke for it. It is a comedy."
    verdict = verify(text, facts, language="en", audience="user")
    assert [(claim.kind, claim.holds) for claim in verdict.claims] == [
        ("sign", True),
        ("invented", False),
    ]
