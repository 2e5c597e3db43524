"""Facts and the sentences made of them."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnknownNameError
from engine.explanations.attribution import explain
from engine.explanations.explanation import Explanation
from engine.histories import Histories
from engine.justifications.facts import FactRecord, collect_facts
from engine.justifications.justify import justify
from engine.justifications.template import LANGUAGES
from engine.justifications.titles import plain_title
from engine.models.registry import MODELS
from tests import worlds
from tests.quick import make_model
from tests.records import AUDIENCES

WORLD = worlds.noisy()


def explanation_of(contributions: list[float], *, base: float = 0, extra: float = 0) -> Explanation:
    return Explanation(
        method="exact",
        game="history",
        target=20,
        base_value=base,
        score=base + sum(contributions) + extra,
        players=np.arange(len(contributions), dtype=np.int32),
        contributions=np.array(contributions, dtype=float),
        standard_errors=None,
        evaluations=1,
    )


def facts_of(contributions: list[float], *, base: float = 0, extra: float = 0) -> FactRecord:
    return collect_facts(explanation_of(contributions, base=base, extra=extra), WORLD)


def test_contributors_come_by_size_with_sign_rank_and_share() -> None:
    facts = facts_of([1, -4, 3, 0], extra=2)
    assert [
        (each.title, each.contribution, each.sign, each.rank, each.share)
        for each in facts.contributors
    ] == [
        ("Title 1", -4, -1, 1, pytest.approx(0.4)),
        ("Title 2", 3, 1, 2, pytest.approx(0.3)),
        ("Title 0", 1, 1, 3, pytest.approx(0.1)),
    ]
    assert facts.title == "Title 20"
    assert facts.residual_share == pytest.approx(0.2)
    assert (facts.history_size, facts.supporting, facts.opposing) == (4, 2, 1)


def test_only_the_strongest_are_kept_but_all_count() -> None:
    facts = facts_of([1] * 5 + [10])
    assert len(facts.contributors) == 5
    assert facts.contributors[0].share == pytest.approx(10 / 15)
    assert facts.supporting == 6


def test_rounding_is_no_contributor() -> None:
    facts = facts_of([1e-7, -1e-9], base=5)
    assert facts.contributors == ()
    assert (facts.supporting, facts.opposing) == (0, 0)


def test_the_canonical_form_is_sorted_and_holds_no_floats() -> None:
    facts = facts_of([1 / 3])
    parsed = json.loads(facts.to_json(), parse_float=pytest.fail)
    assert list(parsed) == sorted(parsed)
    assert parsed["contributors"][0]["contribution"] == "0.333333333"
    assert facts.digest == hashlib.sha256(facts.to_json().encode()).hexdigest()


def test_the_digest_holds_still_until_a_fact_moves() -> None:
    facts = facts_of([1 / 3])
    assert facts.digest == facts_of([1 / 3 + 1e-15]).digest
    assert facts.digest != facts_of([1 / 3 + 1e-6]).digest
    assert facts.digest != replace(facts, explored=True).digest
    assert facts.digest != replace(facts, propensity=0.5).digest


@pytest.mark.parametrize(
    ("contributions", "english", "chinese"),
    [
        (
            [3, 2],
            "Recommended mainly because of “Title 0” and “Title 1” in your history.",
            "推荐它主要是因为您的历史记录中有《Title 0》和《Title 1》。",
        ),
        (
            [3, -2],
            "Recommended mainly because of “Title 0” in your history.",
            "推荐它主要是因为您的历史记录中有《Title 0》。",
        ),
        (
            [3, 2, 1, -9],
            "Recommended because of “Title 0” and “Title 1” in your history and, less "
            "strongly, one other title in it.",
            "推荐它是因为您的历史记录中有《Title 0》和《Title 1》，以及作用较小的另外 1 项。",
        ),
        (
            [1] * 8,
            "Recommended because of “Title 0” and “Title 1” in your history and, less "
            "strongly, 6 other titles in it.",
            "推荐它是因为您的历史记录中有《Title 0》和《Title 1》，以及作用较小的另外 6 项。",
        ),
        (
            [2, -3],
            "Recommended partly because of “Title 0” in your history.",
            "推荐它部分是因为您的历史记录中有《Title 0》。",
        ),
        (
            [-2, -3],
            "No single title in your history explains this recommendation.",
            "您的历史记录中没有哪一项能单独解释这条推荐。",
        ),
        (
            [0, 0],
            "No single title in your history explains this recommendation.",
            "您的历史记录中没有哪一项能单独解释这条推荐。",
        ),
        (
            [],
            "Recommended without knowing your history: everyone who is new gets the same list.",
            "推荐它时没有您的历史记录：所有新用户看到的列表都相同。",
        ),
    ],
)
def test_the_sentence_says_what_the_facts_say(
    contributions: list[float], english: str, chinese: str
) -> None:
    facts = facts_of(contributions)
    assert justify(facts).text == english
    assert justify(facts, language="zh").text == chinese


def test_the_reviewer_reads_both_sides_in_numbers() -> None:
    facts = collect_facts(
        explanation_of([9, -2, -3], extra=4), WORLD, removal=[0], new_rank=12, next_item=21
    )
    assert justify(facts, audience="reviewer").text == (
        "Recommended mainly because of “Title 0” in the history. Without “Title 0” it would not be "
        "on this list. “Title 2” spoke most strongly against it. “Title 0” made up 50% of what the "
        "history did. A further 22% belongs to several titles together."
    )
    assert justify(facts, audience="reviewer", language="zh").text == (
        "推荐它主要是因为该用户的历史记录中有《Title 0》。"
        "如果没有《Title 0》，它就不会出现在这个列表中。"
        "《Title 2》的相反作用最大。《Title 0》占该用户的历史记录全部作用的 50%。"
        "另有 22% 属于多项的共同作用。"
    )


@pytest.mark.parametrize("weak", [[-0.1], [-0.1, -0.2]])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reviewer_always_reads_what_spoke_against(weak: list[float], language: str) -> None:
    facts = facts_of([9, 8, 7, 6, 5, *weak])
    assert facts.opponents == ()
    text = justify(facts, audience="reviewer", language=language).slotted
    assert "<AGAINST>" in text
    assert "<AGAINST>" not in justify(facts, language=language).slotted


@pytest.mark.parametrize(
    ("contributions", "errors", "reason"),
    [
        ([-1.0], None, "none"),
        ([1.0, 1.0], [0.6, 0.1], "uncertain"),
        ([1.0] * 70, None, "diffuse"),
        ([1.0, 1.0], [0.4, 0.4], None),
    ],
)
def test_a_refusal_has_a_reason(
    contributions: list[float], errors: list[float] | None, reason: str | None
) -> None:
    sampled = None if errors is None else np.array(errors)
    explanation = explanation_of(contributions)
    if len(contributions) > 27:
        explanation = replace(explanation, players=np.zeros(len(contributions), dtype=np.int32))
    facts = collect_facts(replace(explanation, standard_errors=sampled), WORLD)
    assert facts.refusal == reason
    assert (justify(facts).produced_by == "refused") == (reason is not None)


def test_a_refusal_is_marked() -> None:
    assert justify(facts_of([0, 0])).produced_by == "refused"
    assert justify(facts_of([1, 0])).produced_by == "template"


def test_chance_is_said_and_no_reason_named() -> None:
    justification = justify(replace(facts_of([3, 2]), explored=True, propensity=1e-4))
    assert justification.text == "Shown by chance (exploration), not because of your history."
    assert justification.cited == ()


@pytest.mark.parametrize(
    ("kinds", "known", "words"),
    [
        ([["a", "b"], ["b"]], True, "near what you know: your history holds titles of its kind"),
        ([["a"], ["a"]], False, "of a kind new to you: your history holds no title of its kind"),
    ],
)
def test_an_explored_item_is_near_or_new(kinds: list[list[str]], known: bool, words: str) -> None:
    # The target's rarest kind is b.
    categories = [*kinds, *[["a"]] * 18, ["a", "b"], *[["a"]] * 6]
    world = replace(WORLD, items=WORLD.items.with_columns(categories=pl.Series(categories)))
    found = collect_facts(explanation_of([3, 2]), world, explored=True)
    assert found.known_kind is known
    assert words in justify(found).text
    assert collect_facts(explanation_of([3, 2]), world).known_kind is None


@pytest.mark.parametrize(
    ("language", "near", "new"),
    [
        ("en", "near what you know: it reads much", "new to you: it does not read much"),
        ("zh", "它与您熟悉的内容相近：文字描述", "它对您来说是新的：文字描述"),
    ],
)
def test_what_a_policy_explored_by_text_is_near_or_new_by_text(
    language: str, near: str, new: str
) -> None:
    """The target is of a category that the history has nothing of."""
    categories = [["a"]] * 20 + [["b"]] + [["a"]] * 6
    world = replace(WORLD, items=WORLD.items.with_columns(categories=pl.Series(categories)))
    explanation = explanation_of([3, 2])
    by_category = collect_facts(explanation, world, explored=True)
    assert (by_category.known_kind, by_category.kind_from) == (False, "category")
    for found, words in ((True, near), (False, new)):
        by_text = collect_facts(explanation, world, explored=True, near=found)
        assert (by_text.known_kind, by_text.kind_from) == (found, "text")
        assert words in justify(by_text, language=language).text
    own = collect_facts(explanation, world, near=True)
    assert (own.known_kind, own.kind_from) == (None, "category")


def test_few_draws_are_unsure_of_more() -> None:
    one = replace(explanation_of([3, 2]), standard_errors=np.array([1.0, 0.5]))
    unsure = [
        [each.uncertain for each in collect_facts(replace(one, draws=n), WORLD).contributors]
        for n in (3, 1000)
    ]
    assert unsure == [[True, True], [False, False]]
    unknown = replace(one, standard_errors=np.array([np.nan, np.nan]), draws=1)
    assert collect_facts(unknown, WORLD).refusal == "uncertain"


def test_a_model_that_is_the_same_for_all_says_so() -> None:
    model = make_model("popularity").fit(WORLD, rng=np.random.default_rng(0))
    explanation = explain(model, Histories.from_lists([[1, 2]], n_items=27), 20)
    facts = collect_facts(explanation, WORLD, personalised=model.capabilities.personalised)
    text = "Recommended to everyone alike; your history played no part."
    assert justify(facts).text == text
    assert justify(facts_of([3, 2])).text != text


@given(contributions=st.lists(st.floats(-5, 5), max_size=8), extra=st.floats(-5, 5))
def test_cited_items_are_contributors_with_the_right_sign(
    contributions: list[float], extra: float
) -> None:
    facts = facts_of(contributions, extra=extra)
    signs = {each.item_id: each.sign for each in facts.contributors}
    for language in LANGUAGES:
        justification = justify(facts, language=language)
        assert all(signs[item] > 0 for item in justification.cited)
        assert justification.verdict.holds
        assert all(f"Title {item}" in justification.text for item in justification.cited)
        assert justification == justify(facts, language=language)


@given(data=st.data())
@pytest.mark.parametrize("name", MODELS)
def test_every_models_explanations_become_sentences(name: str, data: st.DataObject) -> None:
    history = data.draw(st.lists(st.integers(0, 19), unique=True, max_size=6))
    model = MADE[name]
    explanation = explain(model, Histories.from_lists([history], n_items=27), 21)
    facts = collect_facts(explanation, WORLD, personalised=model.capabilities.personalised)
    assert all(
        justify(facts, language=language, audience=audience).verdict.holds
        for language in LANGUAGES
        for audience in AUDIENCES
    )
    shares = sum(each.share for each in facts.contributors) + facts.residual_share
    assert shares <= 1 + 1e-9
    assert justify(facts).text.endswith(".")
    assert justify(facts, language="zh").text.endswith("。")


MADE = {name: make_model(name).fit(WORLD, rng=np.random.default_rng(0)) for name in MODELS}


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Heat (1995)", "Heat (1995)"),
        ("  Heat\r\n\tagain\x00 ", "Heat again"),
        ("Heat\u202e)5991(", "Heat)5991("),
        ("He\u200bat\ufeff\U000e0041", "Heat"),
        ("x" * 81, "x" * 79 + "…"),
        ("x" * 10_000, "x" * 79 + "…"),
        ("<b>{for_it}</b> 100%", "<b>{for_it}</b> 100%"),
    ],
)
def test_titles_are_one_plain_line(title: str, plain: str) -> None:
    assert plain_title(title) == plain


@pytest.mark.parametrize("hostile", ["{others}", "{0}", "{for_it.__class__}", "%s", "<T>", "“"])
def test_a_title_that_looks_like_a_field_stays_a_title(hostile: str) -> None:
    facts = facts_of([1.0] * 8)
    first = replace(facts.contributors[0], title=hostile)
    facts = replace(facts, contributors=(first, *facts.contributors[1:]))
    for language in LANGUAGES:
        assert hostile in justify(facts, language=language).text


def test_an_unknown_language_is_named_beside_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="no sentences in fr; choose one of en, zh"):
        justify(facts_of([1]), language="fr")
